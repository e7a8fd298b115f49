/**
 * Loads htmx: from the CDN with its integrity hash, or the local copy when the CDN fails,
 * is silent for too long, or is switched off. The page is painted and usable meanwhile.
 *
 * A classic deferred script. Attributes: data-cdn (empty = local at once), data-integrity,
 * data-local, data-wait (milliseconds).
 */
(() => {
  const { cdn, integrity, local = "", wait } = /** @type {HTMLElement} */ (document.currentScript)
    .dataset;
  const memory = "foreword-htmx-local";

  /** Storage may be forbidden; then every page asks the CDN again. */
  const remembered = () => {
    try {
      return sessionStorage.getItem(memory) === "1";
    } catch {
      return false;
    }
  };
  const remember = () => {
    try {
      sessionStorage.setItem(memory, "1");
    } catch {
      // The next page simply waits again.
    }
  };

  /** @param {string} src @param {string} [hash] */
  const add = (src, hash) => {
    const script = document.createElement("script");
    script.src = src;
    if (hash) {
      script.integrity = hash;
      script.crossOrigin = "anonymous";
      script.referrerPolicy = "no-referrer";
    }
    document.head.append(script);
    return script;
  };

  document.addEventListener("htmx:config:request", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content");
    const { request } = /** @type {CustomEvent} */ (event).detail.ctx;
    if (token && request.method !== "GET") request.headers["X-CSRFToken"] = token;
  });

  if (!cdn || remembered()) {
    add(local);
    return;
  }
  const remote = add(cdn, integrity);
  let settled = false;
  const fallBack = () => {
    if (settled || "htmx" in window) return;
    settled = true;
    remember();
    // A script moved to a document without a window never runs, however late it arrives.
    document.implementation.createHTMLDocument("").body.append(remote);
    add(local);
  };
  remote.addEventListener("error", fallBack);
  remote.addEventListener("load", () => (settled = true));
  setTimeout(fallBack, Number(wait) || 1500);
})();
