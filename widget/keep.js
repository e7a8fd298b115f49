/**
 * What survives a reload: the unsent draft, and that this browser has written to us before.
 *
 * Nothing is kept before one of the two exists. A browser that gives a third-party frame no
 * storage lets the loader keep it with the host page instead.
 */
import { data } from "./page.js";
import { tell } from "./bridge.js";

const KEY = `foreword:${data.base}`;
let store = {};
let withHost = false;

/** Read what was kept; `fromHost` is what the host page kept for us. */
export const open = (fromHost) => {
  try {
    store = JSON.parse(localStorage.getItem(KEY)) || {};
  } catch {
    withHost = true;
  }
  try {
    if (withHost) store = JSON.parse(fromHost) || {};
  } catch {
    store = {};
  }
};

/** Return something kept. */
export const kept = (name) => store[name];

/** Keep something, or forget it when the value is undefined. */
export const keep = (name, value) => {
  if (value === undefined && store[name] === undefined) return;
  store[name] = value;
  const text = JSON.stringify(store);
  const isEmpty = text === "{}";
  try {
    if (!withHost && isEmpty) localStorage.removeItem(KEY);
    else if (!withHost) localStorage.setItem(KEY, text);
  } catch {
    withHost = true;
  }
  // The host page always learns that there is something to come back to: it then loads the panel
  // early, so that the launcher can show a new answer.
  tell("keep", { value: isEmpty ? "" : withHost ? text : "{}" });
};

/** Forget everything. */
export const forget = () => {
  for (const name of Object.keys(store)) keep(name, undefined);
};
