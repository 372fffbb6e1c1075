// What the maps of a saved trip and of one that is being planned share: stops and left-out partners as the page lists
// them, and the layers they and the route are drawn with.
export const pointOf = (item) => [Number(item.dataset.longitude), Number(item.dataset.latitude)];

/** Items of the list and features of the map, which point at each other by the feature's number. */
export function readPlan(root, start) {
  const items = [], features = [];
  const point = (id, coordinates, properties) => features.push({ type: "Feature", id, geometry: { type: "Point", coordinates }, properties });
  for (const section of root.querySelectorAll(".day")) {
    const ink = getComputedStyle(section.querySelector(".swatch")).color;
    for (const item of section.querySelectorAll(".stop")) {
      items.push(item);
      point(items.length, pointOf(item), { kind: "stop", label: item.dataset.number, day: Number(section.dataset.day), colour: section.dataset.colour, ink });
    }
  }
  for (const item of root.querySelectorAll("[data-left]")) {
    items.push(item);
    point(items.length, pointOf(item), { kind: "leftOut", label: "", day: 0 });
  }
  if (start) point(0, pointOf(start), { kind: "start", label: start.dataset.name, day: 0 });
  return { items, features };
}

export function boxAround(list) {
  const box = new maplibregl.LngLatBounds();
  for (const feature of list) box.extend(feature.geometry.coordinates);
  return box;
}

/** Legs by where they come from: driven on roads, or estimated and drawn dashed. */
const drives = (from) => ["all", ["==", ["get", "kind"], "leg"], ["==", ["get", "source"], from]];

/** Layers of the sources `route` (legs) and `points` (as readPlan gives them). */
export function tripLayers(theme, dark) {
  const dimmed = (value, faint) => ["case", ["boolean", ["feature-state", "dim"], false], faint, value];
  return {
    route: [
      { id: "route-casing", type: "line", source: "route", filter: ["==", ["get", "kind"], "leg"], layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": theme.casing, "line-width": 6, "line-opacity": .8 } },
      { id: "route", type: "line", source: "route", filter: drives("roads"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": ["to-color", ["get", "stroke"], "#555555"], "line-width": 3.5, "line-opacity": 1 } },
      { id: "route-estimated", type: "line", source: "route", filter: drives("greatCircle"), layout: { "line-join": "round" }, paint: { "line-color": ["to-color", ["get", "stroke"], "#555555"], "line-width": 3.5, "line-opacity": 1, "line-dasharray": [2.6, 1.2] } },
      { id: "arrows", type: "symbol", source: "route", filter: ["==", ["get", "kind"], "leg"], layout: { "symbol-placement": "line", "symbol-spacing": 90, "icon-image": "arrow", "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-keep-upright": false }, paint: { "icon-color": ["to-color", ["get", "stroke"], "#555555"], "icon-halo-color": theme.casing, "icon-halo-width": 1 } },
    ],
    points: [
      { id: "left-out", type: "circle", source: "points", filter: ["==", ["get", "kind"], "leftOut"], paint: { "circle-radius": ["case", ["boolean", ["feature-state", "hot"], false], 8, 5], "circle-color": "#6B7280", "circle-stroke-color": theme.ring, "circle-stroke-width": 1.5 } },
      { id: "start", type: "circle", source: "points", filter: ["==", ["get", "kind"], "start"], paint: { "circle-radius": 8, "circle-color": theme.ring, "circle-stroke-color": dark ? "#e8edf2" : "#16202c", "circle-stroke-width": 4 } },
      { id: "stops", type: "circle", source: "points", filter: ["==", ["get", "kind"], "stop"], paint: { "circle-radius": ["case", ["boolean", ["feature-state", "hot"], false], 15, 10.5], "circle-color": ["to-color", ["get", "colour"]], "circle-stroke-color": theme.ring, "circle-stroke-width": 1.6, "circle-opacity": dimmed(1, .25), "circle-stroke-opacity": dimmed(1, .25) } },
      { id: "numbers", type: "symbol", source: "points", filter: ["==", ["get", "kind"], "stop"], layout: { "text-field": ["get", "label"], "text-font": ["sans-serif"], "text-size": 11.5, "text-padding": 0 }, paint: { "text-color": ["to-color", ["get", "ink"]], "text-opacity": dimmed(1, .35) } },
    ],
  };
}

/** A triangle pointing along the line: which way a leg is driven. */
export function arrow() {
  const size = 28, canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.beginPath();
  pen.moveTo(8, 5); pen.lineTo(23, 14); pen.lineTo(8, 23); pen.lineTo(12, 14); pen.closePath();
  pen.fill();
  return pen.getImageData(0, 0, size, size);
}
