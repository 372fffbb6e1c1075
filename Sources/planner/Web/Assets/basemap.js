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

/** How coarsely a moving map is drawn on this device, as the maps of this tab found out: 0 for not at all. */
const paceKey = "planner-pace";
const keptPace = () => Number(sessionStorage.getItem(paceKey)) || 0;

/**
 * Keeps a map that moves smooth where nothing but the processor draws: while frames come slowly it is drawn with fewer
 * points, and with all of them once it stands. Says whether it is drawn with all of them.
 */
function pace(map) {
  const shares = [1, .75, .5];
  let step = Math.min(shares.length - 1, keptPace());
  let drawn = 0, counting = null, standing = null, last = 0, gaps = [];

  function draw(index) {
    drawn = index;
    // The library would take another size for the end of the movement.
    const isMoving = map._moving;
    map._moving = true;
    map.setPixelRatio(index === 0 ? null : devicePixelRatio * shares[index]);
    map._moving = isMoving;
    map.redraw();
  }
  function keep(index) {
    step = index;
    gaps = [];
    sessionStorage.setItem(paceKey, String(index));
  }
  // A change of size empties what was drawn: it comes between two frames, and what is new is drawn at once.
  const between = () => setTimeout(() => { if (counting !== null && drawn !== step && map.isMoving()) draw(step); });
  const middle = () => gaps.toSorted((one, other) => one - other)[gaps.length >> 1];

  function count(now) {
    counting = requestAnimationFrame(count);
    if (map.isMoving()) gaps.push(now - last);
    last = now;
    // Movements are short: where two frames of three are very slow, no more of them are waited for.
    const isCrawling = gaps.length > 2 && middle() > 1000 / 15;
    if (step < shares.length - 1 && (isCrawling || (gaps.length > 6 && middle() > 1000 / 30))) {
      keep(isCrawling ? shares.length - 1 : step + 1);
      between();
    } else if (gaps.length > 30) gaps.shift();
  }
  map.on("movestart", () => {
    clearTimeout(standing);
    if (counting !== null) return;
    last = performance.now();
    counting = requestAnimationFrame(count);
    between();
  });
  map.on("moveend", () => {
    clearTimeout(standing);
    standing = setTimeout(() => {
      if (map.isMoving()) return;
      cancelAnimationFrame(counting);
      counting = null;
      if (drawn > 0) draw(0);
      // What was quick throughout may be tried with more points the next time.
      if (step > 0 && gaps.length > 20 && middle() < 20) keep(step - 1);
    }, 200);
  });
  map.on("remove", () => {
    clearTimeout(standing);
    cancelAnimationFrame(counting);
    counting = null;
  });
  return () => drawn === 0;
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
    ...(keptPace() > 0 ? { fadeDuration: 0 } : {}), ...options,
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
  const isSharp = pace(map);
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
