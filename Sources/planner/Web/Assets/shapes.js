// The shapes a choice is made of: what each means to the service, and how it is drawn on the map.
const earth = 6371008.8;
const radians = (degrees) => (degrees * Math.PI) / 180;
const degrees = (angle) => (angle * 180) / Math.PI;

/** Metres between two places `[longitude, latitude]` on the sphere: for what is drawn; the service measures on the ellipsoid. */
export function metres([west, south], [east, north]) {
  const half = (from, to) => Math.sin(radians(to - from) / 2) ** 2;
  const chord = half(south, north) + Math.cos(radians(south)) * Math.cos(radians(north)) * half(west, east);
  return 2 * earth * Math.asin(Math.min(1, Math.sqrt(chord)));
}

function circle([longitude, latitude], radius) {
  const angle = radius / earth, from = radians(latitude);
  const ring = Array.from({ length: 73 }, (_, index) => {
    const bearing = (index % 72) * (Math.PI / 36);
    const to = Math.asin(Math.sin(from) * Math.cos(angle) + Math.cos(from) * Math.sin(angle) * Math.cos(bearing));
    const turned = Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(from), Math.cos(angle) - Math.sin(from) * Math.sin(to));
    return [longitude + degrees(turned), degrees(to)];
  });
  return { type: "Polygon", coordinates: [ring] };
}

const place = ([longitude, latitude]) => ({ latitude, longitude });

/** A shape as a selection of the API. */
function part(shape) {
  switch (shape.kind) {
    case "area": return shape.parts.length === 1 ? { polygon: shape.parts[0] } : { or: shape.parts.map((polygon) => ({ polygon })) };
    case "circle": return { circle: { center: place(shape.center), radius: shape.radius } };
    case "corridor": return { corridor: { line: { type: "LineString", coordinates: shape.line }, distance: shape.distance } };
    case "region": return { region: shape.code };
    default: return { ids: shape.ids };
  }
}

/** All shapes one after another: what is taken away or kept first, before anything was added, is so from everybody. */
export function selection(shapes) {
  let all = null;
  for (const shape of shapes) {
    const one = part(shape);
    if (shape.operation === "add") {
      if (all?.or) all.or.push(one);
      else all = all ? { or: [all, one] } : one;
    } else {
      const kept = shape.operation === "subtract" ? { not: one } : one;
      if (all?.and) all.and.push(kept);
      else all = { and: [all ?? { all: true }, kept] };
    }
  }
  return all;
}

/** What is drawn of shapes; `widest` is the width of a corridor's line at zoom 0 in pixels. */
export function drawn(shapes) {
  const features = shapes.flatMap((shape) => {
    const properties = { operation: shape.operation };
    switch (shape.kind) {
      case "area": return shape.parts.map((geometry) => ({ type: "Feature", properties, geometry }));
      case "circle": return [{ type: "Feature", properties, geometry: circle(shape.center, shape.radius) }];
      case "corridor": {
        const middle = shape.line[Math.floor(shape.line.length / 2)][1];
        const widest = (2 * shape.distance * 512) / (2 * Math.PI * 6378137 * Math.cos(radians(middle)));
        return [{ type: "Feature", properties: { ...properties, widest }, geometry: { type: "LineString", coordinates: shape.line } }];
      }
      default: return [];
    }
  });
  return { type: "FeatureCollection", features };
}

/** Where two pieces of line cross; null where they do not. */
function crossing(a, b, c, d) {
  const turn = (p, q, r) => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  const [from, to] = [turn(c, d, a), turn(c, d, b)];
  if (from * to >= 0 || turn(a, b, c) * turn(a, b, d) >= 0) return null;
  const share = from / (from - to);
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
}

function extent(ring) {
  let twice = 0;
  for (let index = 1; index < ring.length; index += 1) twice += ring[index - 1][0] * ring[index][1] - ring[index][0] * ring[index - 1][1];
  return Math.abs(twice / 2);
}

/** A closed line cut where it crosses itself: rings that do not, the slivers of a shaky hand left out. */
export function loops(points) {
  const rings = [];
  let path = [];
  for (const point of [...points, points[0]]) {
    // The hand often ends where it began.
    if (path.length > 0 && path.at(-1)[0] === point[0] && path.at(-1)[1] === point[1]) continue;
    for (;;) {
      // The crossing that comes first on the way there.
      let nearest = null;
      for (let index = 0; index < path.length - 2; index += 1) {
        const cross = crossing(path[index], path[index + 1], path.at(-1), point);
        if (!cross) continue;
        const away = Math.hypot(cross[0] - path.at(-1)[0], cross[1] - path.at(-1)[1]);
        if (!nearest || away < nearest.away) nearest = { away, cross, index };
      }
      if (!nearest) break;
      const { cross, index } = nearest;
      rings.push([cross, ...path.slice(index + 1), cross]);
      path = [...path.slice(0, index + 1), cross];
    }
    path.push(point);
  }
  rings.push(path);
  const largest = Math.max(...rings.map(extent));
  return rings.filter((ring) => ring.length >= 4 && extent(ring) > .01 * largest);
}

/** A drawn line with the points that matter: none nearer to its neighbours' line than `tolerance` (Douglas and Peucker). */
export function simplified(points, tolerance) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points.at(-1)];
  const [dx, dy] = [last.x - first.x, last.y - first.y];
  const length = Math.hypot(dx, dy);
  let [farthest, most] = [0, -1];
  for (let index = 1; index < points.length - 1; index += 1) {
    const [x, y] = [points[index].x - first.x, points[index].y - first.y];
    const away = length === 0 ? Math.hypot(x, y) : Math.abs(x * dy - y * dx) / length;
    if (away > most) [farthest, most] = [index, away];
  }
  if (most <= tolerance) return [first, last];
  return [...simplified(points.slice(0, farthest + 1), tolerance).slice(0, -1), ...simplified(points.slice(farthest), tolerance)];
}

/**
 * Whether layers are drawn at all, by what they would show. A layer without content costs as much as one with it: all
 * tiles of its source are cut out anew before it is drawn.
 */
export const visibility = (isShown) => (isShown ? "visible" : "none");
/** Layers of shapes, and of one that is being made. */
export const shapeLayers = ["shape-areas", "shape-bands", "shape-lines"], draftLayers = ["draft-areas", "draft-lines", "draft-points"];
export const regionCodes = (shapes) => shapes.filter((shape) => shape.kind === "region").map((shape) => shape.code);
export const hasDrawn = (shapes) => shapes.some((shape) => ["area", "circle", "corridor"].includes(shape.kind));

/** Layers of the choice over the partners' ones; `theme` gives its colours. */
export function layers(shapes, ids, theme) {
  const colour = ["match", ["get", "operation"], "subtract", theme.subtract, theme.chosen];
  const width = ["interpolate", ["exponential", 2], ["zoom"], 0, ["coalesce", ["get", "widest"], 0], 20, ["*", 1048576, ["coalesce", ["get", "widest"], 0]]];
  const isArea = ["==", ["geometry-type"], "Polygon"], isLine = ["==", ["geometry-type"], "LineString"];
  const codes = regionCodes(shapes);
  const some = { visibility: visibility(hasDrawn(shapes)) }, none = { visibility: "none" };
  const region = { source: "regions", "source-layer": "regions" };
  return {
    under: [
      { id: "region-areas", type: "fill", ...region, layout: { visibility: "none" }, paint: { "fill-color": theme.chosen, "fill-opacity": .04 } },
      { id: "region-lines", type: "line", ...region, layout: { visibility: "none" }, paint: { "line-color": theme.chosen, "line-width": 1.2, "line-opacity": .45 } },
      { id: "regions-chosen", type: "fill", ...region, layout: { visibility: visibility(codes.length > 0) }, filter: ["in", ["get", "code"], ["literal", codes]], paint: { "fill-color": theme.chosen, "fill-opacity": .16 } },
      { id: "shape-areas", type: "fill", source: "shapes", layout: some, filter: isArea, paint: { "fill-color": colour, "fill-opacity": .16 } },
      { id: "shape-bands", type: "line", source: "shapes", filter: isLine, layout: { ...some, "line-cap": "round", "line-join": "round" }, paint: { "line-color": colour, "line-width": width, "line-opacity": .2 } },
      { id: "shape-lines", type: "line", source: "shapes", layout: some, paint: { "line-color": colour, "line-width": 2 } },
    ],
    over: [
      { id: "pins-chosen", type: "circle", source: "partners", "source-layer": "partners", filter: ["in", ["get", "partner"], ["literal", ids]], paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 7, 12, 10], "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": theme.chosen, "circle-stroke-width": 3 } },
      { id: "draft-areas", type: "fill", source: "draft", layout: none, filter: isArea, paint: { "fill-color": theme.chosen, "fill-opacity": .1 } },
      { id: "draft-lines", type: "line", source: "draft", layout: { ...none, "line-cap": "round", "line-join": "round" }, paint: { "line-color": theme.chosen, "line-width": 2.5, "line-dasharray": [2, 1.5] } },
      { id: "draft-points", type: "circle", source: "draft", layout: none, filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 5, "circle-color": theme.chosen, "circle-stroke-color": theme.ring, "circle-stroke-width": 2 } },
    ],
  };
}

/** What is drawn while a shape is being made of points. */
export function draft(tool, points, next) {
  const path = next ? [...points, next] : points;
  const features = points.map((point) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: point } }));
  const add = (geometry) => features.push({ type: "Feature", properties: {}, geometry });
  if (tool === "circle" && path.length > 1) add(circle(path[0], metres(path[0], path[1])));
  else if ((tool === "polygon" || tool === "lasso") && path.length > 2) add({ type: "Polygon", coordinates: [[...path, path[0]]] });
  else if (path.length > 1) add({ type: "LineString", coordinates: path });
  return { type: "FeatureCollection", features: tool === "lasso" ? features.slice(points.length) : features };
}
