/** Seconds after which nobody counts as active who has not moved, typed or scrolled. */
const IDLE = 60;
/** Seconds between two tells. */
const TELL = 30;

/**
 * Counts for how long the ticket is in sight and somebody is active, and tells the server, which
 * proposes it as time spent. What nobody looks at does not count: another tab, or a minute without
 * a sign of life.
 *
 * @param {HTMLElement} mark with data-url
 */
export default function (mark) {
  let active = Date.now();
  let counted = 0;

  const alive = () => (active = Date.now());
  const tell = async () => {
    const seconds = counted;
    if (!seconds) return;
    counted = 0;
    const body = new FormData();
    body.set("seconds", String(seconds));
    body.set("csrf_token", document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "");
    try {
      await fetch(mark.dataset.url ?? "", { method: "POST", body, keepalive: true });
    } catch {
      // Offline. It is a proposal: these seconds are not worth a second try.
    }
  };
  const timer = setInterval(() => {
    if (document.visibilityState !== "visible" || Date.now() - active >= IDLE * 1000) return;
    counted += 1;
    if (counted >= TELL) tell();
  }, 1000);
  const signs = ["pointermove", "pointerdown", "keydown", "wheel"];
  for (const sign of signs) document.addEventListener(sign, alive, { passive: true });
  addEventListener("pagehide", tell);
  return () => {
    clearInterval(timer);
    tell();
    for (const sign of signs) document.removeEventListener(sign, alive);
    removeEventListener("pagehide", tell);
  };
}
