/**
 * Requests to Foreword, and the session they belong to.
 *
 * Nobody has a session before they write. Then a visitor gets a cookie that is kept apart for
 * this host site; where the browser refuses it, the token stays in this page's memory and goes
 * along in a header. A customer's session is in memory only: the host can vouch again any time.
 */
import { data } from "./page.js";

const session = { token: "", person: data.person, customer: null, claims: null };
const ARRIVAL_MS = 3000;
let renew = async () => false;
let arrived = () => {};
let arriving = Promise.resolve();

/** A request that was refused or never arrived (status 0). */
export class Refused extends Error {
  constructor(status, { code = "", message = "", fields = {} } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

/** Say how an ended session is renewed: ask the host to sign anew. */
export const renewWith = (action) => {
  renew = action;
};

/** Say who the requests come from: "none", "visitor" or "customer". */
export const person = () => session.person;

/** Return what the host says about the person without signing it. */
export const claims = () => session.claims || {};

/** Say whether the browser keeps nothing, so that a reload ends the conversation. */
export const isFleeting = () => session.person === "visitor" && session.token !== "";

const send = async (path, { body, method, signal, keepalive } = {}) => {
  const headers = { Accept: "application/json, text/html;q=0.9" };
  headers["Accept-Language"] = document.documentElement.lang;
  if (session.token) headers.Authorization = `Bearer ${session.token}`;
  if (body !== undefined) headers["X-Widget-CSRF"] = data.token;
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  try {
    return await fetch(data.base + path, {
      method: method || (body === undefined ? "GET" : "POST"),
      headers,
      body: isForm || body === undefined ? body : JSON.stringify(body),
      signal,
      keepalive,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0);
  }
};

const refusal = async (response) => {
  const answer = await response.json().catch(() => ({}));
  return new Refused(response.status, answer.error);
};

/** Fetch the page anew for a fresh token, when this one has been open for a day. */
const freshToken = async () => {
  const text = await (await send("")).text();
  data.token = new DOMParser().parseFromString(text, "text/html").body.dataset.token;
};

/**
 * Send a request; what the server can be helped with (an old page, an ended session) is repeated
 * once.
 * @param {string} path below the site's address
 * @param {{body?: unknown, signal?: AbortSignal, keepalive?: boolean}} [options]
 * @returns {Promise<Response>}
 * @throws {Refused}
 */
export const call = async (path, options) => {
  if (path !== "identity") await arriving;
  let response = await send(path, options);
  if (response.ok) return response;
  const error = await refusal(response);
  if (error.code === "stale_page") await freshToken();
  else if (!(error.code === "sign_in_needed" && (await startOver()))) throw error;
  response = await send(path, options);
  if (response.ok) return response;
  throw await refusal(response);
};

/** Return a fragment as HTML. */
export const fragment = async (path, options) => (await call(path, options)).text();

/** Return a JSON answer. */
export const json = async (path, options) => (await call(path, options)).json();

const startOver = async () => {
  const wasCustomer = session.person === "customer";
  session.token = "";
  session.person = "none";
  return renew(wasCustomer);
};

/** Begin an anonymous session if there is none yet. */
export const needSession = async () => {
  if (session.person !== "none") return;
  const { token } = await json("session", { body: { claims: session.claims } });
  session.person = "visitor";
  const known = await json("session");
  // The cookie came back: the token need not lie about where scripts can read it.
  if (known.person === null) session.token = token;
};

/** Hold requests back until the host has said who the person is, but not for long. */
export const expectIdentity = () => {
  const before = arrived;
  arriving = new Promise((resolve) => {
    arrived = () => {
      before();
      resolve();
    };
    setTimeout(resolve, ARRIVAL_MS);
  });
};

/** Let requests go: the host has nobody to vouch for. */
export const expectNobody = () => arrived();

/**
 * Exchange the host's signed token for a customer's session; other requests wait for it.
 * @returns {Promise<{offer: ?object, isOther: boolean}>} `isOther` if somebody else was known before
 */
export const signIn = async (token) => {
  expectIdentity();
  try {
    const { token: own, customer, offer } = await json("identity", { body: { token } });
    const isOther = session.customer !== null && session.customer !== customer;
    Object.assign(session, { token: own, person: "customer", customer });
    return { offer, isOther };
  } finally {
    arrived();
  }
};

/** Keep what the host says about the person without signing it; it is shown as a claim. */
export const claim = async (said) => {
  session.claims = said;
  if (session.person === "visitor") await call("identity", { body: { claims: said } });
};

/** End the session here and on the server. */
export const signOut = async () => {
  await call("logout", { body: {} }).catch(() => {});
  session.token = "";
  session.person = "none";
  session.claims = null;
};
