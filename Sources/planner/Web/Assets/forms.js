// Forms of records. A form says where its fields go (data-send, data-to) and of which version they were filled in
// (data-version); of an edit only what was changed is sent. Where somebody else changed the record meanwhile, both
// versions are shown, and the person decides.
import { dragging } from "./drag.js";
import { asker, failure, once, visitAddress, watch } from "./send.js";

const words = JSON.parse(document.querySelector("[data-edit-words]")?.dataset.editWords ?? "{}");
const request = asker(document.querySelector(".person [name=pageCode]")?.value);
const flash = "planner-flash";

const here = () => location.pathname + location.search;

/**
 * Loads the page anew and says there what was done by a form or a button; `undo` is what takes it back:
 * `{ label, to, body }`.
 */
function done(by, text, address, undo) {
  sessionStorage.setItem(flash, JSON.stringify({ text, undo }));
  if (address && address !== here()) location.assign(address);
  else again(by);
}

const told = JSON.parse(sessionStorage.getItem(flash) ?? "null");
if (told) {
  sessionStorage.removeItem(flash);
  const toast = Object.assign(document.createElement("div"), { role: "status" });
  const text = Object.assign(document.createElement("span"), { textContent: told.text });
  const parts = [text];
  if (told.undo) {
    const back = Object.assign(document.createElement("button"), { type: "button", className: "map-button", textContent: told.undo.label });
    back.addEventListener("click", async () => {
      back.disabled = true;
      try {
        await request("POST", told.undo.to, told.undo.body, { headers: once() });
        done(null, words.saved);
      } catch (error) {
        text.textContent = failure(error);
        back.disabled = false;
      }
    });
    parts.push(" ", back);
  }
  document.body.append(toast);
  // What comes into a place that is there already is read out.
  requestAnimationFrame(() => {
    toast.className = "toast";
    toast.append(...parts);
  });
  // What can be taken back stays until one goes on.
  if (!told.undo) setTimeout(() => toast.remove(), 6000);
}

// MARK: Values

// How the text of a field becomes what the service takes.
const readers = {
  text: (text) => text,
  nullable: (text) => text || null,
  flag: (text) => text === "true",
  json: (text) => JSON.parse(text),
  number: (text) => (text === "" ? null : Number(text)),
  minutes: (text) => (text === "" ? null : Math.round(Number(text) * 60)),
  tags: (text) => text.split(",").map((one) => one.trim()).filter(Boolean),
  lines: (text) => text.split("\n").map((one) => one.trim()).filter(Boolean),
  // The end of a working day, and a minute, on the clock of this device.
  day: (text) => (text === "" ? null : new Date(`${text}T18:00`).toISOString()),
  moment: (text) => (text === "" ? undefined : new Date(text).toISOString()),
};
const read = (field, text) => field.dataset.type === "raw" ? text : readers[field.dataset.type ?? "text"](text.trim());
const before = (field) => (field.tagName === "SELECT" ? [...field.options].find((one) => one.defaultSelected)?.value ?? field.options[0]?.value ?? "" : field.defaultValue);

/** A person's first telephone or mail address; the others stay. */
function point(person, kind, value) {
  const points = person.contactPoints ?? [], at = points.findIndex((one) => one.kind === kind);
  if (value === "") person.contactPoints = points.filter((_, index) => index !== at);
  else if (at < 0) person.contactPoints = [...points, { kind, value, label: "" }];
  else person.contactPoints = points.map((one, index) => (index === at ? { kind, value, label: one.label } : one));
}

/** Rows of a list, each an object of its fields; rows without a value do not count. */
function rows(list) {
  return [...list.querySelectorAll("[data-row]")].map((row) => {
    const one = row.dataset.row ? JSON.parse(row.dataset.row) : {};
    for (const field of row.querySelectorAll("[data-member]")) one[field.dataset.member] = field.value.trim();
    for (const field of row.querySelectorAll("[data-point]")) if (field.value !== field.defaultValue) point(one, field.dataset.point, field.value.trim());
    return one;
  }).filter((one) => one[list.dataset.value] !== "");
}

/** A group of fields that is one value, or null when its box is not ticked. */
function group(box) {
  if (!box.querySelector("[data-has]").checked) return null;
  return Object.fromEntries([...box.querySelectorAll("[data-member]")].map((field) => [field.dataset.member, read(field, field.value)]));
}

function values(form) {
  const isEdit = form.dataset.send === "PATCH";
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.type === "submit") continue;
    if (isEdit && field.value === before(field)) continue;
    const value = read(field, field.value);
    if (value !== undefined && (isEdit || (value !== null && value !== "" && !(Array.isArray(value) && value.length === 0)))) body[field.name] = value;
  }
  for (const [kind, take] of [["list", rows], ["group", group]]) {
    for (const box of form.querySelectorAll(`[data-${kind}]`)) {
      const value = take(box);
      if (JSON.stringify(value) !== box.dataset.before) body[box.dataset[kind]] = value;
    }
  }
  return body;
}

// What lists and groups hold when the page comes; changes are told from that.
for (const list of document.querySelectorAll("form [data-list]")) list.dataset.before = JSON.stringify(rows(list));
for (const box of document.querySelectorAll("form [data-group]")) box.dataset.before = JSON.stringify(group(box));

// MARK: Both versions

const boxOf = (form, name) => form.querySelector(`[data-list="${name}"], [data-group="${name}"]`);

/** The value of a field as people read it. */
function text(field, value) {
  if (field?.tagName === "SELECT") {
    const wanted = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
    const option = [...field.options].find((one) => one.value === wanted);
    if (option) return option.text;
  }
  if (value === null || value === undefined || value === "" || value.length === 0) return "–";
  const { lang } = document.documentElement, type = field?.dataset.type;
  // With the day before the month, as pages have it.
  const locale = lang === "en" ? "en-GB" : lang;
  if (type === "minutes") return String(Math.floor(value / 60));
  if (type === "day" || type === "moment") return new Date(value).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  if (field?.type === "date") return new Date(value).toLocaleDateString(locale, { dateStyle: "medium", timeZone: "UTC" });
  return Array.isArray(value) ? value.join(", ") : String(value).trim();
}

/** A value as people read it: of a list a line for each row. */
function said(form, name, value) {
  const box = boxOf(form, name);
  if (!box) return text(form.elements[name], value);
  const fields = [...(box.querySelector("template")?.content ?? box).querySelectorAll("[data-member]")];
  const line = (one) => [
    ...fields.filter(({ dataset }) => one[dataset.member]).map((field) => text(field, one[field.dataset.member])),
    ...(one.contactPoints ?? []).flatMap((point) => [point.value, point.label]).filter(Boolean),
  ].join(", ");
  if ("group" in box.dataset) return value ? `✓ ${line(value)}` : "–";
  return (value ?? []).map(line).join("\n") || "–";
}

/** What a field held when it was filled in. */
function began(form, name) {
  const field = form.elements[name];
  if (!field) return JSON.parse(boxOf(form, name)?.dataset.before ?? "null");
  return before(field) === "" ? null : read(field, before(field));
}

const theirs = (form, current, name) => ("address" in form.dataset ? current.location?.[name] : current[name]);

/** Of what is sent the fields that somebody else changed meanwhile to something else. */
function contested(form, { current, submitted }) {
  const names = Object.keys(submitted);
  const differ = names.filter((name) => {
    const now = said(form, name, theirs(form, current, name));
    return now !== said(form, name, began(form, name)) && now !== said(form, name, submitted[name]);
  });
  if (!("address" in form.dataset)) return differ;
  // A place that was looked up gives way to one set by hand, of the same address.
  return visitAddress(current) !== form.dataset.address || (current.location?.manual && differ.length > 0) ? names : [];
}

/** Both versions of what was to be changed, and the choice between them. */
function conflict(form, { current, submitted }, names) {
  const list = document.createElement("dl");
  const version = (label, value) => {
    const lines = value.split("\n"), one = element("dd", lines.length > 1 ? `${label}:` : `${label}: ${value}`);
    if (lines.length > 1) one.append(...lines.map((line) => element("div", line)));
    return one;
  };
  for (const name of names) {
    const label = form.querySelector(`[name="${name}"]`)?.closest("label")?.querySelector("span")?.textContent ?? boxOf(form, name)?.querySelector("legend")?.textContent ?? name;
    list.append(element("dt", label), version(words.theirs, said(form, name, theirs(form, current, name))), version(words.mine, said(form, name, submitted[name])));
  }
  const keep = element("button", words.keepMine, { type: "button", className: "map-button" });
  const take = element("button", words.takeTheirs, { type: "button", className: "map-button" });
  keep.addEventListener("click", () => send(form, submitted, current.version));
  take.addEventListener("click", () => again(form, names));
  say(form, element("p", words.conflict), list, keep, take);
}

// MARK: Sending

/** Says something at a form; what went wrong stands out. */
function say(form, ...content) { tell(form, true, ...content); }

function tell(form, isFault, ...content) {
  let box = form.querySelector(".form-told");
  if (!box) {
    box = document.createElement("div");
    form.append(box);
  }
  box.className = isFault ? "form-told fault" : "form-told";
  box.role = isFault ? "alert" : "status";
  box.replaceChildren(...content);
  box.scrollIntoView({ block: "nearest" });
}

const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });

/** Long work: how far it is stands at `place` until it is over. */
async function follow(place, text, job) {
  const { state, failure: why } = await watch(request, job, (one) => tell(place, false, element("p", one.total ? `${text} ${one.done} / ${one.total}` : text)));
  if (state !== "done") throw new Error(why?.message ?? state);
}

async function send(form, body, version, isSecond = false) {
  const { send: method, to, then } = form.dataset;
  const buttons = form.querySelectorAll("button[type=submit], .form-told button");
  for (const one of buttons) one.disabled = true;
  try {
    const answer = await request(method, to, body, { headers: { ...once(), ...(version ? { "If-Match": `"v${version}"` } : {}) } });
    const made = answer.status === 204 ? null : await answer.json();
    if (form.dataset.follow) await follow(form, form.dataset.follow, made);
    if (form.dataset.show) {
      for (const one of buttons) one.disabled = false;
      form.reset();
      return tell(form, false, element("p", filled(form.dataset.show, made)));
    }
    done(form, words.saved, then?.replace("{id}", encodeURIComponent(made?.id ?? "")));
  } catch (error) {
    for (const one of buttons) one.disabled = false;
    if (error.status !== 412 || !error.problem.current) return say(form, element("p", failure(error)));
    const names = contested(form, error.problem);
    // Nothing of what is sent was changed by somebody else meanwhile: there is nothing to decide.
    if (names.length === 0 && !isSecond) send(form, body, error.problem.current.version, true);
    else conflict(form, error.problem, names.length > 0 ? names : Object.keys(body));
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-send]");
  if (!form) return;
  event.preventDefault();
  const body = values(form);
  if (form.dataset.send === "PATCH" && Object.keys(body).length === 0) return say(form, element("p", words.nothingChanged));
  send(form, body, form.dataset.version);
});

// MARK: Rows and ticks

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row], [data-drop-row]");
  if (!button) return;
  if ("dropRow" in button.dataset) {
    const list = button.closest("[data-list]");
    button.closest("[data-row]").remove();
    list.querySelector("[data-add-row]").focus();
    return;
  }
  const list = button.closest("[data-list]");
  button.before(list.querySelector("template").content.cloneNode(true));
  list.querySelector("[data-row]:last-of-type [data-member]")?.focus();
});

/** A text with the members of an answer in it: what is told once. */
const filled = (text, made) => text.replace(/\{(\w+)\}/g, (_, name) => made[name] ?? "");

/** One press that does one thing: a tick of a checklist, a button with a request of its own. */
async function press(target, body) {
  target.disabled = true;
  try {
    const answer = await request(target.dataset.method ?? "POST", target.dataset.act, body, { headers: { ...once(), ...(target.dataset.version ? { "If-Match": `"v${target.dataset.version}"` } : {}) } });
    const { told, undo, undoTo, undoLabel } = target.dataset;
    if (told) return done(target, told, undefined, undo && { label: undoLabel, to: undoTo, body: JSON.parse(undo) });
    if (target.dataset.follow) await follow(target.closest("[data-faults]"), target.dataset.follow, await answer.json());
    if (!target.dataset.show) return done(target, words.saved);
    const made = await answer.json();
    target.disabled = false;
    tell(target.closest("[data-faults]") ?? target.parentElement, false, element("p", filled(target.dataset.show, made)));
  } catch (error) {
    target.disabled = false;
    if (target.type === "checkbox") target.checked = !target.checked;
    const place = target.closest("[data-faults]") ?? target.parentElement;
    say(place, element("p", error.status === 412 || error.status === 409 ? `${words.conflict} ${error.message}` : failure(error)));
  }
}
document.addEventListener("change", (event) => {
  const tick = event.target.closest("input[type=checkbox][data-act^='/']");
  if (tick) press(tick, { state: tick.checked ? "done" : "open", seen: tick.dataset.seen });
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act^='/']");
  if (button) press(button, button.dataset.body ? JSON.parse(button.dataset.body) : undefined);
});

// MARK: Cards that are dragged: to another column of a board, to another day of a calendar

dragging(document, {
  pick: "[data-card]", text: (card) => card.textContent.trim(), zone: "[data-drop], [data-drop-day]",
  drop: (event, card, zone) => {
    if (zone.contains(card)) return;
    card.dataset.method = "PATCH";
    if ("drop" in zone.dataset) return press(card, { state: zone.dataset.drop });
    // So many days later or earlier, at the same time of day.
    const days = Math.round((Date.parse(zone.dataset.dropDay) - Date.parse(card.closest("[data-drop-day]").dataset.dropDay)) / 864e5);
    const deadline = new Date(card.dataset.deadline);
    deadline.setDate(deadline.getDate() + days);
    press(card, { deadline: deadline.toISOString() });
  },
});

// A link to a part that is closed opens it.
const wanted = location.hash && document.getElementById(location.hash.slice(1));
if (wanted?.tagName === "DETAILS") wanted.open = true;

// MARK: The place of a partner

document.querySelector("details.pin")?.addEventListener("toggle", async (event) => {
  if (!event.target.open || event.target.dataset.drawn) return;
  event.target.dataset.drawn = "yes";
  const { draw } = await import("./pin.js");
  draw(event.target);
});

// MARK: What stays when the page comes anew

const kept = "planner-kept";
const marks = ["id", "name", "href", "aria-labelledby", "data-send", "data-to", "data-act", "data-method", "data-body", "data-list", "data-member", "data-point", "data-add-row", "data-drop-row"];

/** What tells an element from others, whatever comes or goes beside it: its marks, and the parts it stands in. */
function sign(one) {
  const part = one.parentElement?.closest("main form, main details, main [data-card], main [data-list], main section");
  const own = one.matches("form") ? [...one.querySelectorAll("[type=hidden]")].map(({ value }) => value) : one.matches("details") ? one.querySelector("summary")?.textContent : one.matches("summary") ? one.textContent : "";
  return JSON.stringify([one.tagName, marks.map((mark) => one.getAttribute(mark)), own, part ? sign(part) : ""]);
}

const alike = (tag, wanted) => [...document.querySelectorAll(`main ${tag}`)].filter((one) => sign(one) === wanted);

function way(one) {
  const wanted = sign(one);
  return { tag: one.tagName, wanted, at: alike(one.tagName, wanted).indexOf(one) };
}
const found = ({ tag, wanted, at }) => alike(tag, wanted)[at];

// What is secret is not kept.
const secret = "[type=password], [type=file], [autocomplete=one-time-code]";

/** What was changed in a form, each with what it was changed from; `except` these. */
function changes(form, except = []) {
  const fields = [...form.elements].filter((one) => one.name && !except.includes(one.name) && !one.matches(`[type=submit], ${secret}`) && one.value !== before(one));
  const boxes = [...form.querySelectorAll("[data-list], [data-group]")].map((box) => {
    const { list, group: name = list, before: from } = box.dataset;
    return { name, value: JSON.stringify(list ? rows(box) : group(box)), from };
  });
  return {
    fields: fields.map((one) => ({ name: one.name, value: one.value, from: before(one) })),
    boxes: boxes.filter(({ name, value, from }) => value !== from && !except.includes(name)),
  };
}

/** Puts a value into a list or a group of fields. */
function put(box, value) {
  const fill = (part, one) => { for (const field of part.querySelectorAll("[data-member]")) field.value = one[field.dataset.member] ?? ""; };
  if ("group" in box.dataset) {
    box.querySelector("[data-has]").checked = value !== null;
    if (value) fill(box, value);
    return;
  }
  const template = box.querySelector("template");
  for (const row of box.querySelectorAll("[data-row]")) row.remove();
  for (const one of value) {
    const row = template.content.firstElementChild.cloneNode(true), points = row.querySelectorAll("[data-point]");
    fill(row, one);
    for (const field of points) field.defaultValue = one.contactPoints?.find(({ kind }) => kind === field.dataset.point)?.value ?? "";
    if (points.length > 0) row.dataset.row = JSON.stringify(one);
    template.before(row);
  }
}

/** A form as it was: with the version and the values it was filled in from, so that what others change stays theirs. */
function restore(form, { data, fields, boxes }) {
  Object.assign(form.dataset, data);
  for (const { name, value, from } of fields) {
    const field = form.elements[name];
    const options = field?.tagName === "SELECT" ? [...field.options] : null;
    if (!field || (options && !options.some((one) => one.value === value))) continue;
    if (options) for (const one of options) one.defaultSelected = one.value === from;
    else field.defaultValue = from;
    field.value = value;
  }
  for (const { name, value, from } of boxes) {
    const box = boxOf(form, name);
    if (!box) continue;
    put(box, JSON.parse(value));
    box.dataset.before = from;
  }
}

/**
 * Loads the page anew, with what was typed elsewhere, what is open, and the place of the keyboard. Of `by`, the form or
 * button that did something, nothing stays, but of a form whose fields `taken` alone are given up.
 */
function again(by, taken) {
  const forms = [...document.querySelectorAll("main form[data-send]")].filter((form) => form !== by || taken).map((form) => {
    const { version, address } = form.dataset;
    return { way: way(form), data: JSON.parse(JSON.stringify({ version, address })), ...changes(form, form === by ? taken : []) };
  }).filter(({ fields, boxes }) => fields.length + boxes.length > 0);
  const opened = [...document.querySelectorAll("main details[open]")].filter((one) => taken || !one.contains(by)).map(way);
  // What is disabled while it sends has lost the focus.
  const pressed = by?.matches("form") ? by.querySelector("[type=submit]") : by;
  const focused = document.activeElement?.closest("main *") ?? (pressed?.matches("button, input") ? pressed : null);
  const focus = focused ? [focused, focused.closest("details")?.querySelector("summary"), focused.closest("section")].filter(Boolean).map(way) : [];
  sessionStorage.setItem(kept, JSON.stringify({ address: here(), forms, opened, focus }));
  location.reload();
}

const stayed = JSON.parse(sessionStorage.getItem(kept) ?? "null");
sessionStorage.removeItem(kept);
if (stayed?.address === here()) {
  for (const one of stayed.forms) {
    const form = found(one.way);
    if (form) restore(form, one);
  }
  for (const one of stayed.opened.map(found)) if (one) one.open = true;
  const place = stayed.focus.map(found).find((one) => one?.checkVisibility() && !one.disabled);
  if (place?.matches("section")) place.tabIndex = -1;
  place?.focus({ preventScroll: true });
}
