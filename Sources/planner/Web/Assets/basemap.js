// What the maps of all pages share: brightness, colours, and the base layers drawn from the service's own tiles.
// A brightness chosen in the menu stands; else the device's counts.
const chosenTheme = document.documentElement.dataset.theme;
export const deviceDark = matchMedia("(prefers-color-scheme: dark)");
export const isDark = () => (chosenTheme ? chosenTheme === "dark" : deviceDark.matches);

export const themes = {
  false: {
    water: "#cfe0ea", land: "#f7f5ef", border: "#a79f92", state: "#d3ccbf", river: "#b5d0df",
    place: "#4b5560", halo: "#ffffff", casing: "#ffffff", ring: "#ffffff", street: "#ffffff", mainStreet: "#fbe3b0", streetEdge: "#cfc7b8", green: "#dfe9d3", region: "#0b5c8f",
    chosen: "#7b2fa0", subtract: "#b3261e",
  },
  true: {
    water: "#0c1a26", land: "#1b2530", border: "#5b6a78", state: "#303e4b", river: "#1f3a4e",
    place: "#aebccb", halo: "#101820", casing: "#0b1118", ring: "#0b1118", street: "#34444f", mainStreet: "#4c5a4d", streetEdge: "#141c24", green: "#1b2f2a", region: "#6cb8ea",
    chosen: "#d7a6f0", subtract: "#ff8a80",
  },
};

/** Width of a street by its class and the zoom, plus `edge` on top. */
function streetWidth(edge) {
  const at = (main, second, third) => ["match", ["get", "class"], 1, main + edge, 2, second + edge, third + edge];
  return ["interpolate", ["exponential", 1.6], ["zoom"], 9, at(1, .6, .2), 12, at(2.6, 1.8, .9), 15, at(8, 6.5, 4.5), 18, at(24, 20, 15)];
}

/** Tiles of the operator's own choice, and whom they are owed to; without, the service's own are drawn. */
const { tiles: ownTiles, tilesCredit: ownCredit } = document.body.dataset;

/** Sources and layers of land, water, streets and places, in the order in which they are drawn. */
export function base() {
  const theme = themes[isDark()];
  if (ownTiles) return {
    sources: { tiles: { type: "raster", tiles: [ownTiles], tileSize: 256, maxzoom: 19 } },
    under: [
      { id: "water", type: "background", paint: { "background-color": theme.land } },
      { id: "tiles", type: "raster", source: "tiles", paint: isDark() ? { "raster-brightness-max": .72, "raster-saturation": -.35 } : {} },
    ],
    over: [],
  };
  const tiles = (name) => ({ type: "vector", tiles: [`${location.origin}/tiles/${name}/{z}/{x}/{y}.mvt`], minzoom: name === "roads" ? 5 : 0, maxzoom: 15 });
  const of = (layer, id, more) => ({ id, source: "base", "source-layer": layer, ...more });
  const round = { "line-cap": "round", "line-join": "round" };
  return {
    sources: { base: tiles("base"), roads: tiles("roads") },
    under: [
      { id: "water", type: "background", paint: { "background-color": theme.water } },
      of("land", "land", { type: "fill", paint: { "fill-color": theme.land } }),
      of("green", "green", { type: "fill", minzoom: 9, paint: { "fill-color": theme.green } }),
      of("water", "lakes", { type: "fill", paint: { "fill-color": theme.water } }),
      of("waterways", "rivers", { type: "line", paint: { "line-color": theme.river, "line-width": ["interpolate", ["linear"], ["zoom"], 4, .6, 9, 2, 15, 3] } }),
      of("borders", "states", { type: "line", minzoom: 4, filter: ["!=", ["get", "level"], 2], paint: { "line-color": theme.state, "line-width": 1, "line-dasharray": [3, 2] } }),
      of("borders", "borders", { type: "line", filter: ["==", ["get", "level"], 2], paint: { "line-color": theme.border, "line-width": 1.4 } }),
      // One source after the other: each change between them cuts all tiles out anew.
      { id: "rails", source: "roads", "source-layer": "roads", type: "line", minzoom: 10, filter: ["==", ["get", "kind"], "rail"], paint: { "line-color": theme.border, "line-width": 1.2, "line-dasharray": [6, 3], "line-opacity": .6 } },
      { id: "street-edge", source: "roads", "source-layer": "roads", type: "line", minzoom: 9, filter: ["has", "class"], layout: round, paint: { "line-color": theme.streetEdge, "line-width": streetWidth(1.2) } },
      { id: "streets", source: "roads", "source-layer": "roads", type: "line", minzoom: 8, filter: ["has", "class"], layout: round, paint: { "line-color": ["match", ["get", "class"], 1, theme.mainStreet, theme.street], "line-width": streetWidth(0) } },
    ],
    over: [
      of("places", "places", { type: "symbol", filter: ["<=", ["get", "rank"], ["+", ["zoom"], 1.5]], layout: { "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": ["interpolate", ["linear"], ["get", "rank"], 0, 14, 8, 11], "text-variable-anchor": ["top", "bottom", "left", "right"], "text-radial-offset": 1.15, "text-padding": 4, "symbol-sort-key": ["get", "rank"] }, paint: { "text-color": theme.place, "text-halo-color": theme.halo, "text-halo-width": 1.4 } }),
      { id: "street-names", source: "roads", "source-layer": "roads", type: "symbol", minzoom: 13.5, filter: ["all", ["has", "class"], ["has", "name"]], layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 11, "symbol-spacing": 350 }, paint: { "text-color": theme.place, "text-halo-color": theme.halo, "text-halo-width": 1.4 } },
    ],
  };
}

/** How many frames a map slides between two drawings on this device, as the maps of this tab found out. */
const glideKey = "planner-glide";
const mostSlides = 8;

/** Whether nothing but the processor draws here. */
function isDrawnBySoftware() {
  const gl = document.createElement("canvas").getContext("webgl2");
  const name = gl?.getParameter(gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER) ?? "";
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}

function keptSlides() {
  const kept = sessionStorage.getItem(glideKey) ?? (isDrawnBySoftware() ? "4" : "0");
  sessionStorage.setItem(glideKey, kept);
  return Math.min(mostSlides, Number(kept) || 0);
}

/**
 * Keeps a map smooth where nothing but the processor draws: what was drawn last slides and grows along with the movement
 * and is drawn anew every few frames, and a map that stands is not drawn more than ten times a second. The frame after a
 * press is not drawn either, so that the press shows at once. Says whether what is shown is as it was drawn.
 */
function glide(map) {
  const { painter } = map;
  const canvas = map.getCanvas();
  const render = painter.render.bind(painter);
  // What was drawn last, and when; how many frames slide until the next, and how many did.
  let drawn = null, at = 0, slides = keptSlides(), slid = 0;
  let isPressed = false, wasMoving = false;

  // The library looks presses up where the canvas lies: a canvas that slid counts as lying where it is drawn.
  canvas.getBoundingClientRect = () => map.getContainer().getBoundingClientRect();
  const presses = ["pointerdown", "pointerup", "keydown"];
  const press = () => { isPressed = true; };
  for (const kind of presses) window.addEventListener(kind, press, { capture: true, passive: true });

  /** How far what was drawn has to go to where it belongs now; nothing where too little of the map would be left. */
  function way() {
    if (!drawn || drawn.bearing !== map.getBearing()) return null;
    const { x, y } = map.project(drawn.center).sub(drawn.middle), scale = 2 ** (map.getZoom() - drawn.zoom);
    const isNear = Math.abs(x) < canvas.clientWidth / 5 && Math.abs(y) < canvas.clientHeight / 5 && scale > .8 && scale < 2;
    return isNear ? `translate(${x}px, ${y}px) scale(${scale})` : null;
  }
  /** More slides where frames of this movement took long, fewer where they were quick. */
  function adapt(now) {
    const each = (now - at) / (slid + 1);
    if (each > 28) slides = Math.min(mostSlides, slides * 2 + 1);
    else if (each < 18 && slides > 0) slides -= 1;
    else return;
    sessionStorage.setItem(glideKey, String(slides));
  }
  painter.render = (style, options) => {
    const now = performance.now();
    const isMoving = map.isMoving();
    const isEarly = isMoving ? slid < slides : slides > 0 && now - at < 100;
    const shift = (isPressed || isEarly) && slid < mostSlides ? way() : null;
    if (shift) {
      canvas.style.transform = shift;
      isPressed = false;
      slid += 1;
      map.triggerRepaint();
      return;
    }
    if (isMoving && wasMoving) adapt(now);
    render(style, options);
    const center = map.getCenter();
    drawn = { center, middle: map.project(center), zoom: map.getZoom(), bearing: map.getBearing() };
    canvas.style.transformOrigin = `${drawn.middle.x}px ${drawn.middle.y}px`;
    canvas.style.transform = "";
    at = now;
    slid = 0;
    wasMoving = isMoving;
  };
  // A canvas of another size is empty.
  map.on("resize", () => { drawn = null; });
  map.on("remove", () => { for (const kind of presses) window.removeEventListener(kind, press, { capture: true }); });
  return () => slid === 0;
}

/** Does this once what was just changed is painted: a press shows at once, what takes longer comes after. */
export const afterPaint = (work) => requestAnimationFrame(() => setTimeout(work));

/** Controls every map has; `locale` are the words of the library's own. */
export function makeMap(options) {
  const narrow = matchMedia("(max-width: 860px)");
  const map = new maplibregl.Map({
    container: "map", attributionControl: false, maxZoom: 18, renderWorldCopies: false, dragRotate: false,
    pitchWithRotate: false, touchPitch: false,
    // Where frames are slow names appear at once instead of in a dozen frames more.
    ...(keptSlides() > 0 ? { fadeDuration: 0 } : {}), ...options,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl(), "bottom-left");
  map.addControl(new maplibregl.AttributionControl({ compact: narrow.matches, customAttribution: ownTiles ? ownCredit : "Natural Earth · GSHHG · © OpenStreetMap contributors" }), "bottom-right");
  // The sources stand open at first and would cover the map on a phone; the button shows them again.
  const close = () => document.querySelector(".maplibregl-ctrl-attrib")?.classList.remove("maplibregl-compact-show");
  if (narrow.matches) {
    close();
    map.once("styledata", close);
    map.once("load", close);
  }
  map.on("error", (event) => console.warn(event.error?.message ?? event));
  const isSharp = glide(map);
  map.on("idle", () => { if (isSharp()) document.documentElement.dataset.map = "idle"; });
  window.plannerMap = map;
  return map;
}

/** Says in place of the map why there is none. */
export function fail(text, reason) {
  const note = document.createElement("p");
  note.className = "map-note";
  note.setAttribute("role", "status");
  note.textContent = text;
  document.getElementById("map").after(note);
  document.documentElement.dataset.map = "failed";
  console.warn(reason);
}
