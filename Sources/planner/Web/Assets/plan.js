// Planning a trip: what is wanted stands in the form, the service plans, stops are moved, taken out and insisted on with
// the plan calculated anew each time. Every state stays, so that undo and redo show it at once.
import { base, deviceDark, fail, isDark, makeMap, themes } from "./basemap.js";
import { dragging } from "./drag.js";
import { suggestPlaces } from "./places.js";
import { arrow, boxAround, pointOf, readPlan, tripLayers } from "./route.js";
import { failure, once, sender } from "./send.js";

const main = document.querySelector("main.planner");
const words = JSON.parse(main.dataset.words);
const send = sender(main.dataset.pageCode);
const form = document.getElementById("wanted");
const keep = document.getElementById("keep");
const told = document.getElementById("told");
const box = document.getElementById("draft");
const steps = document.getElementById("steps");
const narrow = matchMedia("(max-width: 860px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const kept = "planner-wanted";
const empty = { type: "FeatureCollection", features: [] };

// Whom the map's choice holds; it came with the press on its button.
let chosen = null;
try { chosen = JSON.parse(sessionStorage.getItem("planner-plan")); } catch { chosen = null; }

let map = null;
let features = [];
let route = empty;
// States of the plan, each with what was wanted of it, and which one is shown.
let states = [];
let shown = -1;
// The state that is being planned: what is done meanwhile builds on it.
let pending = null;
let asked = null;

// MARK: What is wanted

const field = (name) => form.elements[name];

function recall() {
  if (chosen) field("selection").prepend(new Option(words.fromMap.replace("0", chosen.count), "", true, !new URLSearchParams(location.search).has("selection")));
  if (field("selection").options.length === 0) {
    document.getElementById("conditions").hidden = true;
    document.getElementById("no-choice").hidden = false;
  }
  let values = {};
  try { values = JSON.parse(localStorage.getItem(kept)) ?? {}; } catch { values = {}; }
  for (const [name, value] of Object.entries(values)) {
    if (!field(name)) continue;
    if (field(name).type === "checkbox") field(name).checked = value;
    else field(name).value = value;
  }
  follow();
}

/** What a person decides once and means for the next trip too; days and partners are each trip's own. */
function remember() {
  const values = {};
  for (const one of form.elements) if (one.name && !["selection", "date"].includes(one.name)) values[one.name] = one.type === "checkbox" ? one.checked : one.value;
  localStorage.setItem(kept, JSON.stringify(values));
}

function follow() {
  form.querySelector("[data-end]").hidden = field("end").value !== "place";
  for (const name of ["lunchFrom", "lunchUntil", "lunchMinutes"]) field(name).closest("label").hidden = !field("lunch").checked;
}

/** What stands in the form, as the service is asked for it. */
function wanted() {
  const number = (name) => field(name).valueAsNumber || null;
  const saved = field("selection").value;
  const body = {
    selection: saved === "" ? chosen.selection : { saved }, start: field("start").value.trim(), date: field("date").value,
    days: number("days"), work: `${field("from").value}-${field("until").value}`, night: field("night").value,
  };
  if (field("end").value === "open") body.open = true;
  if (field("end").value === "place") body.end = field("endPlace").value.trim();
  if (number("visit")) body.visitSeconds = 60 * number("visit");
  if (field("lunch").checked) body.lunch = { window: `${field("lunchFrom").value}-${field("lunchUntil").value}`, seconds: 60 * (number("lunchMinutes") ?? 45) };
  if (number("maxDriving")) body.maxDriveSeconds = 3600 * number("maxDriving");
  if (number("skipVisited")) body.skipVisited = number("skipVisited");
  if (field("skipPlanned").checked) body.skipPlanned = true;
  if (field("alternatives").checked) body.alternatives = 3;
  return body;
}

/** What was wanted when a state was planned, with what was decided about its stops. */
function request(state) {
  const { alternatives, ...body } = state.wanted;
  if (state.added.length > 0) body.selection = { or: [body.selection, { ids: state.added }] };
  if (state.must.length > 0) body.must = state.must;
  if (state.without.length > 0) body.without = state.without.map((one) => one.id);
  const locked = Object.entries(state.locked);
  if (locked.length > 0) body.rules = { stops: locked.map(([partner, date]) => ({ partner, dates: [date] })) };
  if (state.order) body.order = state.order;
  else if (alternatives) Object.assign(body, { alternatives, choose: state.choose });
  if (state.improve) body.improve = true;
  return body;
}

function say(text, isFault = false) {
  told.className = isFault ? "fault" : "quiet";
  told.role = isFault ? "alert" : "status";
  told.textContent = text;
  if (isFault) told.scrollIntoView({ block: "nearest" });
}

// MARK: States

const now = () => states[shown];
/** What the next change is made to. */
const latest = () => pending ?? now();

/** Plans, and puts the new state behind the one that is shown. */
async function plan(change) {
  const state = { must: [], without: [], locked: {}, added: [], order: null, choose: 1, ...latest(), improve: false, wanted: wanted(), ...change };
  asked?.abort();
  asked = new AbortController();
  pending = state;
  say(words.working);
  main.ariaBusy = "true";
  delete document.documentElement.dataset.plan;
  try {
    const answer = await (await send("/plan/draft", request(state), { signal: asked.signal })).json();
    if (pending !== state) return;
    finish();
    // An order that was improved or planned is kept as it is from then on only when something is moved.
    states = [...states.slice(0, shown + 1), { ...state, improve: false, answer }];
    shown = states.length - 1;
    const conditions = document.getElementById("conditions");
    if (conditions.contains(document.activeElement)) conditions.firstElementChild.focus({ preventScroll: true });
    conditions.open = false;
    show();
    if (shown === 0 && narrow.matches) box.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
  } catch (error) {
    if (pending !== state) return;
    finish();
    say(failure(error), true);
  }
}

/** Nothing is on its way any more. */
function finish() {
  asked.abort();
  pending = null;
  main.ariaBusy = "false";
  say("");
}

function show() {
  const { answer, without } = now();
  const held = focused();
  const page = new DOMParser().parseFromString(answer.html, "text/html");
  box.replaceChildren(...page.body.childNodes);
  if (without.length > 0) {
    const list = document.createElement("ul");
    list.className = "taken-out";
    for (const one of without) {
      const item = document.createElement("li"), name = document.createElement("span"), back = document.createElement("button");
      name.textContent = one.name;
      Object.assign(back, { type: "button", className: "map-button", textContent: words.takeBack });
      Object.assign(back.dataset, { fix: "again", partner: one.id });
      item.append(name, back);
      list.append(item);
    }
    box.append(list);
  }
  keep.hidden = answer.order.length === 0;
  keep.elements.title.placeholder = answer.title ?? "";
  document.getElementById("undo").disabled = shown === 0;
  document.getElementById("redo").disabled = shown === states.length - 1;
  document.getElementById("improve").hidden = document.getElementById("best").hidden = !now().order;
  steps.hidden = states.length === 1 && !now().order;
  document.getElementById("nearby-box").hidden = answer.order.length === 0;
  document.getElementById("nearby-list").replaceChildren();
  features = readPlan(box, null).features;
  route = answer.route ?? empty;
  const start = route.features.find((one) => one.properties.kind === "start");
  if (start) features.push({ type: "Feature", id: 0, geometry: start.geometry, properties: { kind: "start", label: "", day: 0 } });
  // The plan has a mark of its own for it.
  mark?.remove();
  draw();
  if (held) focusAgain(held);
  document.documentElement.dataset.plan = String(shown);
}

/** Whose button has the focus, which of his it is, and whether his menu is open; nothing where the focus is elsewhere. */
function focused() {
  const one = document.activeElement;
  if (!one.closest("#draft, #nearby-list")) return null;
  const { partner, add } = one.dataset, menu = one.closest(".stop-menu");
  const kinds = ["move", "to", "fix", "choose"].filter((kind) => kind in one.dataset);
  return {
    partner: partner ?? add ?? one.closest(".stop")?.dataset.partner ?? one.closest("[data-left]")?.dataset.left,
    button: kinds.map((kind) => `[data-${kind}="${one.dataset[kind]}"]`).join("") || (one.matches(".badge") ? ".badge" : "summary"),
    isOpen: menu?.open ?? false,
  };
}

/** Puts the focus where it was before the plan was replaced, or where the same partner stands now. */
function focusAgain({ partner, button, isOpen }) {
  const stop = box.querySelector(`.stop[data-partner="${partner}"]`);
  if (stop) {
    const menu = stop.querySelector(".stop-menu");
    menu.open = isOpen;
    return (stop.querySelector(button) ?? menu.firstElementChild).focus();
  }
  const list = box.querySelector(".left-out");
  const same = partner ? box.querySelector(`[data-fix][data-partner="${partner}"]`) : button === "summary" ? list?.firstElementChild : box.querySelector(button);
  if (same?.matches(".left-out li *")) list.open = true;
  (same ?? document.getElementById("side")).focus();
}

const isOut = (partner) => latest().without.some((one) => one.id === partner);

/** The order as it is shown, or as it is being planned, to be changed. */
const order = () => (pending?.order ?? now().answer.order).map(({ date, partners }) => ({ date, partners: partners.filter((one) => !isOut(one)) }));

function move(partner, date, index) {
  const days = order();
  const from = days.find((day) => day.partners.includes(partner));
  const to = days.find((day) => day.date === date);
  if (!from || !to) return;
  const before = from.partners.indexOf(partner);
  from.partners.splice(before, 1);
  to.partners.splice(from === to && before < index ? index - 1 : index, 0, partner);
  plan({ order: days });
}

function act(partner, name, button) {
  const days = order();
  const day = days.find((one) => one.partners.includes(partner));
  const what = button.dataset.move ?? button.dataset.fix;
  // A stop that is being taken out stays in sight until the plan comes.
  if (what !== "again" && isOut(partner)) return;
  const index = day?.partners.indexOf(partner);
  switch (what) {
    case "up": if (index > 0) move(partner, day.date, index - 1); break;
    case "down": if (index < day.partners.length - 1) move(partner, day.date, index + 2); break;
    case "day": {
      const { date } = now().answer.order[Number(button.dataset.to) - 1] ?? {};
      const to = days.find((one) => one.date === date);
      if (to && to !== day) move(partner, to.date, to.partners.length);
      break;
    }
    // Nothing moves, but whatever is looked for from then on leaves it on its day.
    case "lock": plan({ locked: { ...latest().locked, [partner]: day.date } }); break;
    case "unlock": {
      const { [partner]: gone, ...locked } = latest().locked;
      plan({ locked });
      break;
    }
    // With somebody new in it the order is looked for anew.
    case "must": plan({ must: [...new Set([...latest().must, partner])], order: null }); break;
    case "again": plan({ without: latest().without.filter((one) => one.id !== partner), order: null }); break;
    case "without": {
      day.partners.splice(index, 1);
      const left = days.filter((one) => one.partners.length > 0);
      const { [partner]: gone, ...locked } = latest().locked;
      plan({ locked, without: [...latest().without, { id: partner, name }], must: latest().must.filter((one) => one !== partner), order: latest().order && left.length > 0 ? left : null });
    }
  }
}

// MARK: Who is near

document.getElementById("nearby").addEventListener("click", async () => {
  const list = document.getElementById("nearby-list"), state = now();
  list.textContent = words.working;
  delete document.documentElement.dataset.nearby;
  try {
    const { html } = await (await send("/plan/nearby", request({ ...state, order: state.answer.order, improve: false }))).json();
    if (state !== now()) return;
    list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    document.documentElement.dataset.nearby = String(list.querySelectorAll("[data-add]").length);
  } catch (error) {
    list.textContent = failure(error);
  }
});

document.getElementById("nearby-list").addEventListener("click", (event) => {
  const button = event.target.closest("[data-add]"), item = event.target.closest("[data-left]");
  if (button) {
    const days = order(), { add, date, position } = button.dataset;
    days.find((day) => day.date === date)?.partners.splice(Number(position) - 1, 0, add);
    return plan({ added: [...new Set([...latest().added, add])], order: days });
  }
  if (item) map?.easeTo({ center: pointOf(item), zoom: Math.max(map.getZoom(), 11), duration: calm.matches ? 0 : 500 });
});

// MARK: Moving

box.addEventListener("click", (event) => {
  const pick = event.target.closest("[data-choose]");
  // One of those that are shown, whatever stands in the form by now.
  if (pick) return plan({ choose: Number(pick.dataset.choose), order: null, wanted: now().wanted });
  const button = event.target.closest("[data-move], [data-fix]");
  const item = event.target.closest(".stop, [data-left]");
  if (button) return act(button.dataset.partner ?? item.dataset.partner, item?.dataset.name ?? "", button);
  if (!item || event.target.closest("a, details")) return;
  map?.easeTo({ center: pointOf(item), zoom: Math.max(map.getZoom(), 11), duration: calm.matches ? 0 : 500 });
});

dragging(box, {
  pick: ".stop", text: (stop) => stop.dataset.name, zone: ".stop, .day",
  drop: (event, moved, over) => {
    if (over === moved) return;
    const day = over.closest(".day"), stops = [...day.querySelectorAll(".stop")];
    if (over === day) return move(moved.dataset.partner, day.dataset.date, stops.length);
    // Behind it when it is dropped on its lower half.
    const place = over.getBoundingClientRect();
    move(moved.dataset.partner, day.dataset.date, stops.indexOf(over) + (event.clientY > place.top + place.height / 2 ? 1 : 0));
  },
});

// MARK: Form and buttons

form.addEventListener("change", follow);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  remember();
  plan({ order: null, choose: 1 });
});
/** Back or on among the states; what is still on its way is taken back first. */
function step(by) {
  const to = pending && by < 0 ? shown : shown + by;
  if (!states[to]) return;
  if (pending) finish();
  shown = to;
  show();
}
document.getElementById("undo").addEventListener("click", () => step(-1));
document.getElementById("redo").addEventListener("click", () => step(1));
document.getElementById("improve").addEventListener("click", () => plan({ order: order(), improve: true }));
document.getElementById("best").addEventListener("click", () => plan({ order: null, choose: 1 }));
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, select, textarea")) return;
  // The letter of the key, whatever alphabet it writes in.
  const key = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace(/^Key/, "").toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  step(key === "y" || event.shiftKey ? 1 : -1);
});
// Whoever saves gets what he sees.
keep.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = keep.querySelector("button");
  button.disabled = true;
  const state = now();
  const { without, ...body } = request({ ...state, order: state.answer.order, improve: false });
  if (without) body.selection = { and: [body.selection, { not: { ids: without } }] };
  const title = keep.elements.title.value.trim();
  // Whoever may give trips to others says whose it is.
  if (keep.elements.responsible) body.responsible = keep.elements.responsible.value || null;
  try {
    const saved = await (await send("/api/v1/plan", { ...body, ...(title ? { title } : {}), save: true }, { headers: once() })).json();
    location.assign(`/trips/${encodeURIComponent(saved.trip.id)}`);
  } catch (error) {
    say(failure(error), true);
    button.disabled = false;
  }
});

// MARK: Where it begins and ends

for (const name of ["start", "endPlace"]) {
  const input = field(name);
  if (main.dataset.places) suggestPlaces({ input, box: input.closest(".with-list"), id: `places-${name}`, near: () => map?.getCenter(), pick: ({ geometry }) => map?.easeTo({ center: geometry.coordinates, zoom: Math.max(map.getZoom(), 9), duration: calm.matches ? 0 : 500 }) });
}

let picking = null;
let mark = null;
/** The next press on the map is the place of a field; the same button, or Escape, takes that back. */
function pick(button) {
  if (picking) picking.ariaPressed = "false";
  picking = picking === button ? null : button;
  if (picking) picking.ariaPressed = "true";
  document.getElementById("map").classList.toggle("is-picking", picking !== null);
  say(picking ? words.pick : "");
}
for (const button of form.querySelectorAll("[data-pick]")) button.addEventListener("click", () => pick(button));
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && picking) pick(picking); });
function picked({ lngLat }) {
  if (!picking) return;
  const input = field(picking.dataset.pick);
  input.value = `${lngLat.lat.toFixed(5)},${lngLat.lng.toFixed(5)}`;
  mark?.remove();
  mark = new maplibregl.Marker().setLngLat(lngLat).addTo(map);
  pick(picking);
  input.focus();
}

// MARK: The map

function style() {
  const theme = themes[isDark()], layers = tripLayers(theme, isDark()), { sources, under, over } = base();
  return {
    version: 8,
    sources: { ...sources, route: { type: "geojson", data: route, generateId: true }, points: { type: "geojson", data: { ...empty, features } } },
    layers: [...under, ...layers.route, ...over, ...layers.points],
  };
}

function draw() {
  if (!map) return;
  map.getSource("route")?.setData(route);
  map.getSource("points")?.setData({ ...empty, features });
  const box = boxAround(features);
  if (!box.isEmpty()) map.fitBounds(box, { padding: narrow.matches ? 40 : 70, maxZoom: 14, duration: 0 });
}

recall();
try {
  map = makeMap({ style: style(), bounds: [[20, 50], [34, 58]], cooperativeGestures: narrow.matches, locale: JSON.parse(main.dataset.controls) });
  map.on("styleimagemissing", (event) => { if (event.id === "arrow") map.addImage("arrow", arrow(), { sdf: true, pixelRatio: 2 }); });
  map.once("load", draw);
  map.on("click", picked);
  deviceDark.addEventListener("change", () => map.setStyle(style()));
} catch (error) {
  fail(main.dataset.noMap, error);
}
