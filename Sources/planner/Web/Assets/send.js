// Requests of pages that change or ask for something with a body.

// The code of a session that began after this page came.
let renewed;

/** Takes the code of the session there is now; false where somebody else is signed in by now, or nobody. */
async function renew() {
  const answer = await fetch("/api/v1/session", { headers: { Accept: "application/json" } });
  const session = answer.ok ? await answer.json() : null;
  if (!session?.pageCode || session.user.login !== document.body.dataset.user) return false;
  renewed = session.pageCode;
  for (const field of document.querySelectorAll("[name=pageCode]")) field.value = renewed;
  return true;
}

// Of each address what was sent with a key last and has not succeeded: its answer may be lost.
const unanswered = new Map();

/** What is sent again the same bears the same key, so that the service gives the first answer again. */
function keyed(place, headers, sent) {
  const last = unanswered.get(place), version = headers["If-Match"];
  if (last && last.sent === sent && last.version === version) headers["Idempotency-Key"] = last.key;
  else unanswered.set(place, { sent, version, key: headers["Idempotency-Key"] });
  return unanswered.get(place);
}

const fault = async (answer) => (answer.ok && !answer.redirected ? null : (await answer.json().catch(() => null)) ?? {});

/**
 * Asks the service, with the session's page code where that is needed. A body is JSON, or sent as it is when it is `raw`.
 * What is small and `keepalive` comes through though one leaves the page at once.
 * A fault says why in the service's words; its `status` and `problem` are the answer's, `patience` the seconds to wait.
 */
export function asker(pageCode) {
  return async (method, address, body, { headers = {}, signal, raw = false, keepalive = false } = {}) => {
    const all = { Accept: "application/json", ...headers }, place = `${method} ${address}`;
    const sent = raw || body === undefined ? body : JSON.stringify(body);
    if (body !== undefined && !raw) all["Content-Type"] = "application/json";
    const entry = all["Idempotency-Key"] && keyed(place, all, sent);
    const ask = () => {
      if (pageCode && method !== "GET") all["X-Page-Code"] = renewed ?? pageCode;
      return fetch(address, { method, headers: all, body: sent, signal, keepalive });
    };
    let answer = await ask(), problem = await fault(answer);
    if (problem?.code === "http.pageCode" && (await renew())) {
      answer = await ask();
      problem = await fault(answer);
    }
    if (!problem) {
      if (entry && unanswered.get(place) === entry) unanswered.delete(place);
      return answer;
    }
    const told = [problem.detail, problem.hint].filter(Boolean).join("; ") || String(answer.status);
    throw Object.assign(new Error(told), { status: answer.status, problem, patience: Number(answer.headers.get("Retry-After")) || 0 });
  };
}

const pause = (milliseconds) => new Promise((go) => { setTimeout(go, milliseconds); });
// What passes by itself: too many requests, a service that starts anew.
const passing = [429, 502, 503, 504];

/**
 * Long work until it is over; `tell` gets it each time it was looked at. It goes on whether one looks or not: answers
 * that are lost, and a service that asks for patience, are waited out.
 */
export async function watch(ask, job, tell) {
  for (let wait = 300; !job.finished; wait = Math.min(2000, Math.max(1000, wait * 1.25))) {
    tell(job);
    await pause(wait);
    try {
      job = await (await ask("GET", `/api/v1/jobs/${job.id}`)).json();
    } catch (error) {
      if (!(error instanceof TypeError) && !passing.includes(error.status)) throw error;
      await pause(1000 * (error.patience ?? 0));
    }
  }
  return job;
}

/** As `asker`, for what is sent with a body. */
export const sender = (pageCode) => (address, body, options) => asker(pageCode)("POST", address, body, options);

/** Of the addresses of a partner the one it is visited at. */
export const visitAddress = (partner) => (partner.addresses?.find((one) => one.type === "physical") ?? partner.addresses?.[0])?.text ?? "";

/** A key for a request that shall have one effect however often it is sent; one that is sent again keeps its first key. */
export const once = () => ({ "Idempotency-Key": Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("") });

/** A fault in the words of the page. */
export const failure = (error) => document.body.dataset.failed + error.message;
