/**
 * The panel's side of the conversation with the host page.
 *
 * One message is accepted from the window: `connect`, from the parent, from an origin the server
 * allows, with a port. Everything else goes through that port. Messages are checked for version,
 * kind and size before anybody acts on them.
 */
import { data } from "./page.js";

const LARGEST = 4096;
const LARGEST_OF = { connect: 110000, prefill: 60000, ask: 60000, identify: 9000 };
const origins = JSON.parse(data.origins);
const handlers = {};
let port;

/** What the host page said about itself and how it set the widget up. */
export const host = { page: {}, config: {} };

const isObject = (value) => value !== null && typeof value === "object";

const fits = (message) => {
  if (!isObject(message) || message.v !== 1 || typeof message.t !== "string") return false;
  try {
    return JSON.stringify(message).length <= (LARGEST_OF[message.t] || LARGEST);
  } catch {
    return false;
  }
};

const text = (value, most) => (typeof value === "string" ? value.slice(0, most) : "");

const takePage = (page) => {
  if (!isObject(page)) return;
  const headings = Array.isArray(page.headings) ? page.headings : [];
  host.page = {
    path: text(page.path, 300),
    title: text(page.title, 150),
    headings: headings.slice(0, 5).map((heading) => text(heading, 80)).filter(Boolean),
  };
};

/** Act on a kind of message; the handler gets the message and a way to answer it. */
export const on = (kind, handler) => {
  handlers[kind] = handler;
};

/** Say something to the host page. */
export const tell = (t, more) => port?.postMessage({ v: 1, t, ...more });

/** Raise one of the widget's events on the host page. */
export const emit = (name, detail) => tell("event", { name, detail });

const receive = async ({ data: message, ports }) => {
  if (!fits(message) || !Object.hasOwn(handlers, message.t)) return;
  takePage(message.page);
  if (isObject(message.config)) host.config = message.config;
  try {
    const value = await handlers[message.t](message);
    ports[0]?.postMessage({ value });
  } catch (error) {
    ports[0]?.postMessage({ error: error.message || "failed" });
  }
};

/** Wait for the host page to connect, once. */
export const connect = (ready) => {
  addEventListener("message", (event) => {
    const { data: message, origin, ports, source } = event;
    if (port || source !== parent || !origins.includes(origin)) return;
    if (!fits(message) || message.t !== "connect" || !ports[0]) return;
    port = ports[0];
    host.origin = origin;
    takePage(message.page);
    if (isObject(message.config)) host.config = message.config;
    ready(message);
    port.onmessage = receive;
    const { color, position, label } = data;
    tell("ready", { site: { color, position, label } });
  });
};
