// Territories: whoever is chosen beside the map gets the region that is pressed, or all that are drawn around. What is shown
// comes from the service after each change; a change can be taken back.
import { base, deviceDark, fail, isDark, makeMap, themes } from "./basemap.js";
import { lasso } from "./lasso.js";
import { asker, failure } from "./send.js";

const main = document.querySelector("main.territories");
const words = JSON.parse(main.dataset.words);
const ask = asker(main.dataset.pageCode);
const state = document.getElementById("state");
const told = document.getElementById("told");
const around = document.getElementById("around");
const empty = { type: "FeatureCollection", features: [] };

let map = null;
let isAround = false;
/** A change is on its way; a line was just drawn, whose end the map takes for a press. */
let isSaving = false;
let isDrawn = false;
/** Managers of each region by its code, as they were given it; and with those of its country. */
let own = {};
let all = {};
let colours = {};
let pen = "";

function read() {
  const section = state.firstElementChild;
  own = JSON.parse(section.dataset.regions);
  all = JSON.parse(section.dataset.all);
  colours = Object.fromEntries([...state.querySelectorAll("[data-login]")].map((label) => [label.dataset.login, getComputedStyle(label.querySelector(".swatch")).backgroundColor]));
  const chosen = state.querySelector(`input[name=pen][value="${CSS.escape(pen)}"]`);
  if (chosen) chosen.checked = true;
  else pen = state.querySelector("input[name=pen]:checked")?.value ?? "";
  document.documentElement.dataset.territories = String(Object.keys(own).length);
}

function say(text, undo) {
  told.replaceChildren(text);
  if (!undo) return;
  const back = Object.assign(document.createElement("button"), { type: "button", className: "map-button small", textContent: words.undo });
  back.addEventListener("click", () => save(undo, words.undone));
  told.append(" ", back);
}

// MARK: Changing

async function refresh() {
  const answer = await fetch(`/admin/territories/state${location.search}`);
  // A session may have ended: only the sign-in page would come.
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const line = document.activeElement?.closest("[data-region]"), wasGap = Boolean(line?.closest("[data-list]"));
  const open = [...state.querySelectorAll("details[open]")].map((one) => one.id);
  state.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (line) {
    // The line of the same list; a gap that is mended has none any more.
    const lines = [...state.querySelectorAll(`[data-region="${line.dataset.region}"]`)].filter((one) => one.checkVisibility());
    (lines.find((one) => Boolean(one.closest("[data-list]")) === wasGap)?.querySelector("button") ?? told).focus();
  }
  read();
  paint();
}

/** Puts managers in charge: `{ code: [login] }`. */
async function save(wanted, text, undo) {
  document.documentElement.dataset.territories = "saving";
  isSaving = true;
  let fault = null;
  for (const [code, managers] of Object.entries(wanted)) {
    try {
      await ask("PUT", `/api/v1/territories/${encodeURIComponent(code)}`, { managers });
    } catch (error) { fault = error; break; }
  }
  try { await refresh(); } catch (error) { fault ??= error; }
  isSaving = false;
  if (fault) say(failure(fault));
  else say(text, undo);
}

const named = (codes) => (codes.length === 1 ? state.querySelector(`[data-region="${codes[0]}"]`)?.dataset.name ?? codes[0] : words.several.replace("{n}", codes.length));

/** Gives regions to whoever is chosen; takes them away where he has all of them already. */
function give(codes) {
  if (codes.length === 0 || isSaving) return;
  if (!pen) return say(words.chooseFirst);
  const before = Object.fromEntries(codes.map((code) => [code, own[code] ?? []]));
  const isTaken = codes.every((code) => before[code].includes(pen));
  const isAlone = document.querySelector("input[name=how]:checked").value === "alone";
  const after = Object.fromEntries(codes.map((code) => [
    code, isTaken ? before[code].filter((one) => one !== pen) : isAlone ? [pen] : [...new Set([...before[code], pen])],
  ]));
  const who = state.querySelector(`[data-login="${CSS.escape(pen)}"]`)?.dataset.name ?? pen;
  return save(after, (isTaken ? words.taken : words.given).replace("{who}", who).replace("{what}", named(codes)), before);
}

state.addEventListener("change", (event) => { if (event.target.name === "pen") pen = event.target.value; });
state.addEventListener("click", (event) => {
  const item = event.target.closest("[data-region] button")?.closest("[data-region]");
  if (item) give([item.dataset.region]);
});

// MARK: The map

const isIn = ([x, y], ring) => {
  let inside = false;
  for (let index = 0, last = ring.length - 1; index < ring.length; last = index++) {
    const [ax, ay] = ring[index], [bx, by] = ring[last];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
};

/** Regions that lie for more than half within a ring, as far as they are drawn. */
function within(ring) {
  const pixels = ring.map((place) => map.project(place));
  const xs = pixels.map((one) => one.x), ys = pixels.map((one) => one.y);
  const box = [[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]];
  const counts = new Map();
  for (const { geometry, properties } of map.queryRenderedFeatures(box, { layers: ["territory-press"] })) {
    if (properties.level === "country" && !whole().includes(properties.code)) continue;
    const count = counts.get(properties.code) ?? [0, 0];
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    for (const place of polygons.flatMap((polygon) => polygon[0])) {
      count[1] += 1;
      if (isIn(place, ring)) count[0] += 1;
    }
    counts.set(properties.code, count);
  }
  return [...counts].filter(([, [inside, total]]) => 2 * inside > total).map(([code]) => code);
}

const alone = () => Object.entries(all).filter(([, managers]) => managers.length === 1).map(([code, [login]]) => [code, colours[login] ?? "#888"]);
const several = () => Object.entries(all).filter(([, managers]) => managers.length > 1).map(([code, managers]) => [code, `several:${managers.map((one) => colours[one] ?? "#888").join("/")}`]);
const match = (pairs, other) => (pairs.length > 0 ? ["match", ["get", "code"], ...pairs.flat(), other] : other);
/** What is painted: regions, and countries of which no regions are known. */
const whole = () => main.dataset.whole.split(" ").filter(Boolean);
const isPart = ["any", ["!=", ["get", "level"], "country"], ["in", ["get", "code"], ["literal", whole()]]];
const among = (pairs) => ["all", isPart, ["in", ["get", "code"], ["literal", pairs.map(([code]) => code)]]];

/** Stripes in the colours of those who share a region. */
function stripes(name) {
  const found = name.slice("several:".length).split("/").filter(Boolean), width = 8, size = width * Math.max(1, found.length);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  found.forEach((colour, index) => {
    pen.fillStyle = colour;
    for (let row = 0; row < size; row += 1) for (const shift of [-size, 0, size]) pen.fillRect(index * width + row + shift, row, width, 1);
  });
  return pen.getImageData(0, 0, size, size);
}

function style() {
  const theme = themes[isDark()], { sources, under, over } = base();
  const region = { source: "regions", "source-layer": "regions" };
  return {
    version: 8,
    sources: {
      ...sources, regions: { type: "vector", tiles: [`${location.origin}/tiles/regions/{z}/{x}/{y}.mvt`], maxzoom: 10 },
      ring: { type: "geojson", data: empty },
    },
    layers: [
      ...under,
      { id: "territory-press", type: "fill", ...region, paint: { "fill-color": theme.region, "fill-opacity": .03 } },
      { id: "territory-alone", type: "fill", ...region, filter: among(alone()), paint: { "fill-color": match(alone(), "rgba(0,0,0,0)"), "fill-opacity": .55 } },
      { id: "territory-several", type: "fill", ...region, filter: among(several()), paint: { "fill-pattern": match(several(), "several:"), "fill-opacity": .6 } },
      { id: "territory-rims", type: "line", ...region, filter: isPart, paint: { "line-color": theme.ring, "line-width": 1.2 } },
      ...over,
      { id: "ring-area", type: "fill", source: "ring", paint: { "fill-color": theme.chosen, "fill-opacity": .12 } },
      { id: "ring-line", type: "line", source: "ring", paint: { "line-color": theme.chosen, "line-width": 2.5, "line-dasharray": [2, 1.5] } },
    ],
  };
}

function paint() {
  if (!map?.getLayer("territory-alone")) return;
  map.setFilter("territory-alone", among(alone()));
  map.setPaintProperty("territory-alone", "fill-color", match(alone(), "rgba(0,0,0,0)"));
  map.setFilter("territory-several", among(several()));
  map.setPaintProperty("territory-several", "fill-pattern", match(several(), "several:"));
}

/** Whether the next line drawn over the map takes regions in. */
function draw(isOn) {
  isAround = isOn;
  around.ariaPressed = String(isOn);
  map.getContainer().classList.toggle("is-drawing", isOn);
  isOn ? map.dragPan.disable() : map.dragPan.enable();
  if (isOn) say(words.aroundHint);
}

const sketch = (places) => map.getSource("ring")?.setData(places ? { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...places, places[0]]] } } : empty);

read();
try {
  map = makeMap({ style: style(), bounds: main.dataset.extent ? main.dataset.extent.split(",").map(Number) : [14, 49, 40, 61], fitBoundsOptions: { padding: 40 }, locale: JSON.parse(main.dataset.controls) });
  map.on("styleimagemissing", (event) => { if (event.id.startsWith("several:")) map.addImage(event.id, stripes(event.id), { pixelRatio: 2 }); });
  map.on("click", async (event) => {
    if (isAround || isDrawn) return;
    // What was just painted is not drawn yet.
    if (!map.loaded()) await map.once("idle");
    const found = map.queryRenderedFeatures(map.project(event.lngLat), { layers: ["territory-press"] });
    const region = found.find((one) => one.properties.level !== "country") ?? found[0];
    if (region) give([region.properties.code]);
  });
  lasso(map, {
    isOn: () => isAround,
    drawn: sketch,
    done: (ring) => {
      sketch(null);
      draw(false);
      isDrawn = true;
      setTimeout(() => { isDrawn = false; });
      if (!ring) return;
      const codes = within(ring);
      if (codes.length === 0) say(words.noneAround);
      else give(codes);
    },
  });
  around.addEventListener("click", () => draw(!isAround));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && isAround) draw(false); });
  deviceDark.addEventListener("change", () => {
    read();
    map.setStyle(style());
  });
} catch (error) {
  around.hidden = true;
  fail(main.dataset.noMap, error);
}
