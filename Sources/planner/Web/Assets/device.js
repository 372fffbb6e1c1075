// What pages keep on this device is one person's: it goes when that person signs out, and before another one's page is
// shown. Two things stay: entries that were not sent, since each bears its user and is sent as that one's only, and who
// was shown around.
const owner = "planner-user";
export const toured = "planner-tour";

function clear(storage) {
  for (const key of Object.keys(storage)) if (key !== toured) storage.removeItem(key);
}

/** The pages for the road; browsers keep some over HTTPS and on the same computer only. */
async function clearPages() {
  if ("caches" in window) await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
}

async function forget() {
  clear(localStorage);
  clear(sessionStorage);
  await clearPages();
}

async function claim() {
  const { user } = document.body.dataset;
  if (!user) return;
  const isOwn = localStorage.getItem(owner) === user;
  for (const storage of [localStorage, sessionStorage]) if ((storage.getItem(owner) ?? user) !== user) clear(storage);
  sessionStorage.setItem(owner, user);
  if (isOwn) return;
  await clearPages();
  localStorage.setItem(owner, user);
}

/** Ends when nothing on the device is another person's. */
export const claimed = claim().catch(() => {});

/** Another person's things go before that one's first page comes: a page that comes slowly is shown as it was kept. */
export function signIn(event) {
  const form = event.target;
  const login = form.elements.login.value.trim().toLowerCase();
  if ((localStorage.getItem(owner) ?? login) === login) return;
  event.preventDefault();
  forget().catch(() => {}).finally(() => form.submit());
}

/** Signs out, after a question while entries wait; what is kept goes when the service has ended the session. */
export async function signOut(form) {
  const waiting = await unsent(document.body.dataset.user);
  if (waiting > 0 && !(await asked(form, form.dataset.unsent.replace("0", waiting), true))) return;
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  } catch {
    await asked(form, form.dataset.noSignal, false);
    return;
  }
  // The service's own page says what is wrong.
  if (!answer.ok) return form.submit();
  await forget().catch(() => {});
  location.assign("/sign-in");
}

/** How many entries of a person wait on this device, those too that were refused and not decided about. */
async function unsent(user) {
  try {
    const { openQueue } = await import("./road-queue.js");
    const queue = await openQueue("planner-road");
    return (await queue.all()).filter((entry) => entry.user === user).length;
  } catch {
    return 0;
  }
}

/** Whether the person wants to leave. */
function asked(form, text, mayLeave) {
  const box = Object.assign(document.createElement("dialog"), { id: "leave", className: "help-dialog" });
  const told = Object.assign(document.createElement("p"), { id: "leave-told", textContent: text });
  const row = Object.assign(document.createElement("p"), { className: "button-row" });
  const button = (label, value) => {
    const one = Object.assign(document.createElement("button"), { type: "button", className: "map-button", textContent: label });
    one.addEventListener("click", () => box.close(value));
    row.append(one);
  };
  box.setAttribute("aria-labelledby", told.id);
  button(form.dataset.stay, "stay");
  if (mayLeave) button(form.querySelector("button").textContent, "leave");
  if (mayLeave && !location.pathname.startsWith("/road")) row.append(Object.assign(document.createElement("a"), { href: "/road", textContent: form.dataset.road }));
  box.append(told, row);
  document.body.append(box);
  box.showModal();
  return new Promise((done) => box.addEventListener("close", () => { box.remove(); done(box.returnValue === "leave"); }));
}
