/** All HTTP requests to the server: session cookie, CSRF header, and the envelope as an answer or an error. */

const TIMEOUT = 20_000;

/** Error codes of socket frames, which have no status, that may be retried. */
export const TEMPORARY = new Set(["busy", "unavailable"]);

/** Events, once an answer shows it: `ended` (nobody is signed in any more), `locked` (until the person unlocks it). */
export const session = new EventTarget();

/**
 * A refusal or a lost answer. `status` is 0 when no answer came; `retryAfter` is in seconds; `reference` is what the
 * pages of errors show, by which the server's logs have the request.
 */
export class ApiError extends Error {
  constructor({ status = 0, code = "network", message = "", retryAfter = null, reference = "" } = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.reference = reference;
  }

  /** True when the same request may succeed later. */
  get temporary() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** Nothing is answered until the person signs in again, or unlocks the sign-in. */
  get shutOut() {
    return this.status === 401 || this.status === 423;
  }
}

export function csrfToken() {
  const cookie = document.cookie.split("; ").find((pair) => pair.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : "";
}

export function getJson(url) {
  return request(url, { headers: { Accept: "application/json" } }).then(readEnvelope);
}

/** `keepalive`: the request goes out even when the page is left. */
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

/** Resolves when `url` can be fetched; throws an ApiError when it cannot. */
export async function checkAvailable(url) {
  const response = await request(url, { method: "HEAD" });
  if (!response.ok) throw errorFrom(response.status, null, response.headers.get("Retry-After"));
}

/** Post a form and return the rendered page; a refusal (400) is rendered too. */
export async function postForm(url, fields) {
  const headers = { Accept: "text/html", "X-CSRFToken": csrfToken() };
  const body = new URLSearchParams(fields);
  const response = await request(url, { method: "POST", headers, body, redirect: "manual" });
  if (response.type === "opaqueredirect") throw errorFrom(401);
  if (response.ok || response.status === 400) return response.text();
  throw errorFrom(response.status, null, response.headers.get("Retry-After"));
}

export function errorFrom(status, envelope, retryAfter, requestId) {
  if (status === 401) session.dispatchEvent(new Event("ended"));
  if (status === 423) session.dispatchEvent(new Event("locked"));
  return new ApiError({
    status,
    code: envelope?.error ?? `http_${status}`,
    message: envelope?.message ?? "",
    retryAfter: Number.parseInt(retryAfter, 10) || null,
    reference: requestId?.slice(0, 8),
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
  const { headers } = response;
  throw errorFrom(response.ok ? 0 : response.status, envelope, headers.get("Retry-After"), headers.get("X-Request-ID"));
}
