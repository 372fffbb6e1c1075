// Requests of pages that change or ask for something with a body.

/** Sends JSON with the session's page code; a fault says why in the service's words. */
export function sender(pageCode) {
  return async (address, body, { headers = {}, signal } = {}) => {
    const all = { "Content-Type": "application/json", Accept: "application/json", ...headers };
    if (pageCode) all["X-Page-Code"] = pageCode;
    const answer = await fetch(address, { method: "POST", headers: all, body: JSON.stringify(body), signal });
    if (answer.ok && !answer.redirected) return answer;
    const problem = await answer.json().catch(() => ({}));
    throw new Error([problem.detail, problem.hint].filter(Boolean).join("; ") || `${answer.status}`);
  };
}

/** A key for a request that shall have one effect however often it is sent. */
export const once = () => ({ "Idempotency-Key": Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("") });
