// Requests of pages that change or ask for something with a body.

/**
 * Asks the service, with the session's page code where that is needed. A body is JSON, or sent as it is when it is `raw`.
 * A fault says why in the service's words; its `status` and `problem` are the answer's.
 */
export function asker(pageCode) {
  return async (method, address, body, { headers = {}, signal, raw = false } = {}) => {
    const all = { Accept: "application/json", ...headers };
    if (body !== undefined && !raw) all["Content-Type"] = "application/json";
    if (pageCode && method !== "GET") all["X-Page-Code"] = pageCode;
    const answer = await fetch(address, { method, headers: all, body: raw || body === undefined ? body : JSON.stringify(body), signal });
    if (answer.ok && !answer.redirected) return answer;
    const problem = await answer.json().catch(() => ({}));
    const told = [problem.detail, problem.hint].filter(Boolean).join("; ") || String(answer.status);
    throw Object.assign(new Error(told), { status: answer.status, problem });
  };
}

/** As `asker`, for what is sent with a body. */
export const sender = (pageCode) => (address, body, options) => asker(pageCode)("POST", address, body, options);

/** Of the addresses of a partner the one it is visited at. */
export const visitAddress = (partner) => (partner.addresses?.find((one) => one.type === "physical") ?? partner.addresses?.[0])?.text ?? "";

/** A key for a request that shall have one effect however often it is sent. */
export const once = () => ({ "Idempotency-Key": Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("") });

/** A fault in the words of the page. */
export const failure = (error) => document.body.dataset.failed + error.message;
