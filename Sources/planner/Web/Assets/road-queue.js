// Entries that wait for a signal, in the order in which they were made. They outlive the page and the browser; an entry
// goes when the service has answered it.

const settled = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

function open(name) {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("entries", { keyPath: "id", autoIncrement: true });
  return settled(opening);
}

export async function openQueue(name) {
  let database = await open(name);
  /** Some browsers close what a page in the background holds open: it is opened again, once. */
  async function use(body) {
    try {
      return await body();
    } catch (error) {
      if (error.name !== "InvalidStateError") throw error;
      database = await open(name);
      return body();
    }
  }
  const read = (body) => use(() => settled(body(database.transaction("entries").objectStore("entries"))));
  /** Ends when what was done is on the disk. */
  const change = (body) => use(() => new Promise((done, failed) => {
    const transaction = database.transaction("entries", "readwrite", { durability: "strict" });
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error ?? new DOMException("", "AbortError"));
    body(transaction.objectStore("entries"));
  }));
  return {
    all: () => read((store) => store.getAll()),
    get: (id) => read((store) => store.get(id)),
    add: (...entries) => change((store) => { for (const entry of entries) store.add(entry); }),
    /** Changes an entry, unless it was taken away meanwhile. */
    put: (entry) => change((store) => { store.get(entry.id).onsuccess = ({ target }) => { if (target.result) store.put(entry); }; }),
    remove: (id) => change((store) => store.delete(id)),
  };
}

/**
 * Sends entries in their order, each as often as it takes: its key makes the service do it once.
 * Stops where there is no signal, the service asks for patience or nobody is signed in; an entry that is refused gets a
 * `fault` and stays, and what was entered on the same stop after it waits with it. `note` gets each that was sent.
 * @returns {Promise<{sent: number, signal: boolean, signIn: boolean}>}
 */
export async function sendAll(queue, user, { headers, renew, note }) {
  const outcome = { sent: 0, signal: true, signIn: false };
  const held = new Set();
  for (const { id } of await queue.all()) {
    // While others were sent it may have been taken back.
    const entry = await queue.get(id);
    if (entry?.user !== user) continue;
    if (entry.fault || held.has(entry.item)) { held.add(entry.item); continue; }
    let answer;
    let problem = {};
    try {
      for (let turn = 0; turn < 2; turn += 1) {
        answer = await fetch(entry.address, {
          method: "POST", signal: AbortSignal.timeout(entry.file ? 60_000 : 20_000), body: entry.file ?? JSON.stringify(entry.body),
          headers: { ...headers(), "Content-Type": entry.type ?? "application/json", Accept: "application/json", "Idempotency-Key": entry.key },
        });
        problem = answer.ok ? {} : await answer.json().catch(() => ({}));
        // Another session has another code.
        if (problem.code !== "http.pageCode" || turn > 0 || !(await renew())) break;
      }
    } catch {
      return { ...outcome, signal: false };
    }
    if (answer.ok && !answer.redirected) {
      note(entry);
      await queue.remove(id);
      outcome.sent += 1;
    } else if (answer.status === 401 || answer.redirected || problem.code === "http.pageCode") {
      return { ...outcome, signIn: true };
    } else if (answer.status === 429 || answer.status >= 500) {
      return { ...outcome, signal: false };
    } else {
      const told = [problem.detail, problem.hint].filter(Boolean).join("; ") || String(answer.status);
      await queue.put({ ...entry, fault: { code: problem.code ?? "", status: answer.status, told } });
      held.add(entry.item);
    }
  }
  return outcome;
}
