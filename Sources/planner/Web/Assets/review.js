// Doubtful places, one partner after another: what the geocoder finds for the address stands beside the map, a key or a
// press takes one of them, and the next partner is shown while the place is sent.
import { base, deviceDark, fail, makeMap } from "./basemap.js";
import { asker, failure, visitAddress } from "./send.js";

const main = document.querySelector("main.review");
const words = JSON.parse(main.dataset.words);
const ask = asker(main.dataset.pageCode);
const current = document.getElementById("current");
const found = document.getElementById("found");
const told = document.getElementById("told");
const left = document.getElementById("left");
const look = document.getElementById("look");
const items = [...document.querySelectorAll("#queue > li")];
const zooms = { rooftop: 16, given: 16, house: 16, interpolated: 15, street: 14, locality: 11, region: 7 };
// From the first of these on a place is as good as the house.
const exact = ["rooftop", "given", "house"];

let map = null;
let pin = null;
let marks = [];
let shown = -1;
let options = [];
// What is chosen of the options, "put" for a place of one's own, null for nothing.
let choice = null;
let place = null;
// How many were set since the page came, where one came from, for the way back, what is on its way, and what was not
// taken, with what is said of it.
let set = 0;
const before = [];
const sending = new Map();
const refused = new Map();

const say = (text, isBad = false) => { told.textContent = text; told.className = isBad ? "bad" : ""; };
const whole = (item) => [Number(item.dataset.longitude), Number(item.dataset.latitude)];

function count() {
  left.textContent = words.left.replace("-1", Number(main.dataset.total) - set);
}

// MARK: Looking up

const answers = new Map();

/** Places of a text, at most five; asked once for each text. */
function places(text, country) {
  const key = `${country ?? ""} ${text}`;
  if (!answers.has(key)) {
    const query = new URLSearchParams({ q: text, limit: "5", ...(country ? { country } : {}) });
    const answer = ask("GET", `/api/v1/geocode?${query}`).then((response) => response.json()).then((json) => json.results);
    answer.catch(() => answers.delete(key));
    answers.set(key, answer);
  }
  return answers.get(key);
}

const lookUp = (item) => (item.dataset.address ? places(item.dataset.address, item.dataset.country) : Promise.resolve([]));

// MARK: What is shown

async function show(index, { focus = false, text = items[index].dataset.address ?? "" } = {}) {
  const item = items[index];
  shown = index;
  for (const one of items) one.removeAttribute("aria-current");
  item.setAttribute("aria-current", "true");
  const link = current.querySelector("h2 a");
  link.textContent = item.querySelector(".name").textContent;
  link.href = `/partners/${item.dataset.partner}`;
  document.getElementById("current-why").textContent = item.querySelector(".why").textContent;
  look.elements.q.value = text;
  current.hidden = false;
  current.scrollIntoView({ block: "nearest" });
  document.getElementById("fine").hidden = true;
  say("");
  if (focus) document.getElementById("side").focus();
  await search(item, lookUp(item));
  if (items[shown] === item && refused.has(item)) say(refused.get(item).text, true);
  // The next two are looked up meanwhile, so that nobody waits.
  for (const next of open().filter((one) => items.indexOf(one) > index).slice(0, 2)) lookUp(next).catch(() => {});
}

/** Shows what `answer` holds as the places of `item`, unless somebody went on meanwhile. */
async function search(item, answer) {
  const now = item.dataset.latitude ? [{ key: "0", label: words.now, place: whole(item), level: item.dataset.level, score: 1 }] : [];
  list(now);
  choose(null);
  if (item.dataset.address || look.elements.q.value) say(words.looking);
  let results = [];
  try {
    results = await answer;
  } catch (error) {
    if (items[shown] !== item) return;
    document.documentElement.dataset.review = item.dataset.partner;
    choose(now.length > 0 ? "0" : null);
    return say(failure(error), true);
  }
  if (items[shown] !== item) return;
  document.documentElement.dataset.review = item.dataset.partner;
  list([...now, ...results.map((one, number) => ({ key: String(number + 1), label: one.label, place: [one.longitude, one.latitude], level: one.level, score: one.score }))]);
  say(results.length === 0 ? words.nothing : "");
  const first = options.find((one) => one.key === "1");
  // Where somebody else was faster what stands now is left, until another place is chosen.
  choose(first && !refused.get(item)?.isConflict && (exact.includes(first.level) || now.length === 0) ? "1" : now.length > 0 ? "0" : null);
}

function list(all) {
  options = all;
  found.replaceChildren(...all.map((one) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "pick" });
    button.dataset.key = one.key;
    const level = words[`level-${one.level}`] ?? one.level;
    const parts = [["kbd", one.key, ""], ["span", one.label, "name"], ["span", one.key === "0" ? level : `${level}, ${words.sure.replace("1", Math.round(one.score * 100))}`, "quiet"]];
    button.append(...parts.map(([name, text, style]) => Object.assign(document.createElement(name), { textContent: text, className: style })));
    button.addEventListener("click", () => choose(one.key));
    const row = document.createElement("li");
    row.append(button);
    return row;
  }));
  if (!map) return;
  for (const mark of marks) mark.remove();
  marks = all.map((one) => {
    const element = Object.assign(document.createElement("span"), { className: "found-pin", textContent: one.key, ariaHidden: "true" });
    element.addEventListener("click", (event) => { event.stopPropagation(); choose(one.key); });
    return new maplibregl.Marker({ element }).setLngLat(one.place).addTo(map);
  });
}

function choose(key) {
  const option = options.find((one) => one.key === key);
  if (key !== null && !option) return;
  choice = key;
  place = option?.place ?? null;
  mark();
  if (!map) return;
  if (option) {
    pin.setLngLat(place).addTo(map);
    map.jumpTo({ center: place, zoom: zooms[option.level] ?? 14 });
  } else {
    pin.remove();
    if (main.dataset.around) {
      const [west, south, east, north] = main.dataset.around.split(",").map(Number);
      map.fitBounds([[west, south], [east, north]], { padding: 40, maxZoom: 11, duration: 0 });
    }
  }
}

/** A place of one's own. */
function put(lngLat) {
  choice = "put";
  place = lngLat.toArray();
  pin.setLngLat(place).addTo(map);
  mark();
  say(words.put);
}

function mark() {
  for (const button of found?.querySelectorAll("button") ?? []) button.setAttribute("aria-pressed", String(button.dataset.key === choice));
  document.documentElement.dataset.choice = choice ?? "";
}

// MARK: Going on

const open = () => items.filter((item) => !item.dataset.state);

function settle(item, state, text = words[state] ?? "") {
  item.dataset.state = state;
  let note = item.querySelector(".state");
  note ??= item.querySelector(".pick").appendChild(Object.assign(document.createElement("span"), { className: "state" }));
  note.textContent = text;
}

function next() {
  before.push(shown);
  const rest = open();
  const item = rest.find((one) => items.indexOf(one) > shown) ?? rest[0];
  if (item) return void show(items.indexOf(item));
  current.hidden = true;
  shown = -1;
  list([]);
  pin?.remove();
  for (const one of items) one.removeAttribute("aria-current");
  document.getElementById("fine").hidden = items.some((one) => one.dataset.state === "skipped") || Number(main.dataset.total) > items.length;
  document.documentElement.dataset.review = "over";
  if (document.getElementById("fine").hidden) left.focus();
  else document.querySelector("#fine a").focus();
}

function accept() {
  const item = items[shown];
  if (!item) return;
  if (!place) return say(words.notMarked, true);
  const [longitude, latitude] = place;
  const isFirst = item.dataset.state !== "done";
  refused.delete(item);
  settle(item, "done");
  if (isFirst) { set += 1; count(); }
  next();
  // One after another for the same partner: the second is based on the first, and goes nowhere when that was refused.
  sending.set(item, (sending.get(item) ?? Promise.resolve(true)).then((isTaken) => isTaken && send(item, latitude, longitude)));
}

const reread = async (item) => (await ask("GET", `/api/v1/partners/${item.dataset.partner}`)).json();

/** Whether the place was taken. */
async function send(item, latitude, longitude) {
  const pin = () => ask("PUT", `/api/v1/partners/${item.dataset.partner}/pin`, { latitude, longitude }, { headers: { "If-Match": `"v${item.dataset.version}"` }, keepalive: true });
  try {
    const answer = await pin().catch(async (error) => {
      if (error.status !== 412) throw error;
      // The service looks addresses up meanwhile, and other things of a partner change: neither is a reason to refuse
      // what a person chose for the same address. Another person's choice is.
      const partner = await reread(item);
      if (partner.location?.manual || visitAddress(partner) !== (item.dataset.address ?? "")) throw Object.assign(error, { partner });
      item.dataset.version = partner.version;
      return pin();
    });
    const partner = await answer.json();
    Object.assign(item.dataset, { version: partner.version, latitude, longitude, level: "given" });
    item.querySelector(".why").textContent = words.byHand;
    document.documentElement.dataset.set = String(set);
    return true;
  } catch (error) {
    await refuse(item, error);
    return false;
  }
}

/** What was not taken comes back, as it stands now: at once, or in its turn while another partner is looked at. */
async function refuse(item, error) {
  let fault = error;
  if (error.status === 412) {
    try {
      takeOver(item, error.partner ?? await reread(item));
      fault = null;
    } catch (reason) { fault = reason; }
  }
  const text = fault ? failure(fault) : words.conflict;
  refused.set(item, { text, isConflict: error.status === 412 });
  sending.delete(item);
  settle(item, "", text);
  set -= 1;
  count();
  if (shown >= 0 && items[shown] !== item) return;
  const isTyping = document.activeElement === look.elements.q;
  await show(items.indexOf(item), isTyping ? { text: look.elements.q.value } : {});
}

function takeOver(item, partner) {
  Object.assign(item.dataset, { version: partner.version, address: visitAddress(partner) });
  const line = item.querySelector(".address");
  if (line) line.textContent = item.dataset.address;
  for (const name of ["latitude", "longitude", "level"]) {
    if (partner.location?.[name] === undefined) delete item.dataset[name];
    else item.dataset[name] = partner.location[name];
  }
}

function skip() {
  if (shown < 0) return;
  if (items[shown].dataset.state !== "done") settle(items[shown], "skipped");
  next();
}

function back() {
  const index = before.pop();
  if (index === undefined) return;
  if (items[index].dataset.state === "skipped") settle(items[index], "");
  void show(index);
}

// MARK: Keys and presses

const actions = { s: skip, b: back, a: () => look.elements.q.select(), m: () => map?.getCanvas().focus() };

document.addEventListener("keydown", (event) => {
  if (items.length === 0 || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (document.querySelector("dialog[open]") || event.target.closest(".bar")) return;
  if (event.target.closest("input, select, textarea")) {
    if (event.key === "Escape") document.getElementById("side").focus();
    return;
  }
  // The letter of the key, whatever alphabet it writes in.
  const letter = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace(/^Key/, "").toLowerCase();
  if (actions[letter]) actions[letter]();
  else if (/^[0-9]$/.test(event.key)) choose(event.key);
  else if (event.key === "Enter" && !event.target.closest("a, button, summary")) accept();
  else if (event.key === " " && map && event.target === map.getCanvas()) put(map.getCenter());
  else return;
  event.preventDefault();
});

document.getElementById("accept")?.addEventListener("click", accept);
document.getElementById("skip")?.addEventListener("click", skip);
document.getElementById("back")?.addEventListener("click", back);
look?.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = look.elements.q.value.trim();
  if (text && shown >= 0) search(items[shown], places(text, items[shown].dataset.country)).then(() => document.getElementById("side").focus());
});
for (const [index, item] of items.entries()) {
  item.querySelector("button").addEventListener("click", () => {
    if (item.dataset.state === "skipped") settle(item, "");
    void show(index, { focus: true });
  });
}

function draw() {
  const style = () => {
    const { sources, under, over } = base();
    return { version: 8, sources, layers: [...under, ...over] };
  };
  map = makeMap({ style: style(), center: [27.56, 53.9], zoom: 6, locale: JSON.parse(main.dataset.controls) });
  deviceDark.addEventListener("change", () => map.setStyle(style()));
  pin = new maplibregl.Marker({ draggable: true, color: "#d55e00" });
  pin.on("dragend", () => put(pin.getLngLat()));
  map.on("click", (event) => { if (shown >= 0) put(event.lngLat); });
  if (items.length === 0) choose(null);
}

try {
  draw();
} catch (error) {
  map = null;
  fail(main.dataset.noMap, error);
}
if (items.length > 0) void show(0);
