// Choosing partners on the map: shapes are drawn with a tool in hand, each adds to the choice, takes away from it or
// narrows it; the service says whom it holds. The shapes stay while the tab is open.
import { afterPaint } from "./basemap.js";
import { lasso } from "./lasso.js";
import { failure, once, sender } from "./send.js";
import { draft, draftLayers, drawn, hasDrawn, layers, loops, metres, regionCodes, selection, shapeLayers, visibility } from "./shapes.js";

const box = document.getElementById("choosing");
const panel = document.getElementById("chosen");
const hint = document.getElementById("hint");
const crosshair = document.getElementById("crosshair");
const words = JSON.parse(box.dataset.words);
const key = "planner-choice";
const send = sender(box.dataset.pageCode);
// Answers that refuse what was drawn; others, and none, say nothing of it.
const refusals = [400, 413, 422];
const openEnded = new Set([...box.querySelectorAll("[data-open]")].map((button) => button.dataset.tool));

let shapes = [];
let ids = [];
try { shapes = JSON.parse(sessionStorage.getItem(key)) ?? []; } catch { shapes = []; }

/** How a button, a field or a summary of the panel is found in the next answer. */
function selectorOf(one) {
  if (one.matches("summary")) return `details:has([data-act="${one.parentElement.querySelector("[data-act]").dataset.act}"]) > summary`;
  if (one.form) return `form[data-act="${one.form.dataset.act}"] ${one.name ? `[name="${one.name}"]` : "button"}`;
  const { act, format } = one.dataset;
  return `[data-act="${act}"]${format ? `[data-format="${format}"]` : ""}`;
}

/** Sources of the choice's layers. */
export const sources = () => ({
  regions: { type: "vector", tiles: [`${location.origin}/tiles/regions/{z}/{x}/{y}.mvt`], maxzoom: 10 },
  shapes: { type: "geojson", data: drawn(shapes) },
  draft: { type: "geojson", data: draft("", [], null) },
});
export const layersOf = (theme) => layers(shapes, ids, theme);

/** Puts the tools to a map. `filters` are those of the page, `reload` draws the partners anew. */
export function choosing({ map, filters, reload }) {
  let tool = null;
  let points = [];
  let asked = 0;
  // What was typed in the panel, by field; a choice of nobody has no fields.
  const typed = new Map();
  const buttons = [...box.querySelectorAll("[data-tool]")];
  const field = (name) => hint.querySelector(`input[name=${name}]`);
  const operation = () => box.querySelector("input[name=operation]:checked").value;
  const opener = document.getElementById("choose"), tools = document.getElementById("tools");
  box.hidden = false;

  function show(isOpen) {
    tools.hidden = !isOpen;
    opener.ariaExpanded = String(isOpen);
  }

  // MARK: What was chosen

  function told(text, isFault) {
    const note = document.createElement("p");
    note.className = isFault ? "fault" : "quiet";
    note.setAttribute("role", isFault ? "alert" : "status");
    note.textContent = text;
    panel.querySelector("[role=alert], [role=status]")?.remove();
    panel.append(note);
  }

  /** Shows these layers, or leaves them out. */
  function reveal(layers, isShown) {
    for (const layer of layers) if (map.getLayer(layer)) map.setLayoutProperty(layer, "visibility", visibility(isShown));
  }

  function redraw() {
    map.getSource("shapes")?.setData(drawn(shapes));
    const codes = regionCodes(shapes);
    reveal(shapeLayers, hasDrawn(shapes));
    reveal(["regions-chosen"], codes.length > 0);
    if (map.getLayer("regions-chosen")) map.setFilter("regions-chosen", ["in", ["get", "code"], ["literal", codes]]);
    if (map.getLayer("pins-chosen")) map.setFilter("pins-chosen", ["in", ["get", "partner"], ["literal", ids]]);
  }

  /** Puts an answer into the panel. What is open and typed there stays, and the focus on the same button or field. */
  function fill(nodes) {
    const holder = document.activeElement;
    const held = panel.contains(holder) ? selectorOf(holder) : null;
    const opened = [...panel.querySelectorAll("details[open] > summary")].map(selectorOf);
    for (const one of panel.querySelectorAll("form [name]")) typed.set(selectorOf(one), one.type === "checkbox" ? one.checked : one.value);
    panel.replaceChildren(...nodes);
    for (const summary of opened) panel.querySelector(summary)?.parentElement.setAttribute("open", "");
    for (const [selector, value] of typed) {
      const one = panel.querySelector(selector);
      if (one?.type === "checkbox") one.checked = value;
      else if (one && (one.type !== "select-one" || [...one.options].some((option) => option.value === value))) one.value = value;
    }
    if (held) (panel.querySelector(held) ?? document.getElementById("side")).focus({ preventScroll: true });
  }

  /** Asks whom the shapes hold; a new one the service refuses is taken back. */
  async function ask(isNew = false) {
    const mine = ++asked;
    sessionStorage.setItem(key, JSON.stringify(shapes));
    afterPaint(redraw);
    if (shapes.length === 0) {
      ids = [];
      fill([]);
      document.documentElement.dataset.chosen = "";
      return;
    }
    try {
      const answer = await send(`/map/chosen?${filters}`, { selection: selection(shapes) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== asked) return;
      fill(page.body.childNodes);
      const found = panel.querySelector("section");
      ids = found.dataset.ids?.split(" ").filter(Boolean) ?? [];
      redraw();
      document.documentElement.dataset.chosen = found.dataset.count;
    } catch (error) {
      if (mine !== asked) return;
      if (isNew && refusals.includes(error.status)) {
        shapes.pop();
        sessionStorage.setItem(key, JSON.stringify(shapes));
        redraw();
      }
      told(failure(error), true);
    }
  }

  function add(shape) {
    shapes.push({ operation: operation(), ...shape });
    ask(true);
  }

  /** What was drawn around, in as many parts as the line crosses itself. */
  function surround(path) {
    const parts = loops(path);
    if (parts.length > 0) add({ kind: "area", parts: parts.map((ring) => ({ type: "Polygon", coordinates: [ring] })) });
  }

  // MARK: Drawing

  let isSketched = false, end = null, isDue = false;

  /** Shows the shape as it stands, up to `next`; at most once a frame. */
  function sketch(next) {
    end = next;
    if (isDue) return;
    isDue = true;
    afterPaint(() => {
      isDue = false;
      const isEmpty = points.length === 0;
      if (isEmpty && !isSketched) return;
      map.getSource("draft")?.setData(draft(tool, points, end));
      reveal(draftLayers, !isEmpty);
      isSketched = !isEmpty;
    });
  }

  function say() {
    const button = buttons.find((one) => one.dataset.tool === tool);
    hint.hidden = !button;
    opener.hidden = Boolean(button);
    if (!button) return;
    hint.querySelector("[role=status]").textContent = button.dataset.hint;
    for (const label of hint.querySelectorAll("[data-for]")) label.hidden = label.dataset.for !== tool;
    document.getElementById("finish").hidden = !(openEnded.has(tool) && points.length >= (tool === "polygon" ? 3 : 2));
  }

  /** Takes a tool in hand, or puts the one away that is: what covers the map makes room. */
  function take(name) {
    tool = name === tool ? null : name;
    points = [];
    show(false);
    for (const button of buttons) button.ariaPressed = String(button.dataset.tool === tool);
    map.getContainer().classList.toggle("is-drawing", tool !== null);
    for (const gesture of [map.doubleClickZoom, map.boxZoom]) tool ? gesture.disable() : gesture.enable();
    tool === "lasso" ? map.dragPan.disable() : map.dragPan.enable();
    afterPaint(() => reveal(["region-areas", "region-lines"], tool === "region"));
    aim();
    sketch(null);
    say();
  }

  /** Shows where Enter counts while the map has the focus of a keyboard. */
  function aim() {
    crosshair.hidden = tool === "lasso" || !map.getCanvas().matches(":focus-visible");
  }

  function finish() {
    if (tool === "polygon" && points.length >= 3) surround(points);
    else if (tool === "corridor" && points.length >= 2) add({ kind: "corridor", line: points, distance: 1000 * (field("kilometres").valueAsNumber || 10) });
    else return;
    again();
  }

  /** The tool stays in hand for the next shape. */
  function again() {
    points = [];
    sketch(null);
    say();
  }

  async function reach(from) {
    const minutes = field("minutes").valueAsNumber || 60;
    try {
      const answer = await send("/map/reach", { from: { latitude: from[1], longitude: from[0] }, minutes });
      add({ kind: "area", parts: [await answer.json()] });
    } catch (error) { told(failure(error), true); }
    again();
  }

  /** What was just made to show is not drawn yet: a press right after it counts once it is. */
  const isDrawn = async () => {
    await new Promise(afterPaint);
    if (!map.loaded()) await map.once("idle");
  };

  async function single(place) {
    await isDrawn();
    const reach = 8, pixel = map.project(place);
    const [pin] = map.queryRenderedFeatures([[pixel.x - reach, pixel.y - reach], [pixel.x + reach, pixel.y + reach]], { layers: ["pins"] });
    if (pin) toggle(pin.properties.partner);
  }

  /** Takes a partner in, or out again. */
  function toggle(partner) {
    const isOut = ids.includes(partner);
    const last = shapes.at(-1);
    if (last?.kind === "ids" && last.operation === "add" && last.ids.includes(partner)) {
      last.ids = last.ids.filter((one) => one !== partner);
      if (last.ids.length === 0) shapes.pop();
    } else if (last?.kind === "ids" && last.operation === (isOut ? "subtract" : "add")) last.ids.push(partner);
    else shapes.push({ operation: isOut ? "subtract" : "add", kind: "ids", ids: [partner] });
    ask();
  }

  async function region(place) {
    await isDrawn();
    if (tool !== "region") return;
    const found = map.queryRenderedFeatures(map.project(place), { layers: ["region-areas"] });
    const one = found.find((area) => area.properties.level !== "country") ?? found[0];
    if (one) add({ kind: "region", code: one.properties.code });
  }

  /** A press on the map, or Enter at its middle. */
  function point(place) {
    if (tool === "single") return single(place);
    if (tool === "region") return region(place);
    if (tool === "drive") {
      points = [place];
      sketch(null);
      return reach(place);
    }
    points.push(place);
    if (tool === "circle" && points.length === 2) {
      const radius = Math.round(metres(points[0], points[1]));
      if (radius > 0) add({ kind: "circle", center: points[0], radius });
      return again();
    }
    sketch(null);
    say();
  }

  map.on("click", (event) => {
    if (tool && tool !== "lasso") point(event.lngLat.toArray());
  });
  map.on("dblclick", () => {
    if (!openEnded.has(tool)) return;
    // Both presses of a double click have set a point.
    points.pop();
    finish();
  });
  map.on("mousemove", (event) => {
    if (tool && points.length > 0 && tool !== "drive") sketch(event.lngLat.toArray());
  });

  lasso(map, {
    isOn: () => tool === "lasso",
    drawn: (places) => {
      points = places;
      sketch(null);
    },
    done: (ring) => {
      if (ring) surround(ring);
      again();
    },
  });

  map.getCanvas().addEventListener("keydown", (event) => {
    if (!tool) return;
    if (event.key === "Enter" && tool !== "lasso") {
      crosshair.hidden = false;
      if (event.shiftKey) finish();
      else point(map.getCenter().toArray());
    } else if (event.key === "Backspace") {
      points.pop();
      sketch(null);
      say();
    } else return;
    event.preventDefault();
  });
  map.getCanvas().addEventListener("focus", aim);
  map.getCanvas().addEventListener("blur", () => { crosshair.hidden = true; });
  map.on("move", () => { if (tool && points.length > 0 && !crosshair.hidden) sketch(map.getCenter().toArray()); });

  // MARK: Buttons

  opener.addEventListener("click", () => show(tools.hidden));
  for (const button of buttons) button.addEventListener("click", () => {
    take(button.dataset.tool);
    if (tool) map.getCanvas().focus({ preventScroll: true });
  });
  document.getElementById("finish").addEventListener("click", finish);
  document.getElementById("put-away").addEventListener("click", () => {
    take(tool);
    opener.focus();
  });
  panel.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]:is(button, a)")?.dataset.act;
    if (!act) return;
    if (act === "plan") {
      const found = panel.querySelector("section");
      sessionStorage.setItem("planner-plan", JSON.stringify({ selection: held(), count: Number(found.dataset.count) }));
      return;
    }
    if (act === "file") return takeOut(event.target.closest("[data-format]"));
    shapes = act === "undo" ? shapes.slice(0, -1) : [];
    ask();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (tool) take(tool);
    else if (box.contains(document.activeElement) && !tools.hidden) {
      show(false);
      opener.focus();
    }
  });

  // MARK: What is done with them

  /** Changes them a thousand at a time. Where one part fails, those before it stay changed, and both is told. */
  async function change(change, form) {
    let [changed, refused, fault] = [0, 0, null];
    for (let from = 0; from < ids.length && !fault; from += 1000) {
      try {
        const answer = await (await send("/api/v1/partners/bulk", { ids: ids.slice(from, from + 1000), ...change }, { headers: once() })).json();
        changed += answer.changed;
        refused += answer.results.filter((one) => one.status >= 400).length;
      } catch (error) {
        if (from === 0) throw error;
        fault = error;
      }
    }
    if (!fault) putAway(form);
    reload();
    await ask();
    told([words.changed.replace("{n}", changed), refused > 0 ? words.refused.replace("{m}", refused) : "", fault ? failure(fault) : ""].filter(Boolean).join(" "), fault !== null);
  }

  function putAway(form) {
    form.closest("details").open = false;
    form.reset();
  }

  const held = () => JSON.parse(panel.querySelector("section").dataset.selection);

  /** Whom the choice holds as a file. */
  async function takeOut(button) {
    const { format } = button.dataset;
    button.disabled = true;
    try {
      const answer = await send(`/api/v1/exports/partners.${format}`, { selection: held() });
      const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(await answer.blob()), download: `partners.${format}` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) { told(failure(error), true); }
    button.disabled = false;
  }

  /** A task with a line of its checklist for each of them. */
  async function makeTask(values) {
    const day = values.get("deadline");
    const body = { title: values.get("title"), responsible: values.get("value"), items: ids.map((partner) => ({ partner })) };
    if (day) body.deadline = new Date(`${day}T18:00`).toISOString();
    const made = await (await send("/api/v1/tasks", body, { headers: once() })).json();
    location.assign(`/tasks/${encodeURIComponent(made.id)}`);
  }

  panel.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target, values = new FormData(form);
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      switch (form.dataset.act) {
        case "save":
          await send("/api/v1/selections", { name: values.get("name"), shared: values.has("shared"), selection: held() });
          putAway(form);
          told(words.saved, false);
          break;
        case "task": await makeTask(values); break;
        case "assign": await change({ change: { responsible: values.get("value") } }, form); break;
        case "status": await change({ change: { status: values.get("value") } }, form); break;
        default: await change({ addTags: [values.get("value")] }, form);
      }
    } catch (error) { told(failure(error), true); }
    button.disabled = false;
  });

  map.once("load", () => {
    ask();
  });
  return {
    isDrawing: () => tool !== null,
    has: (partner) => ids.includes(partner),
    toggle,
    addRegion: (code) => {
      shapes.push({ operation: "add", kind: "region", code });
      ask(true);
    },
  };
}
