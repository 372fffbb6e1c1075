// The stops of a trip on a phone: what is entered shows at once, is kept on the device, and is sent when there is a
// signal. The states in the page are the service's; entries that wait are laid over them.
import { claimed } from "./device.js";
import { openQueue, sendAll } from "./road-queue.js";
import { failure, once, sender } from "./send.js";

const main = document.querySelector("main.road");
const photoType = "image/jpeg", longestSide = 1600;
if (main) walk().catch((error) => { document.getElementById("faults").textContent = String(error); });
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

async function walk() {
  const words = JSON.parse(main.dataset.words);
  const queue = await openQueue("planner-road");
  const { user, task, trip } = main.dataset;
  const doors = () => [...main.querySelectorAll(".door")];
  const clock = (instant) => new Date(instant).toLocaleTimeString(main.dataset.locale, { hour: "2-digit", minute: "2-digit" });
  // Whoever may not say what came of a stop sees the stops all the same.
  const mayRecord = main.querySelector("[data-act=arrive]") !== null;
  let signIn = false;

  // MARK: Showing

  /** The state of a stop as it will be when everything is sent. */
  function state(door, entries) {
    const { state, itemState, arrivedAt, doneAt, outcome, reason } = door.dataset;
    const shown = { state, itemState, at: doneAt ?? arrivedAt, outcome: outcome ?? "", reason: reason ?? "", waits: false };
    for (const entry of entries) {
      if (entry.item !== door.dataset.item || entry.fault || entry.user !== user) continue;
      shown.waits = true;
      if (entry.kind === "arrive") Object.assign(shown, { state: "checkedIn", at: entry.body.at });
      if (entry.kind === "done") Object.assign(shown, { state: "completed", itemState: "done", at: entry.body.at, outcome: entry.body.outcome, reason: "" });
      if (entry.kind === "skip") Object.assign(shown, { state: "skipped", itemState: "skipped", at: entry.body.at, outcome: entry.body.outcome, reason: words[`reason-${entry.body.reason}`] });
      if (entry.kind === "reopen") Object.assign(shown, { state: "planned", itemState: "open", at: null, outcome: "", reason: "" });
    }
    return shown;
  }

  async function show({ opens = false } = {}) {
    const entries = await queue.all();
    let over = 0;
    let next = null;
    for (const door of doors()) {
      const now = state(door, entries);
      const isOver = !["planned", "checkedIn"].includes(now.state);
      door.dataset.shown = now.state;
      door.dataset.shownItem = now.itemState;
      const told = [words[`told-${now.state}`], now.state !== "planned" && now.at ? clock(now.at) : "", now.reason, now.outcome].filter(Boolean).join(" · ");
      door.querySelector(".told-state").textContent = [told, now.waits ? words.waits : ""].filter(Boolean).join(" · ");
      if (mayRecord) {
        door.querySelector("[data-act=arrive]").hidden = now.state !== "planned";
        door.querySelector(".done-stop").hidden = isOver;
        // At the door the outcome comes next.
        if (opens || door.dataset.before !== now.state) door.querySelector(".done-stop").open = now.state === "checkedIn";
        door.querySelector(".skip-stop").hidden = isOver;
        door.querySelector("[data-act=reopen]").hidden = now.state === "planned";
      }
      door.dataset.before = now.state;
      if (isOver) over += 1;
      else if (!next && !door.closest(".road-day").hidden) next = door;
      door.classList.toggle("is-next", door === next);
    }
    for (const door of doors()) showPhotos(door, entries);
    document.getElementById("progress").max = Math.max(1, doors().length);
    document.getElementById("progress").value = over;
    document.getElementById("progress-text").textContent = words.progress.replace("-1", over).replace("-2", doors().length);
    if (opens) for (const door of doors()) door.querySelector("details").open = door === next;
    showSignal(entries);
    showFaults(entries);
    document.documentElement.dataset.road = String(entries.length);
  }

  /** Photographs that wait, each until it is sent or taken away. */
  function showPhotos(door, entries) {
    const list = door.querySelector(".waiting-photos");
    const own = entries.filter((entry) => entry.kind === "photo" && entry.item === door.dataset.item && entry.user === user && !entry.fault);
    for (const shown of [...list.children]) if (!own.some((entry) => String(entry.id) === shown.dataset.entry)) shown.remove();
    for (const entry of own) if (!list.querySelector(`[data-entry="${entry.id}"]`)) list.append(waitingPhoto(entry));
  }

  function waitingPhoto(entry) {
    const item = document.createElement("li"), canvas = document.createElement("canvas"), drop = document.createElement("button");
    item.dataset.entry = entry.id;
    canvas.role = "img";
    canvas.setAttribute("aria-label", `${words.photo}: ${words.waits}`);
    Object.assign(drop, { type: "button", className: "map-button small", textContent: "×", ariaLabel: words.drop });
    drop.addEventListener("click", async () => { await queue.remove(entry.id); await show(); });
    item.append(canvas, drop);
    createImageBitmap(new Blob([entry.file], { type: photoType })).then((picture) => {
      Object.assign(canvas, { width: picture.width, height: picture.height });
      canvas.getContext("2d").drawImage(picture, 0, 0);
      picture.close();
    }).catch(() => {});
    return item;
  }

  function showSignal(entries) {
    const own = entries.filter((entry) => entry.user === user && !entry.fault).length;
    const others = entries.some((entry) => entry.user !== user);
    const box = document.getElementById("signal");
    const lines = [];
    if (!navigator.onLine) lines.push(words.offline);
    if (own > 0) lines.push(words.waiting.replace("0", own));
    if (others) lines.push(words.otherPerson);
    box.hidden = lines.length === 0;
    box.querySelector("p").textContent = lines.join(" ");
    document.getElementById("send-now").hidden = own === 0 || signIn;
    box.querySelector("a")?.remove();
    if (signIn && own > 0) {
      const link = document.createElement("a");
      Object.assign(link, { href: `/sign-in?next=${encodeURIComponent(location.pathname)}`, className: "button", textContent: words.signIn });
      box.append(link);
    }
    for (const button of main.querySelectorAll("[data-replan]")) {
      button.disabled = !navigator.onLine || own > 0;
      button.title = button.disabled ? words.replanWaits : "";
      // Browsers tell a place to pages over TLS, and of this device.
      if (button.dataset.replan === "here") button.hidden = !window.isSecureContext || !navigator.geolocation;
    }
  }

  function showFaults(entries) {
    document.getElementById("faults").replaceChildren(...entries.filter((entry) => entry.fault && entry.user === user).map((entry) => {
      const box = document.createElement("div"), title = document.createElement("p"), text = document.createElement("p");
      box.className = "fault";
      box.role = "alert";
      const changed = entry.fault.code === "store.checklist.changed";
      title.textContent = `${entry.name}: ${changed ? words.conflict : entry.fault.status === 404 ? words.gone : words.refused}`;
      text.className = "quiet";
      text.textContent = [entry.fault.told, entry.body.outcome ?? entry.body.title].filter(Boolean).join(" · ");
      box.append(title, text);
      const act = (label, body) => {
        const button = document.createElement("button");
        Object.assign(button, { type: "button", className: "map-button", textContent: label });
        button.addEventListener("click", async () => { await body(); await show(); send(); });
        box.append(button);
      };
      if (changed) act(words.keepMine, () => queue.put({ ...entry, fault: undefined, key: once()["Idempotency-Key"], body: { ...entry.body, seen: undefined } }));
      act(changed ? words.keepTheirs : words.drop, () => queue.remove(entry.id));
      return box;
    }));
  }

  function showDay(number) {
    for (const day of main.querySelectorAll(".road-day")) day.hidden = day.dataset.day !== number;
    for (const tab of main.querySelectorAll("[data-show-day]")) tab.setAttribute("aria-pressed", String(tab.dataset.showDay === number));
  }

  // MARK: Entering

  async function enter(door, kind, body, more = []) {
    const address = `/api/v1/tasks/${task}/items/${door.dataset.item}/${kind === "arrive" ? "arrive" : "check"}`;
    const common = { user, trip, item: door.dataset.item, name: door.dataset.name };
    const key = () => once()["Idempotency-Key"];
    await queue.add({ ...common, kind, key: key(), address, body }, ...more.map((one) => ({ ...common, key: key(), ...one })));
    await show({ opens: kind === "done" || kind === "skip" });
    if (kind === "done" || kind === "skip") main.querySelector(".is-next summary")?.focus({ preventScroll: false });
    await send();
  }

  const now = () => new Date().toISOString();

  /** Pictures of the camera or of the phone's albums, made small; each waits for a signal as everything does. */
  async function photograph(input) {
    const door = input.closest(".door"), told = door.querySelector(".door-photos .fault"), button = input.closest("label");
    const files = [...input.files];
    input.value = "";
    told.hidden = true;
    button.classList.add("is-busy");
    // What waits here is not to be cleaned up by the browser.
    await navigator.storage?.persist?.().catch(() => {});
    for (const file of files) {
      try {
        const address = `/api/v1/tasks/${task}/items/${door.dataset.item}/photos?at=${encodeURIComponent(now())}`;
        await queue.add({ user, trip, item: door.dataset.item, name: door.dataset.name, kind: "photo", key: once()["Idempotency-Key"], address, type: photoType, file: await small(file), body: {} });
      } catch {
        told.textContent = words.photoFailed;
        told.hidden = false;
      }
    }
    button.classList.remove("is-busy");
    await show();
    await send();
  }
  main.addEventListener("change", (event) => { if (event.target.type === "file") photograph(event.target); });

  main.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target, door = form.closest(".door"), fields = new FormData(form);
    const seen = door.dataset.shownItem;
    const text = (name) => (fields.get(name) ?? "").trim();
    if (form.dataset.act === "skip") return enter(door, "skip", { state: "skipped", reason: fields.get("reason"), outcome: text("outcome"), at: now(), seen });
    const next = [];
    if (text("next")) {
      // The end of a working day, on the clock of this device.
      const deadline = text("nextDay") ? new Date(`${text("nextDay")}T18:00`).toISOString() : null;
      next.push({ kind: "next", address: "/api/v1/tasks", body: { title: `${text("next")} — ${door.dataset.name}`.slice(0, 300), deadline } });
    }
    enter(door, "done", { state: "done", outcome: text("outcome"), at: now(), seen }, next);
    form.reset();
  });
  main.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const door = button.closest(".door");
    if (button.dataset.act === "arrive") enter(door, "arrive", { at: now() });
    if (button.dataset.act === "reopen") enter(door, "reopen", { state: "open", seen: door.dataset.shownItem });
    if (button.dataset.showDay) { showDay(button.dataset.showDay); show({ opens: true }); }
    if (button.id === "send-now") send();
    if (button.dataset.replan) replan(button.dataset.replan === "here");
  });

  // MARK: Sending

  const headers = () => (main.dataset.pageCode ? { "X-Page-Code": main.dataset.pageCode } : {});

  /** The page as the service has it now; nil without a signal or a session. */
  async function fresh() {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main.road");
  }

  async function renew() {
    const page = await fresh(), code = page?.dataset.pageCode;
    // Somebody else may have signed in on this device.
    if (page?.dataset.user !== user) return false;
    if (!code || code === main.dataset.pageCode) return false;
    main.dataset.pageCode = code;
    return true;
  }

  /** Takes over what the service knows; a trip that was planned anew is shown anew. */
  async function refresh() {
    const page = await fresh().catch(() => null);
    if (!page) return;
    const places = (of) => [...of.querySelectorAll(".door")].map((door) => `${door.dataset.item} ${door.dataset.planned} ${door.closest(".road-day").dataset.date}`).join();
    if (page.dataset.trip !== trip || places(page) !== places(main)) return location.reload();
    main.dataset.version = page.dataset.version;
    for (const door of doors()) {
      const known = page.querySelector(`[data-item="${door.dataset.item}"]`).dataset;
      for (const name of ["state", "itemState", "arrivedAt", "doneAt", "outcome", "reason"]) {
        if (name in known) door.dataset[name] = known[name];
        else delete door.dataset[name];
      }
      const sent = page.querySelector(`[data-item="${door.dataset.item}"] .sent-photos`).children;
      if (door.querySelectorAll(".sent-photos img").length !== (sent[0]?.children.length ?? 0)) door.querySelector(".sent-photos").replaceChildren(...sent);
    }
  }

  let sending = null;
  let again = false;
  function send() {
    again = true;
    sending ??= (async () => {
      while (again) {
        again = false;
        // One page at a time sends, where the browser can tell.
        const alone = (body) => (navigator.locks ? navigator.locks.request("planner-road", body) : body());
        await alone(async () => {
          const outcome = await sendAll(queue, user, { headers, renew });
          signIn = outcome.signIn;
          if (outcome.sent > 0 || (await queue.all()).some((entry) => entry.fault)) await refresh();
        });
        await show();
      }
      sending = null;
    })();
    return sending;
  }

  /** Where the phone is: to the next hundred metres or so, and not older than a minute. */
  const position = () => new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => resolve({ latitude, longitude }), () => reject(new Error(words.notFound)),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 });
  });

  async function replan(fromHere) {
    const told = document.getElementById("replan-told"), buttons = [...main.querySelectorAll("[data-replan]")];
    for (const button of buttons) button.disabled = true;
    told.className = "quiet";
    told.textContent = fromHere ? words.finding : words.working;
    let from = null;
    try {
      if (fromHere) from = await position();
    } catch (error) {
      told.className = "fault";
      told.textContent = error.message;
      return show();
    }
    told.textContent = words.working;
    try {
      await sender(main.dataset.pageCode)(`/api/v1/trips/${trip}/replan`, { save: true, from }, { headers: { ...once(), "If-Match": `"v${main.dataset.version}"` } });
      location.reload();
    } catch (error) {
      told.className = "fault";
      told.textContent = failure(error);
      await show();
    }
  }

  addEventListener("online", () => send());
  addEventListener("offline", () => show());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") send(); });
  setInterval(() => { if (navigator.onLine) send(); }, 30_000);

  const first = main.querySelector(".road-day[data-shown]")?.dataset.day;
  if (first) showDay(first);
  await show({ opens: true });
  await claimed;
  await keep();
  await send();

  /** Leaves the page and its files with the worker. */
  async function keep() {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register("/road-worker.js", { scope: "/road" });
    const worker = (await navigator.serviceWorker.ready).active;
    navigator.serviceWorker.addEventListener("message", (event) => { if (event.data?.kept) document.documentElement.dataset.kept = String(event.data.kept); });
    const files = [...performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => new URL(name).pathname.startsWith("/assets/")), location.origin + location.pathname];
    if (navigator.onLine) worker.postMessage({ keep: [...new Set(files)] });
  }
}

/** A photograph of at most so many pixels a side, the right way up, without what the camera noted beside it. */
async function small(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise((done) => canvas.toBlob(done, photoType, 0.82));
  return made.arrayBuffer();
}
