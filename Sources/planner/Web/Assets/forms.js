// Forms of records. A form says where its fields go (data-send, data-to) and of which version they were filled in
// (data-version); of an edit only what was changed is sent. Where somebody else changed the record meanwhile, both
// versions are shown, and the person decides.
import { dragging } from "./drag.js";
import { asker, failure, once, visitAddress } from "./send.js";

const words = JSON.parse(document.querySelector("[data-edit-words]")?.dataset.editWords ?? "{}");
const request = asker(document.querySelector(".person [name=pageCode]")?.value);
const flash = "planner-flash";

/** Loads the page anew and says there what was done; `undo` is what takes it back: `{ label, to, body }`. */
function done(text, address, undo) {
  sessionStorage.setItem(flash, JSON.stringify({ text, undo }));
  if (address && address !== location.pathname + location.search) location.assign(address);
  else location.reload();
}

const told = JSON.parse(sessionStorage.getItem(flash) ?? "null");
if (told) {
  sessionStorage.removeItem(flash);
  const toast = document.createElement("div");
  Object.assign(toast, { className: "toast", role: "status", textContent: told.text });
  if (told.undo) {
    const back = Object.assign(document.createElement("button"), { type: "button", className: "map-button", textContent: told.undo.label });
    back.addEventListener("click", async () => {
      back.disabled = true;
      try {
        await request("POST", told.undo.to, told.undo.body, { headers: once() });
        done(words.saved);
      } catch (error) { toast.textContent = failure(error); }
    });
    toast.append(" ", back);
  }
  document.body.append(toast);
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
const shown = (value) => (value === null || value === undefined || value === "" ? "–" : typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value));

/** Whether nothing of what is sent was changed by somebody else meanwhile: then there is nothing to decide. */
function meetsNothing(form, { current, submitted }) {
  if (!current || !submitted) return false;
  // A place that was looked up gives way to one set by hand, of the same address.
  if ("address" in form.dataset) return !current.location?.manual && visitAddress(current) === form.dataset.address;
  return form.dataset.send === "PATCH" && Object.keys(submitted).every((name) => {
    const field = form.elements[name];
    const began = field ? read(field, before(field)) : JSON.parse(form.querySelector(`[data-list="${name}"], [data-group="${name}"]`)?.dataset.before ?? "null");
    return JSON.stringify(current[name] ?? null) === JSON.stringify(began ?? null);
  });
}

/** Both versions of what was to be changed, and the choice between them. */
function conflict(form, problem) {
  const list = document.createElement("dl");
  for (const [name, mine] of Object.entries(problem.submitted ?? {})) {
    const label = form.querySelector(`[name="${name}"]`)?.closest("label")?.querySelector("span")?.textContent ?? form.querySelector(`[data-list="${name}"] legend, [data-group="${name}"] legend`)?.textContent ?? name;
    list.append(element("dt", label), element("dd", `${words.theirs}: ${shown(problem.current?.[name])}`), element("dd", `${words.mine}: ${shown(mine)}`));
  }
  const mine = element("button", words.keepMine, { type: "button", className: "map-button" });
  const theirs = element("button", words.takeTheirs, { type: "button", className: "map-button" });
  mine.addEventListener("click", () => send(form, problem.submitted, problem.current.version));
  theirs.addEventListener("click", () => location.reload());
  say(form, element("p", words.conflict), list, mine, theirs);
}

const pause = (milliseconds) => new Promise((go) => { setTimeout(go, milliseconds); });

/** Long work: how far it is stands at `place` until it is over. */
async function follow(place, text, job) {
  while (!job.finished) {
    tell(place, false, element("p", job.total ? `${text} ${job.done} / ${job.total}` : text));
    await pause(500);
    job = await (await request("GET", `/api/v1/jobs/${job.id}`)).json();
  }
  if (job.state !== "done") throw new Error(job.failure?.message ?? job.state);
}

async function send(form, body, version, isSecond = false) {
  const { send: method, to, then } = form.dataset;
  const buttons = form.querySelectorAll("button[type=submit]");
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
    done(words.saved, then?.replace("{id}", encodeURIComponent(made?.id ?? "")));
  } catch (error) {
    for (const one of buttons) one.disabled = false;
    if (error.status === 412 && !isSecond && meetsNothing(form, error.problem)) send(form, body, error.problem.current.version, true);
    else if (error.status === 412) conflict(form, error.problem);
    else say(form, element("p", failure(error)));
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
    if (told) return done(told, undefined, undo && { label: undoLabel, to: undoTo, body: JSON.parse(undo) });
    if (target.dataset.follow) await follow(target.closest("[data-faults]"), target.dataset.follow, await answer.json());
    if (!target.dataset.show) return done(words.saved);
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
