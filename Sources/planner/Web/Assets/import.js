// Bringing in a list: the file goes up once, its columns are shown with what they are read as on real rows, a dry run
// tells what would become of each row, and the import can be taken back. Every step is one of the API's.
import { asker, failure, once, watch } from "./send.js";

const main = document.querySelector("main.import");
const words = JSON.parse(main.dataset.words);
const fieldNames = JSON.parse(main.dataset.fields);
const drop = document.getElementById("drop"), told = document.getElementById("import-told");
const columnsBox = document.getElementById("columns"), resultBox = document.getElementById("result");
const form = document.getElementById("reading");

let upload = null;
let preview = null;
let job = null;

// MARK: The service

const ask = asker(main.dataset.pageCode);
const json = async (...question) => (await ask(...question)).json();

function say(text, isFault = false) {
  told.className = isFault ? "fault" : "quiet";
  told.role = isFault ? "alert" : "status";
  told.textContent = text;
}

/** One step at a time; what goes wrong is said and nothing is lost. */
async function step(body) {
  if (main.ariaBusy === "true") return;
  main.ariaBusy = "true";
  delete document.documentElement.dataset.import;
  for (const button of main.querySelectorAll("button")) button.disabled = true;
  try {
    await body();
    say("");
  } catch (error) {
    say(failure(explained(error)), true);
  }
  for (const button of main.querySelectorAll("button")) button.disabled = false;
  main.ariaBusy = "false";
  document.documentElement.dataset.import = resultBox.hidden ? (columnsBox.hidden ? "file" : "columns") : resultBox.dataset.state;
}

const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), text === undefined ? {} : { textContent: text }, more);

// MARK: The file

const choose = (file) => step(async () => {
  if (!file) return;
  say(words.uploading);
  upload = await json("POST", `/api/v1/uploads?name=${encodeURIComponent(file.name.slice(-200))}`, file, { raw: true, headers: { "Content-Type": "application/octet-stream" } });
  resultBox.hidden = true;
  preview = await json("POST", `/api/v1/uploads/${upload.id}/preview`, { rows: 8 });
  document.getElementById("file-name").textContent = preview.name;
  showColumns();
});

drop.querySelector("input").addEventListener("change", ({ target }) => {
  choose(target.files[0]);
  // The same file, put right, can be chosen again.
  target.value = "";
});
for (const name of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("is-target", name === "dragover");
    if (name === "drop") choose(event.dataTransfer.files[0]);
  });
}

// MARK: The columns

function showColumns() {
  const head = element("tr"), reads = element("tr");
  preview.columns.forEach((column, index) => {
    const select = element("select");
    select.dataset.column = String(index);
    select.ariaLabel = `${words.readAs}: ${column.heading}`;
    select.append(new Option(words.notRead, "", false, !column.field));
    for (const field of preview.fields) select.append(new Option(fieldNames[field] ?? field, field, false, field === column.field));
    head.append(element("th", column.heading, { scope: "col" }));
    const cell = element("td");
    cell.append(select);
    reads.append(cell);
  });
  const rows = preview.rows.map((row) => {
    const line = element("tr");
    preview.columns.forEach((_, index) => line.append(element("td", row[index] ?? "")));
    return line;
  });
  document.querySelector("#columns thead").replaceChildren(head, reads);
  document.querySelector("#columns tbody").replaceChildren(...rows);
  columnsBox.hidden = false;
  mark();
}

/** Columns nothing is read from stand back. */
function mark() {
  for (const select of columnsBox.querySelectorAll("select[data-column]")) {
    const at = Number(select.dataset.column) + 1;
    for (const cell of columnsBox.querySelectorAll(`tr > :nth-child(${at})`)) cell.classList.toggle("is-unread", select.value === "");
  }
}
columnsBox.addEventListener("change", mark);

/** What the selects say as a mapping; JSON is YAML. */
function mapping() {
  const columns = {}, ignore = [];
  for (const select of columnsBox.querySelectorAll("select[data-column]")) {
    const { heading } = preview.columns[Number(select.dataset.column)];
    if (select.value === "") ignore.push(heading);
    else (columns[select.value] ??= []).push(heading);
  }
  return JSON.stringify({ columns, ignore: [...new Set(ignore)].filter(Boolean) });
}

// MARK: Running

const run = (dryRun) => step(async () => {
  const body = { upload: upload.id, mapping: mapping(), dryRun, geocode: form.elements.geocode.checked };
  const country = form.elements.country.value.trim(), system = form.elements.system.value.trim();
  if (country) body.country = country;
  if (system) body.system = system;
  resultBox.hidden = true;
  job = await json("POST", "/api/v1/imports", body, { headers: once() });
  const bar = document.getElementById("import-progress");
  bar.hidden = false;
  document.getElementById("stop").hidden = false;
  document.getElementById("stop").disabled = false;
  try {
    job = await watch(ask, job, ({ done, total }) => {
      if (total) Object.assign(bar, { max: total, value: done });
      else bar.removeAttribute("value");
      say(total ? words.running.replace("1", done).replace("2", total) : words.waiting);
    });
  } finally {
    bar.hidden = true;
    document.getElementById("stop").hidden = true;
  }
  if (job.state !== "done" || !job.result) throw new Error(job.failure ? spoken(job.failure.code, job.failure.message) : words.stopped);
  await showResult();
});

form.addEventListener("submit", (event) => { event.preventDefault(); run(true); });
document.getElementById("import").addEventListener("click", () => run(false));
document.getElementById("stop").addEventListener("click", () => ask("DELETE", `/api/v1/jobs/${job.id}`).catch((error) => say(failure(error), true)));

// MARK: What became of the rows

/** Rows of a CSV (RFC 4180). */
function table(text) {
  const rows = [[]];
  let cell = "", quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at];
    if (quoted) {
      if (one !== '"') cell += one;
      else if (text[at + 1] === '"') { cell += '"'; at += 1; } else quoted = false;
    } else if (one === '"') quoted = true;
    else if (one === ",") { rows.at(-1).push(cell); cell = ""; }
    else if (one === "\n") { rows.at(-1).push(cell); cell = ""; rows.push([]); }
    else if (one !== "\r") cell += one;
  }
  if (cell !== "" || rows.at(-1).length > 0) rows.at(-1).push(cell);
  const [names, ...lines] = rows.filter((row) => row.length > 1);
  return lines.map((line) => Object.fromEntries(names.map((name, index) => [name, line[index] ?? ""])));
}

const most = 200;
let rows = [];

async function showResult() {
  const { result } = job;
  rows = table((await (await ask("GET", `/api/v1/jobs/${job.id}/files/report.csv`)).text()).replace(/^\uFEFF/, ""));
  resultBox.dataset.state = result.dryRun ? "tried" : "imported";
  document.getElementById("result-title").textContent = result.dryRun ? words.wouldBe : words.became;
  const counts = [["", result.rows], ["create", result.created], ["update", result.updated], ["skip", result.skipped], ["conflict", result.conflicts], ["warning", rows.filter((row) => row.warnings !== "").length]];
  document.getElementById("outcomes").replaceChildren(...counts.map(([outcome, count]) => {
    const button = element("button", undefined, { type: "button", className: "map-button" });
    button.dataset.outcome = outcome;
    button.append(element("b", String(count)), element("span", words[`outcome-${outcome || "all"}`]));
    return button;
  }));
  const located = Object.entries(result.located).filter(([, count]) => count > 0).map(([level, count]) => `${words[`level-${level}`] ?? level}: ${count}`);
  const places = document.getElementById("located");
  places.textContent = located.length > 0 ? `${words.located} ${located.join(", ")} ` : "";
  // What was brought in stands in the queue of places; what was only tried does not.
  if (located.length > 0 && !result.dryRun) places.append(Object.assign(document.createElement("a"), { href: "/review", textContent: words.review }));
  document.getElementById("import").hidden = !result.dryRun;
  const undo = document.getElementById("undo-run");
  undo.hidden = !result.run;
  undo.dataset.run = result.run ?? "";
  resultBox.hidden = false;
  filter(result.conflicts > 0 ? "conflict" : "");
  resultBox.scrollIntoView({ block: "start" });
}

const marks = new Map(Object.entries(JSON.parse(main.dataset.marks)));
const literal = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
const anyMark = `(${[...marks.keys()].map(literal).join("|")})`;
const reasons = JSON.parse(main.dataset.reasons).map(([code, report, said]) => {
  const pattern = report.split(/(\{\d\}|<\d>)/).map((part, at) => (at % 2 === 0 ? literal(part) : part.startsWith("<") ? anyMark : "(.*?)"));
  return { code, said, pattern: new RegExp(`^${pattern.join("")}$`, "s") };
});

/** A sentence of the report in the words of the page; what it has none for stays as it is. */
function spoken(code, text) {
  for (const { said, pattern } of reasons.filter((reason) => reason.code === code)) {
    const found = pattern.exec(text);
    if (found) return said.replace(/\{(\d)\}/g, (_, at) => marks.get(found[at]) ?? found[at]);
  }
  return text;
}

/** A refusal in the words of the page; one it has none for is told as the service does, with what to do. */
function explained(error) {
  const { code, detail = "" } = error.problem ?? {};
  const said = spoken(code, detail);
  return said === detail ? error : new Error(said);
}

/** Warnings stand in one cell, each behind its code. */
function warned(text) {
  return text.split(/; (?=[a-z]\w*(?:\.\w+)+: )/).map((one) => {
    const [, code, message] = /^(\w+(?:\.\w+)+): (.*)$/s.exec(one) ?? [null, "", one];
    return spoken(code, message);
  }).join("; ");
}

function filter(outcome) {
  for (const button of document.querySelectorAll("#outcomes button")) button.setAttribute("aria-pressed", String(button.dataset.outcome === outcome));
  const wanted = rows.filter((row) => outcome === "" || row.result === outcome || (outcome === "warning" && row.warnings !== ""));
  document.querySelector("#outcome-rows tbody").replaceChildren(...wanted.slice(0, most).map((row) => {
    const line = element("tr");
    const name = element("td");
    // A dry run's partners are gone with it.
    if (row.partner && !job.result.dryRun) name.append(element("a", row.name || "–", { href: `/partners/${encodeURIComponent(row.partner)}` }));
    else name.textContent = row.name || "–";
    line.append(element("td", row.row), name, element("td", words[`outcome-${row.result}`] ?? row.result), element("td", words[`level-${row.level}`] ?? row.level), element("td", [spoken(row.code, row.reason), named(row.changed), warned(row.warnings)].filter(Boolean).join(" · ")));
    return line;
  }));
  document.getElementById("more-rows").textContent = wanted.length > most ? words.moreRows.replace("1", wanted.length - most) : "";
}
/** Members that were changed, by the names people give them. */
function named(changed) {
  return changed.split(" ").filter(Boolean).map((one) => fieldNames[one] ?? words[`changed-${one}`] ?? one).join(", ");
}
document.getElementById("outcomes").addEventListener("click", (event) => {
  const button = event.target.closest("[data-outcome]");
  if (button) filter(button.dataset.outcome);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-run]");
  if (!button?.dataset.run) return;
  step(async () => {
    const back = await json("POST", `/api/v1/imports/${encodeURIComponent(button.dataset.run)}/undo`, undefined, { headers: once() });
    sessionStorage.setItem("planner-flash", JSON.stringify({ text: words.undone.replace("1", back.removed).replace("2", back.restored) }));
    location.reload();
  });
});
document.documentElement.dataset.import = "file";
