// A small map on which the place of a partner is corrected: the pin is dragged, or the map pressed, or the figures are
// typed. The map library comes only when it is wanted.
import { base, fail, makeMap } from "./basemap.js";

const load = (tag, more) => new Promise((done, failed) => {
  const element = Object.assign(document.createElement(tag), more);
  element.addEventListener("load", done);
  element.addEventListener("error", () => failed(new Error(more.src ?? more.href)));
  // Before the pages' own style sheet, which has the last word.
  document.head.prepend(element);
});

export async function draw(box) {
  const form = box.querySelector("form"), { latitude, longitude } = form.elements;
  try {
    await Promise.all([load("link", { rel: "stylesheet", href: box.dataset.mapStyle }), load("script", { src: box.dataset.mapScript })]);
    const place = () => [longitude.valueAsNumber, latitude.valueAsNumber];
    const known = place().every(Number.isFinite);
    const { sources, under, over } = base();
    const map = makeMap({
      style: { version: 8, sources, layers: [...under, ...over] }, center: known ? place() : JSON.parse(box.dataset.around), zoom: known ? 14 : 6,
      cooperativeGestures: true, locale: JSON.parse(box.dataset.controls),
    });
    const pin = new maplibregl.Marker({ draggable: true, color: "#d55e00" });
    const put = ([x, y]) => pin.setLngLat([x, y]).addTo(map);
    const write = ({ lng, lat }) => {
      longitude.value = lng.toFixed(6);
      latitude.value = lat.toFixed(6);
      form.dispatchEvent(new Event("input", { bubbles: true }));
    };
    if (known) put(place());
    pin.on("dragend", () => write(pin.getLngLat()));
    map.on("click", (event) => { put(event.lngLat.toArray()); write(event.lngLat); });
    form.addEventListener("change", () => {
      if (!place().every(Number.isFinite)) return;
      put(place());
      map.easeTo({ center: place(), duration: 0 });
    });
  } catch (error) {
    fail(box.dataset.noMap, error);
  }
}
