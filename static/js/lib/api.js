/** The one way to the server over HTTP: session cookie, CSRF header, and the envelope turned into an answer or an error. */

const TIMEOUT = 20_000;

/** Codes of refusals that may pass later, where an answer has no status: frames of the socket. */
export const TEMPORARY = new Set(["busy", "unavailable"]);

/** Says `ended` when an answer shows that nobody is signed in any more. */
export const session = new EventTarget();

/** A refusal or a lost answer. `status` is 0 when nobody answered; `retryAfter` is in seconds. */
export class ApiError extends Error {
  constructor({ status = 0, code = "network", message = "", retryAfter = null } = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Nothing is wrong with the request: the same one may pass later. */
  get temporary() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  get signedOut() {
    return this.status === 401;
  }
}

export function csrfToken() {
  const cookie = document.cookie.split("; ").find((pair) => pair.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : "";
}

export function getJson(url) {
  return request(url, { headers: { Accept: "application/json" } }).then(readEnvelope);
}

/** `keepalive`: it is sent even when the page is left. */
export function sendJson(method, url, body, { keepalive = false } = {}) {
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  return request(url, { method, headers, body: JSON.stringify(body), keepalive }).then(readEnvelope);
}

/** Server-rendered rows. A redirect means the sign-in page, so it counts as signed out. */
export async function getHtml(url) {
  const response = await request(url, { headers: { Accept: "text/html" }, redirect: "manual" });
  if (response.type === "opaqueredirect") throw errorFrom(401);
  if (!response.ok) throw errorFrom(response.status, null, response.headers.get("Retry-After"));
  return response.text();
}

/** Whether something is there to be fetched; else it throws what the answer says. */
export async function look(url) {
  const response = await request(url, { method: "HEAD" });
  if (!response.ok) throw errorFrom(response.status, null, response.headers.get("Retry-After"));
}

/** A form posted for a page of ours, which is returned as it is drawn; a refusal (400) is drawn too. */
export async function postForm(url, fields) {
  const headers = { Accept: "text/html", "X-CSRFToken": csrfToken() };
  const response = await request(url, { method: "POST", headers, body: new URLSearchParams(fields), redirect: "manual" });
  if (response.type === "opaqueredirect") throw errorFrom(401);
  if (!response.ok && response.status !== 400) throw errorFrom(response.status, null, response.headers.get("Retry-After"));
  return response.text();
}

export function errorFrom(status, envelope, retryAfter) {
  if (status === 401) session.dispatchEvent(new Event("ended"));
  return new ApiError({
    status,
    code: envelope?.error ?? `http_${status}`,
    message: envelope?.message ?? "",
    retryAfter: Number.parseInt(retryAfter, 10) || null,
  });
}

async function request(url, options) {
  try {
    return await fetch(url, {
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT),
      ...options,
    });
  } catch {
    throw new ApiError();
  }
}

async function readEnvelope(response) {
  const envelope = await response.json().catch(() => null);
  if (response.ok && envelope) return envelope;
  throw errorFrom(response.ok ? 0 : response.status, envelope, response.headers.get("Retry-After"));
}
