// Towns, streets and houses that are found while one types, by the service's own geocoder.
import { suggest } from "./suggest.js";

const line = (one) => [one.name, [one.street, one.housenumber].filter(Boolean).join(" "), one.city, one.state]
  .filter((part, index, all) => part && all.indexOf(part) === index).join(", ");

/**
 * Puts a list of places below an input; `box` surrounds it, `id` names the list, `near` gives the middle of what is looked
 * at, and `pick(feature, text)` is what happens with the one that is chosen.
 */
export function suggestPlaces({ input, box, id, near, pick }) {
  const list = suggest({
    input, box, id,
    find: async (text, signal) => {
      const middle = near?.();
      const query = new URLSearchParams({ q: text, limit: 6, lang: document.documentElement.lang });
      if (middle) {
        query.set("lat", middle.lat.toFixed(4));
        query.set("lon", middle.lng.toFixed(4));
      }
      const answer = await fetch(`/photon/api?${query}`, { signal });
      if (!answer.ok || answer.redirected) return [];
      return (await answer.json()).features.map((feature, index) => {
        const item = document.createElement("li");
        Object.assign(item, { id: `${id}-${index}`, role: "option", textContent: line(feature.properties), place: feature });
        return item;
      });
    },
    pick: (item) => {
      input.value = item.textContent;
      list.close();
      pick(item.place, item.textContent);
    },
  });
  return list;
}
