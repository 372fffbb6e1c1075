// Regions of the map coloured by what they hold: five classes of about as many regions each.
import { isDark } from "./basemap.js";

const scales = {
  false: { partners: ["#dbe9f4", "#b0d0e8", "#7ab0d8", "#3f86bd", "#175a91"], share: ["#fbe6d2", "#f8c795", "#ee9a54", "#d06a22", "#963f0c"] },
  true: { partners: ["#1f3648", "#24506f", "#2c6d9b", "#4391c8", "#86c3ec"], share: ["#40301f", "#664421", "#935c22", "#c67f35", "#f3b06b"] },
};

/** What the shade says of a region's `[partners, overdue, unvisited]`; nil where nobody is. */
const measures = {
  partners: ([partners]) => partners,
  overdue: ([partners, overdue]) => (100 * overdue) / partners,
  unvisited: ([partners, , unvisited]) => (100 * unvisited) / partners,
};

/** Upper ends of at most five classes that share the values out evenly; equal values stand in one class. */
function classes(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const ends = [1, 2, 3, 4, 5].map((part) => sorted[Math.ceil((part * sorted.length) / 5) - 1]);
  return [...new Set(ends)];
}

/** Classes of a shade: `{ from, to, colour, codes }`, lowest first. */
export function shaded(facts, shade) {
  const measure = measures[shade];
  const values = Object.entries(facts).map(([code, fact]) => [code, Math.round(measure(fact))]);
  if (values.length === 0) return [];
  const ends = classes(values.map(([, value]) => value));
  const scale = scales[isDark()][shade === "partners" ? "partners" : "share"];
  return ends.map((to, index) => {
    const held = values.filter(([, value]) => value <= to && (index === 0 || value > ends[index - 1]));
    // Few classes use the scale's ends all the same.
    const colour = scale[ends.length === 1 ? 2 : Math.round((index * 4) / (ends.length - 1))];
    return { from: Math.min(...held.map(([, value]) => value)), to, colour, codes: held.map(([code]) => code) };
  });
}

/** The colour of a region by its code. */
export function fill(found) {
  const pairs = found.flatMap((one) => [one.codes, one.colour]);
  return pairs.length > 0 ? ["match", ["get", "code"], ...pairs, "rgba(0,0,0,0)"] : "rgba(0,0,0,0)";
}

/** The classes as items of a list. */
export function legend(found, shade) {
  const unit = shade === "partners" ? "" : "\u00a0%";
  return found.map((one) => {
    const item = document.createElement("li"), swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.backgroundColor = one.colour;
    item.append(swatch, one.from === one.to ? `${one.to}${unit}` : `${one.from}–${one.to}${unit}`);
    return item;
  });
}
