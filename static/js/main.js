/**
 * Mounts behaviours: an element with data-behavior="name" is given to the default export of
 * behaviors/name.js, once, whenever it enters the page (also by an htmx swap). A behaviour may
 * return a clean-up function, called after the element has left.
 */

/** @type {Record<string, string>} name to the address of its module, hashed by the server */
const addresses = JSON.parse(
  document.querySelector('meta[name="behaviors"]')?.getAttribute("content") ?? "{}",
);

/** @type {Map<Element, Map<string, (() => void) | undefined>>} */
const mounted = new Map();

/** @param {Element} element @param {string} name */
async function mount(element, name) {
  const own = mounted.get(element) ?? new Map();
  if (own.has(name) || !addresses[name]) return;
  own.set(name, undefined);
  mounted.set(element, own);
  try {
    const behavior = await import(addresses[name]);
    if (element.isConnected) own.set(name, behavior.default(element) ?? undefined);
    else mounted.delete(element);
  } catch (error) {
    // One part that cannot load must not stop the others; the page works without it.
    own.delete(name);
    console.warn(`behaviour ${name}:`, error);
  }
}

/** @param {ParentNode} root */
function mountAll(root) {
  const found = [...root.querySelectorAll("[data-behavior]")];
  if (root instanceof Element && root.matches("[data-behavior]")) found.unshift(root);
  for (const element of found) {
    for (const name of (element.getAttribute("data-behavior") ?? "").split(/\s+/)) {
      if (name) mount(element, name);
    }
  }
}

function sweep() {
  for (const [element, own] of mounted) {
    if (element.isConnected) continue;
    mounted.delete(element);
    for (const cleanUp of own.values()) cleanUp?.();
  }
}

new MutationObserver((records) => {
  let removed = false;
  for (const record of records) {
    removed ||= record.removedNodes.length > 0;
    for (const node of record.addedNodes) if (node instanceof Element) mountAll(node);
  }
  if (removed) sweep();
}).observe(document.documentElement, { childList: true, subtree: true });
mountAll(document);

// No answer at all (offline, server away): say so once instead of doing nothing, until it is over.
/** @type {Element | undefined} */
let unreachable;
document.addEventListener("htmx:error", (event) => {
  const failed = /** @type {CustomEvent} */ (event).detail?.ctx;
  const message = /** @type {HTMLTemplateElement | null} */ (
    document.querySelector("#flash-unreachable")
  );
  if (!failed || !message || unreachable?.isConnected) return;
  unreachable = document.importNode(message.content, true).firstElementChild ?? undefined;
  if (unreachable) document.querySelector("#flash")?.append(unreachable);
});
document.addEventListener("htmx:after:request", () => unreachable?.remove());
// Fetched before they are needed: the message about an absent network, and the dialogs that a key
// opens, where the next key may follow at once, as after r and n.
for (const name of ["flash", "sheet", "submit-keys", "composer"]) if (addresses[name]) import(addresses[name]);
