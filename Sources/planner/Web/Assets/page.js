// The map of one trip and its link with the checklist. Everything it needs stands in the page (data- attributes) and
// in the trip's GeoJSON; text reaches the document as text, never as HTML.
import { base, deviceDark, fail, isDark, makeMap, themes } from "./basemap.js";
import { arrow, boxAround, pointOf, readPlan, tripLayers } from "./route.js";

const main = document.querySelector("main.trip");
const side = document.getElementById("checklist");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 860px)");

const start = document.querySelector("[data-start]");
const { items, features } = readPlan(document, start);

function style() {
  const theme = themes[isDark()];
  const empty = { type: "FeatureCollection", features: [] };
  const { route, points } = tripLayers(theme, isDark());
  const { sources, under, over } = base();
  return {
    version: 8,
    sources: {
      ...sources,
      route: { type: "geojson", data: main.dataset.geojson, generateId: true },
      points: { type: "geojson", data: { ...empty, features } },
    },
    layers: [
      ...under,
      { id: "region", type: "fill", source: "route", maxzoom: 10, filter: ["==", ["get", "kind"], "region"], paint: { "fill-color": theme.region, "fill-opacity": .08 } },
      { id: "region-edge", type: "line", source: "route", maxzoom: 11, filter: ["==", ["get", "kind"], "region"], paint: { "line-color": theme.region, "line-width": 2, "line-opacity": .6 } },
      ...route,
      ...over,
      ...points,
    ],
  };
}

function draw() {
  const bounds = boxAround(features);
  const padding = () => (narrow.matches ? { top: 30, bottom: 75, left: 30, right: 50 } : { top: 50, bottom: 50, left: 190, right: 60 });
  const map = makeMap({
    style: style(), bounds: bounds.isEmpty() ? [[8, 42], [60, 66]] : bounds,
    fitBoundsOptions: { padding: padding(), maxZoom: 14 }, cooperativeGestures: narrow.matches,
    locale: JSON.parse(main.dataset.controls),
  });
  const ease = () => (calm.matches ? 0 : 500);
  let hot = null;
  let popup = null;
  let chosenDay = 0;

  function heat(id) {
    if (hot === id) return;
    if (hot) { map.setFeatureState({ source: "points", id: hot }, { hot: false }); items[hot - 1].classList.remove("is-hot"); }
    hot = id;
    if (!id) return;
    map.setFeatureState({ source: "points", id }, { hot: true });
    items[id - 1].classList.add("is-hot");
  }

  function open(id) {
    popup?.remove();
    const item = items[id - 1];
    const body = document.createElement("div");
    const line = (text, tag = "p") => { const p = document.createElement("p"); const t = document.createElement(tag); t.textContent = text; p.append(t); body.append(p); return t; };
    line(item.dataset.number ? `${item.dataset.number}. ${item.dataset.name}` : item.dataset.name, "strong");
    line(item.dataset.time, "span");
    if (narrow.matches) { const link = line(main.dataset.showInList, "a"); link.href = `#${item.id}`; }
    popup = new maplibregl.Popup({ offset: 14, maxWidth: "17rem", focusAfterOpen: false }).setLngLat(pointOf(item)).setDOMContent(body).addTo(map);
    popup.on("close", () => heat(null));
    heat(id);
    if (!narrow.matches) item.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
  }

  function choose(day) {
    chosenDay = day === chosenDay ? 0 : day;
    for (const chip of document.querySelectorAll("button.chip")) chip.setAttribute("aria-pressed", String(Number(chip.dataset.day) === chosenDay));
    for (const feature of features) {
      if (feature.properties.kind === "stop") map.setFeatureState({ source: "points", id: feature.id }, { dim: chosenDay !== 0 && feature.properties.day !== chosenDay });
    }
    const ofDay = (full, faint) => (chosenDay ? ["case", ["==", ["get", "day"], chosenDay], full, faint] : full);
    for (const layer of ["route", "route-estimated"]) map.setPaintProperty(layer, "line-opacity", ofDay(1, .18));
    map.setPaintProperty("route-casing", "line-opacity", ofDay(.8, .1));
    map.setPaintProperty("arrows", "icon-opacity", ofDay(1, .1));
    const wanted = features.filter((f) => f.properties.kind === "stop" && (!chosenDay || f.properties.day === chosenDay));
    const box = boxAround(chosenDay ? wanted : features);
    if (!box.isEmpty()) map.fitBounds(box, { padding: padding(), maxZoom: 14, duration: ease() });
    if (chosenDay) document.getElementById(`day-${chosenDay}`).closest(".day").scrollIntoView({ block: narrow.matches ? "nearest" : "start", behavior: calm.matches ? "auto" : "smooth" });
  }

  for (const chip of document.querySelectorAll("button.chip")) chip.addEventListener("click", () => choose(Number(chip.dataset.day)));
  items.forEach((item, index) => {
    const id = index + 1;
    item.addEventListener("mouseenter", () => heat(id));
    item.addEventListener("mouseleave", () => { if (!popup?.isOpen()) heat(null); });
    item.addEventListener("focusin", () => heat(id));
    item.addEventListener("click", (event) => {
      if (event.target.closest("a")) return;
      map.easeTo({ center: pointOf(item), zoom: Math.max(map.getZoom(), 10), duration: ease() });
      open(id);
      if (narrow.matches) document.querySelector(".map-pane").scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
    });
  });
  for (const layer of ["stops", "left-out"]) {
    map.on("mousemove", layer, (event) => { map.getCanvas().style.cursor = "pointer"; heat(event.features[0].id); });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; if (!popup?.isOpen()) heat(null); });
    map.on("click", layer, (event) => open(event.features[0].id));
  }
  map.on("styleimagemissing", (event) => { if (event.id === "arrow") map.addImage("arrow", arrow(), { sdf: true, pixelRatio: 2 }); });
  deviceDark.addEventListener("change", () => map.setStyle(style()));
}

if (main) {
  try {
    draw();
  } catch (error) {
    fail(main.dataset.noMap, error);
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") document.querySelector(".trips[open]")?.removeAttribute("open"); });
}
