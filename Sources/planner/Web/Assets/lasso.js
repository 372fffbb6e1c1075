// Drawing a closed line by hand over a map.
import { simplified } from "./shapes.js";

/**
 * While `isOn()`, pressing, drawing and letting go draws a ring: `drawn` hears of the places `[longitude, latitude]` so far,
 * `done` of those of the ring; of null when it was no ring.
 */
export function lasso(map, { isOn, drawn, done }) {
  const surface = map.getCanvasContainer();
  let path = null;
  const point = (event) => {
    const box = surface.getBoundingClientRect();
    return { x: event.clientX, y: event.clientY, place: map.unproject([event.clientX - box.left, event.clientY - box.top]).toArray() };
  };
  surface.addEventListener("pointerdown", (event) => {
    if (!isOn() || !event.isPrimary || event.button !== 0 || event.target.closest("button, a")) return;
    path = [point(event)];
    surface.setPointerCapture(event.pointerId);
  });
  surface.addEventListener("pointermove", (event) => {
    if (!path || !event.isPrimary) return;
    if (!isOn()) path = null;
    else path.push(point(event));
    if (!path) return;
    drawn(path.map((one) => one.place));
  });
  surface.addEventListener("pointerup", (event) => {
    if (!path || !event.isPrimary) return;
    // The tool may have been put away meanwhile.
    if (!isOn()) {
      path = null;
      return;
    }
    const ring = simplified(path, 2).map((one) => one.place);
    path = null;
    done(ring.length >= 3 ? ring : null);
  });
  surface.addEventListener("pointercancel", () => {
    path = null;
    done(null);
  });
}
