// The map of all partners: rings and pins of the service's own tiles, a legend, a card at the pressed pin, and the list
// of whoever is in view. What is looked at stands in the address. Pieces of pages come from the server, safe to put in.
import { afterPaint, base, deviceDark, fail, isDark, makeMap, themes } from "./basemap.js";
import { choosing, layersOf, sources as choiceSources } from "./choose.js";
import { suggestPlaces } from "./places.js";
import { fill, legend, shaded } from "./regions.js";
import { asker, failure } from "./send.js";

const main = document.querySelector("main.partner-map");
const ask = asker();
const list = document.getElementById("map-list");
const narrow = matchMedia("(max-width: 860px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const choice = new URLSearchParams(main.dataset.query);
let by = main.dataset.by;
/** How regions are coloured, "" for not at all; their facts once they came. */
let shade = document.querySelector(".partner-map select[name=regions]").value;
let facts = {};

/** Colours of a dimension's values, as the legend shows them. */
const legends = {};
for (const legend of document.querySelectorAll(".map-legend")) {
  legends[legend.dataset.by] = [...legend.children].map((item) => ({
    value: item.dataset.value, colour: getComputedStyle(item.firstElementChild).backgroundColor,
  }));
}

/** Counts of a ring's parts that tiles carry, as expressions, by the values of a dimension. */
const number = (name) => ["coalesce", ["get", name], 0];
const parts = {
  urgency: (value) => (value === "notDue" ? ["-", ["get", "count"], ["+", number("overdue"), number("due")]] : number(value)),
  status: number,
};

/** The colour of a pin. */
function pinColour() {
  const classes = legends[by];
  const other = classes.find((one) => one.value === "")?.colour ?? classes.at(-1).colour;
  if (by === "lastVisit") {
    const colour = Object.fromEntries(classes.map((one) => [one.value, one.colour]));
    return ["case", ["!", ["has", "daysSinceVisit"]], colour.never,
      ["step", ["get", "daysSinceVisit"], colour.month, 31, colour.quarter, 91, colour.halfYear, 181, colour.longer]];
  }
  const known = classes.filter((one) => one.value !== "" && one.value !== "none");
  const none = classes.find((one) => one.value === "none");
  const matches = known.flatMap((one) => [one.value, one.colour]);
  const match = matches.length > 0 ? ["match", ["get", by], ...matches, other] : other;
  return none ? ["case", ["has", by], match, none.colour] : match;
}

/** The name of a ring's picture: its parts in sixteenths. */
function ring() {
  if (!parts[by]) return "ring:";
  const sixteenths = (value) => ["to-string", ["round", ["/", ["*", 16, parts[by](value)], ["get", "count"]]]];
  return ["concat", `ring:${by}:`, ...legends[by].flatMap((one, index) => (index === 0 ? [sixteenths(one.value)] : ["-", sixteenths(one.value)]))];
}

/** Draws the picture of such a name. */
function ringPicture(name) {
  const [, dimension, counts] = name.split(":");
  const size = 96, middle = size / 2, canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  // Drawn by the processor: what is drawn is read at once.
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const theme = themes[isDark()];
  pen.beginPath();
  pen.arc(middle, middle, 45, 0, 2 * Math.PI);
  pen.fillStyle = theme.halo;
  pen.fill();
  pen.lineWidth = 13;
  const shares = counts ? counts.split("-").map(Number) : [];
  const total = shares.reduce((sum, share) => sum + share, 0);
  let from = -Math.PI / 2;
  const arc = (share, colour) => {
    pen.beginPath();
    pen.strokeStyle = colour;
    pen.arc(middle, middle, 37, from, from + share * 2 * Math.PI);
    pen.stroke();
    from += share * 2 * Math.PI;
  };
  if (total > 0) shares.forEach((share, index) => { if (share > 0) arc(share / total, legends[dimension][index].colour); });
  else arc(1, theme.region);
  return pen.getImageData(0, 0, size, size);
}

function tiles() {
  const query = choice.toString();
  return `${location.origin}/tiles/partners/{z}/{x}/{y}.mvt${query ? `?${query}` : ""}`;
}

function style() {
  const theme = themes[isDark()];
  const { sources, under, over } = base();
  const lone = ["!", ["get", "cluster"]];
  const drawn = layersOf(theme);
  return {
    version: 8,
    sources: {
      ...sources,
      partners: { type: "vector", tiles: [tiles()], maxzoom: 16 },
      ...choiceSources(),
    },
    layers: [
      ...under,
      { id: "region-shades", type: "fill", source: "regions", "source-layer": "regions", filter: ["!=", ["get", "level"], "country"], layout: { visibility: shade ? "visible" : "none" }, paint: { "fill-color": fill(shade ? shaded(facts, shade) : []), "fill-opacity": .72 } },
      { id: "region-rims", type: "line", source: "regions", "source-layer": "regions", filter: ["!=", ["get", "level"], "country"], layout: { visibility: shade ? "visible" : "none" }, paint: { "line-color": theme.ring, "line-width": 1 } },
      ...drawn.under, ...over,
      { id: "pins", type: "circle", source: "partners", "source-layer": "partners", filter: lone, paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 5, 12, 7.5], "circle-color": pinColour(), "circle-stroke-color": theme.ring, "circle-stroke-width": 1.6 } },
      { id: "pin-names", type: "symbol", source: "partners", "source-layer": "partners", minzoom: 12, filter: ["all", lone, ["has", "name"]], layout: { "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 11.5, "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": .8, "text-max-width": 9, "text-optional": true }, paint: { "text-color": theme.place, "text-halo-color": theme.halo, "text-halo-width": 1.4 } },
      { id: "rings", type: "symbol", source: "partners", "source-layer": "partners", filter: ["get", "cluster"], layout: { "icon-image": ring(), "icon-size": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, .62, 2, .8, 4, 1.1], "icon-allow-overlap": true, "text-allow-overlap": true, "text-field": ["case", [">=", ["get", "count"], 10000], ["concat", ["to-string", ["round", ["/", ["get", "count"], 1000]]], "k"], ["to-string", ["get", "count"]]], "text-font": ["sans-serif"], "text-size": 12 }, paint: { "text-color": isDark() ? "#e8edf2" : "#16202c" } },
      ...drawn.over,
    ],
  };
}

/** Pieces of pages of the server. */
async function piece(address, signal) {
  const answer = await ask("GET", address, undefined, { signal });
  return new DOMParser().parseFromString(await answer.text(), "text/html").body;
}

function draw() {
  const [latitude, longitude, zoom] = (main.dataset.at ?? "").split(",").map(Number);
  const extent = main.dataset.extent?.split(",").map(Number);
  const padding = narrow.matches ? 30 : 60;
  const where = main.dataset.at
    ? { center: [longitude, latitude], zoom }
    : { bounds: extent ?? [8, 42, 60, 66], fitBoundsOptions: { padding, maxZoom: 14 } };
  const map = makeMap({ style: style(), locale: JSON.parse(main.dataset.controls), ...where });
  map.addControl(new maplibregl.GeolocateControl({ positionOptions: { enableHighAccuracy: true } }), "top-right");
  let asked = null;
  let popup = null;

  function place() {
    const { lat, lng } = map.getCenter();
    return `${lat.toFixed(5)},${lng.toFixed(5)},${map.getZoom().toFixed(2)}`;
  }

  /** What is looked at, in the address: it can be kept and sent. */
  function remember() {
    const address = new URLSearchParams(choice);
    if (by !== "urgency") address.set("by", by);
    if (shade) address.set("regions", shade);
    address.set("at", place());
    history.replaceState(null, "", `/map?${address.toString().replaceAll("%2C", ",")}`);
  }

  async function follow() {
    asked?.abort();
    asked = new AbortController();
    const box = map.getBounds();
    const query = new URLSearchParams(choice);
    query.set("box", [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((degrees) => degrees.toFixed(5)).join(","));
    try {
      list.replaceChildren(...(await piece(`/map/list?${query}`, asked.signal)).childNodes);
      document.documentElement.dataset.list = query.get("box");
    } catch (error) {
      if (error.name === "AbortError") return;
      const count = document.getElementById("in-view");
      if (count) count.textContent = main.dataset.failed;
      console.warn(error);
    }
  }

  /** Shows a card of the server at a place, or why there is none. `ready` is given the card and what closes it. */
  async function show(address, place, ready, options) {
    popup?.remove();
    const mine = new maplibregl.Popup({ maxWidth: "19rem", focusAfterOpen: false, ...options }).setLngLat(place);
    popup = mine;
    let card = null;
    try {
      card = (await piece(address)).firstElementChild;
      if (card) ready(card, () => mine.remove());
    } catch (error) {
      console.warn(error);
      card = Object.assign(document.createElement("p"), { className: "fault", role: "alert", textContent: failure(error) });
    }
    if (popup !== mine || !card) return;
    mine.setDOMContent(card).addTo(map);
    // The focus that was in it goes back to the map.
    mine.on("close", () => { if (document.activeElement === document.body) map.getCanvas().focus({ preventScroll: true }); });
  }

  const open = (partner, place, options) => show(`/map/card/${encodeURIComponent(partner)}`, place, (card, close) => {
    const button = card.querySelector("[data-choose]");
    if (button && tools.has(partner)) button.textContent = button.dataset.takeOut;
    button?.addEventListener("click", () => {
      tools.toggle(partner);
      close();
    });
  }, { offset: 12, ...options });

  const openRegion = (code, place, options) => show(`/map/regions/${encodeURIComponent(code)}?${choice}`, place, (card, close) => {
    card.querySelector("[data-choose-region]")?.addEventListener("click", () => {
      tools.addRegion(code);
      close();
    });
  }, options);

  /** Goes into a ring. */
  function spread(ring) {
    const center = point(ring);
    afterPaint(() => map.easeTo({ center, zoom: Math.min(18, map.getZoom() + 2), duration: calm.matches ? 0 : 400 }));
  }

  /** For who has no pointer: opens what is drawn in the middle of the map, a pin, a ring, else the region. */
  function openMiddle() {
    const reach = 8, focused = { focusAfterOpen: true }, place = map.getCenter(), { x, y } = map.project(place);
    const near = (layer) => map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers: [layer] })[0];
    const pin = near("pins"), ring = near("rings");
    const [region] = map.queryRenderedFeatures([x, y], { layers: ["region-shades"] });
    if (pin) open(pin.properties.partner, point(pin), focused);
    else if (ring) spread(ring);
    else if (region) openRegion(region.properties.code, place, focused);
  }

  /** Colours the regions anew, by facts that are asked for once. */
  async function shadeRegions() {
    const key = document.querySelector(".region-legend");
    if (shade && Object.keys(facts).length === 0) {
      try {
        facts = await (await ask("GET", `/map/regions?${choice}`)).json();
      } catch (error) {
        console.warn(error);
        key.replaceChildren(Object.assign(document.createElement("li"), { textContent: failure(error) }));
        key.hidden = false;
        return;
      }
    }
    const found = shade ? shaded(facts, shade) : [];
    key.replaceChildren(...legend(found, shade));
    key.hidden = found.length === 0;
    for (const layer of ["region-shades", "region-rims"]) map.setLayoutProperty(layer, "visibility", shade ? "visible" : "none");
    map.setPaintProperty("region-shades", "fill-color", fill(found));
    document.documentElement.dataset.shade = shade;
  }

  const point = (feature) => feature.geometry.coordinates.slice();
  const tools = choosing({
    map, filters: choice,
    reload: () => {
      map.getSource("partners").setTiles([tiles()]);
      facts = {};
      shadeRegions();
      follow();
    },
  });
  map.on("click", "pins", (event) => { if (!tools.isDrawing()) open(event.features[0].properties.partner, point(event.features[0])); });
  map.on("click", "rings", (event) => {
    if (!tools.isDrawing()) spread(event.features[0]);
  });
  map.on("click", "region-shades", (event) => {
    if (!tools.isDrawing() && map.queryRenderedFeatures(event.point, { layers: ["pins", "rings"] }).length === 0) openRegion(event.features[0].properties.code, event.lngLat);
  });
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.repeat || tools.isDrawing()) return;
    event.preventDefault();
    openMiddle();
  });
  for (const layer of ["pins", "rings"]) {
    map.on("mouseenter", layer, () => { if (!tools.isDrawing()) map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
  map.on("styleimagemissing", (event) => {
    if (event.id.startsWith("ring:")) map.addImage(event.id, ringPicture(event.id), { pixelRatio: 2 });
  });
  // The list follows once the map stands: whoever moves on does not wait for it.
  let still = null;
  map.on("moveend", () => {
    remember();
    clearTimeout(still);
    still = setTimeout(() => { if (!map.isMoving()) follow(); }, 150);
  });
  map.once("load", () => {
    follow();
    if (shade) shadeRegions();
  });
  deviceDark.addEventListener("change", () => {
    map.setStyle(style());
    if (shade) document.querySelector(".region-legend").replaceChildren(...legend(shaded(facts, shade), shade));
  });

  list.addEventListener("click", (event) => {
    const item = event.target.closest("[data-partner]");
    if (!item || event.target.closest("a")) return;
    const place = [Number(item.dataset.longitude), Number(item.dataset.latitude)];
    afterPaint(() => {
      map.easeTo({ center: place, zoom: Math.max(map.getZoom(), 14), duration: calm.matches ? 0 : 500 });
      open(item.dataset.partner, place);
    });
    if (narrow.matches) document.querySelector(".map-pane").scrollIntoView({ block: "start" });
  });

  const form = document.querySelector(".partner-map form.filters");
  form.elements.by.addEventListener("change", () => {
    by = form.elements.by.value;
    for (const legend of document.querySelectorAll(".map-legend")) legend.hidden = legend.dataset.by !== by;
    remember();
    afterPaint(() => {
      map.setPaintProperty("pins", "circle-color", pinColour());
      map.setLayoutProperty("rings", "icon-image", ring());
    });
  });
  form.elements.regions.addEventListener("change", () => {
    shade = form.elements.regions.value;
    remember();
    afterPaint(shadeRegions);
  });
  // The place stays when the filters change.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
    event.formData.set("at", place());
  });

  findPlaces(map);
}

/** The box over the map that leads to a town, a street or a house. */
function findPlaces(map) {
  const form = document.querySelector(".place-find");
  if (!form) return;
  const input = form.elements.place;
  let mark = null;
  const list = suggestPlaces({
    input, box: form, id: "places", near: () => map.getCenter(),
    pick: ({ geometry, properties }, text) => {
      mark?.remove();
      mark = new maplibregl.Marker({ color: getComputedStyle(form).getPropertyValue("--chosen") }).setLngLat(geometry.coordinates).addTo(map);
      const move = { duration: calm.matches ? 0 : 800 };
      const { extent, housenumber, street, osm_key: key } = properties;
      if (extent) map.fitBounds([[extent[0], extent[3]], [extent[2], extent[1]]], { ...move, maxZoom: 15 });
      else map.easeTo({ ...move, center: geometry.coordinates, zoom: Math.max(map.getZoom(), housenumber ? 16 : street || key === "highway" ? 14 : 11) });
      document.documentElement.dataset.place = text;
    },
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    (await list.first())?.click();
  });
  input.addEventListener("input", () => { if (input.value === "") mark?.remove(); });
}

try {
  draw();
} catch (error) {
  fail(main.dataset.noMap, error);
}
