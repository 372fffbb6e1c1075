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
  // The stop on which something was entered last.
  let entered = null;

  // MARK: Showing

  // Entries that were sent, until the page has them too: it may have been kept before.
  const sentKey = "planner-road-sent", mostSent = 200;
  const sentEntries = () => JSON.parse(localStorage.getItem(sentKey) ?? "[]");
  const keepSent = (entries) => localStorage.setItem(sentKey, JSON.stringify(entries.slice(-mostSent)));
  function note({ key, user, trip, item, kind, body }) {
    if (!["arrive", "done", "skip", "reopen"].includes(kind)) return;
    try {
      keepSent([...sentEntries(), { key, user, trip, item, kind, body, isSent: true }]);
    } catch {
      // Without room the stop shows what the page says.
    }
  }

  /** The state of a stop as it will be when everything is sent. */
  function state(door, entries) {
    const { state, itemState, arrivedAt, doneAt, outcome, reason } = door.dataset;
    const shown = { state, itemState, at: doneAt ?? arrivedAt, outcome: outcome ?? "", reason: reason ?? "", waits: false };
    for (const entry of entries) {
      if (entry.item !== door.dataset.item || entry.fault || entry.user !== user) continue;
      if (!entry.isSent) shown.waits = true;
      if (entry.kind === "arrive") Object.assign(shown, { state: "checkedIn", at: entry.body.at });
      if (entry.kind === "done") Object.assign(shown, { state: "completed", itemState: "done", at: entry.body.at, outcome: entry.body.outcome, reason: "" });
      if (entry.kind === "skip") Object.assign(shown, { state: "skipped", itemState: "skipped", at: entry.body.at, outcome: entry.body.outcome, reason: words[`reason-${entry.body.reason}`] });
      if (entry.kind === "reopen") Object.assign(shown, { state: "planned", itemState: "open", at: null, outcome: "", reason: "" });
    }
    return shown;
  }

  /** What stands there already is not read out again. */
  function say(place, text) {
    if (place.textContent !== text) place.textContent = text;
  }

  async function show({ opens = false } = {}) {
    const entries = await queue.all(), laid = [...sentEntries(), ...entries];
    let over = 0;
    let spoken = "";
    let next = null;
    for (const door of doors()) {
      const now = state(door, laid);
      const isOver = !["planned", "checkedIn"].includes(now.state);
      door.dataset.shown = now.state;
      door.dataset.shownItem = now.itemState;
      const when = [words[`told-${now.state}`], now.state !== "planned" && now.at ? clock(now.at) : ""].filter(Boolean).join(" · ");
      const told = [when, now.reason, now.outcome].filter(Boolean).join(" · ");
      if (door === entered && when) spoken = `${door.dataset.name}: ${when}`;
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
    const progress = words.progress.replace("-1", over).replace("-2", doors().length);
    say(document.getElementById("progress-text"), [progress, spoken].filter(Boolean).join(" · "));
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
    say(box.querySelector("p"), lines.join(" "));
    document.getElementById("send-now").hidden = own === 0 || signIn;
    const mustSignIn = signIn && own > 0, shown = box.querySelector("a");
    if (!mustSignIn) shown?.remove();
    else if (!shown) {
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

  /** Refused entries, each told of once. */
  function showFaults(entries) {
    const list = document.getElementById("faults"), hadFocus = list.contains(document.activeElement);
    const own = entries.filter((entry) => entry.fault && entry.user === user);
    for (const shown of [...list.children]) if (!own.some((entry) => entry.key === shown.dataset.entry)) shown.remove();
    for (const entry of own) if (!list.querySelector(`[data-entry="${entry.key}"]`)) list.append(faultBox(entry));
    if (hadFocus && !list.contains(document.activeElement)) (list.querySelector("button") ?? main.querySelector(".is-next summary"))?.focus();
  }

  function faultBox(entry) {
    const box = document.createElement("div"), title = document.createElement("p"), text = document.createElement("p");
    box.className = "fault";
    box.role = "alert";
    box.dataset.entry = entry.key;
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
    const retry = (body) => queue.put({ ...entry, fault: undefined, key: once()["Idempotency-Key"], body });
    if (changed) act(words.keepMine, () => retry({ ...entry.body, seen: undefined }));
    // A clock, a right or a limit may have been put right since.
    else act(document.getElementById("send-now").textContent, () => retry(entry.body));
    act(changed ? words.keepTheirs : words.drop, () => queue.remove(entry.id));
    return box;
  }

  function showDay(number) {
    for (const day of main.querySelectorAll(".road-day")) day.hidden = day.dataset.day !== number;
    for (const tab of main.querySelectorAll("[data-show-day]")) tab.setAttribute("aria-pressed", String(tab.dataset.showDay === number));
  }

  // MARK: Entering

  let isWriting = false;

  /** Keeps what was entered by this form or button, and sends it. What cannot be kept stays in the form. */
  async function enter(place, kind, body, more = []) {
    // A second press comes before the first is written.
    if (isWriting) return;
    isWriting = true;
    const door = place.closest(".door");
    for (const told of door.querySelectorAll(".not-kept")) told.remove();
    const address = `/api/v1/tasks/${task}/items/${door.dataset.item}/${kind === "arrive" ? "arrive" : "check"}`;
    const common = { user, trip, item: door.dataset.item, name: door.dataset.name };
    const key = () => once()["Idempotency-Key"];
    try {
      await queue.add({ ...common, kind, key: key(), address, body }, ...more.map((one) => ({ ...common, key: key(), ...one })));
    } catch (error) {
      place.after(Object.assign(document.createElement("p"), { className: "fault not-kept", role: "alert", textContent: failure(error) }));
      return;
    } finally {
      isWriting = false;
    }
    place.reset?.();
    entered = door;
    const isOver = kind === "done" || kind === "skip";
    await show({ opens: isOver });
    // What was pressed is hidden now.
    const next = isOver ? main.querySelector(".is-next summary") : door.querySelector(kind === "arrive" ? ".done-stop > summary" : "[data-act=arrive]");
    (next ?? door.querySelector("summary")).focus({ preventScroll: false });
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
    const tell = (text) => { told.textContent = text; told.hidden = false; };
    // What waits here is not to be cleaned up by the browser, which may ask whether it shall: that is not waited for.
    navigator.storage?.persist?.().catch(() => {});
    for (const file of files) {
      const address = `/api/v1/tasks/${task}/items/${door.dataset.item}/photos?at=${encodeURIComponent(now())}`;
      const made = await small(file).catch(() => tell(words.photoFailed));
      if (!made) continue;
      const entry = { user, trip, item: door.dataset.item, name: door.dataset.name, kind: "photo", key: once()["Idempotency-Key"], address, type: photoType, file: made, body: {} };
      await queue.add(entry).catch((error) => tell(failure(error)));
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
    if (form.dataset.act === "skip") return enter(form, "skip", { state: "skipped", reason: fields.get("reason"), outcome: text("outcome"), at: now(), seen });
    const next = [];
    if (text("next")) {
      // The end of a working day, on the clock of this device.
      const deadline = text("nextDay") ? new Date(`${text("nextDay")}T18:00`).toISOString() : null;
      next.push({ kind: "next", address: "/api/v1/tasks", body: { title: `${text("next")} — ${door.dataset.name}`.slice(0, 300), deadline } });
    }
    enter(form, "done", { state: "done", outcome: text("outcome"), at: now(), seen }, next);
  });
  main.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const door = button.closest(".door");
    if (button.dataset.act === "arrive") enter(button, "arrive", { at: now() });
    if (button.dataset.act === "reopen") enter(button, "reopen", { state: "open", seen: door.dataset.shownItem });
    if (button.dataset.showDay) { showDay(button.dataset.showDay); show({ opens: true }); }
    if (button.id === "send-now") send();
    if (button.dataset.replan) replan(button.dataset.replan === "here");
  });

  // MARK: Sending

  const headers = () => (main.dataset.pageCode ? { "X-Page-Code": main.dataset.pageCode } : {});

  /** The page as the service has it now; nil without a signal or a session. */
  async function fresh() {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(20_000) });
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

  /** Whether something in the page is not kept yet. */
  const isTyping = () => [...main.querySelectorAll("textarea, input, select")].some((field) => field.value !== (field.defaultValue ?? field.options[0].value))
    || main.querySelector(".is-busy") !== null;

  // Whether the trip was planned anew since this page came.
  let isBehind = false;

  /** Takes over what the service knows; a trip that was planned anew is shown anew, once nothing is being typed. */
  async function refresh() {
    const taken = new Set(sentEntries().map(({ key }) => key));
    const page = await fresh().catch(() => null);
    if (!page) return;
    const places = (of) => [...of.querySelectorAll(".door")].map((door) => `${door.dataset.item} ${door.dataset.planned} ${door.closest(".road-day").dataset.date}`).join();
    isBehind = page.dataset.trip !== trip || places(page) !== places(main);
    if (isBehind) {
      if (!isTyping()) location.reload();
      return;
    }
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
    keepSent(sentEntries().filter((entry) => entry.trip !== trip || !taken.has(entry.key)));
    leave();
  }

  let worker = null;
  let sending = null;
  let again = false;
  function send() {
    again = true;
    sending ??= (async () => {
      try {
        while (again) {
          again = false;
          // One page at a time sends, where the browser can tell.
          const alone = (body) => (navigator.locks ? navigator.locks.request("planner-road", body) : body());
          await alone(async () => {
            const outcome = await sendAll(queue, user, { headers, renew, note });
            signIn = outcome.signIn;
            const isOlder = isBehind || sentEntries().some((entry) => entry.trip === trip);
            if (outcome.sent > 0 || isOlder || (await queue.all()).some((entry) => entry.fault)) await refresh();
          });
          await show();
        }
      } finally {
        sending = null;
      }
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
  // Without a worker the page does all but open without a signal.
  keep().catch(() => {});
  await send();

  /** Has the worker keep the page, from now on. */
  async function keep() {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register("/road-worker.js", { scope: "/road" });
    worker = (await navigator.serviceWorker.ready).active;
    navigator.serviceWorker.addEventListener("message", (event) => { if (event.data?.kept) document.documentElement.dataset.kept = String(event.data.kept); });
    leave();
  }

  /** Leaves the page, its files and its photographs with the worker. */
  function leave() {
    if (!worker || !navigator.onLine) return;
    const files = performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => new URL(name).pathname.startsWith("/assets/"));
    const photos = [...main.querySelectorAll(".sent-photos img")].map((photo) => photo.src);
    worker.postMessage({ keep: [...new Set([location.origin + location.pathname, ...files, ...photos])] });
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
