/**
 * A conversation opens where reading goes on: at the first new message, else at its end, and
 * stays at its end when something arrives while the reader is there.
 *
 * @param {HTMLElement} pane the scrolling element around a .thread
 */
export default function (pane) {
  const near = 80;
  let atEnd = true;
  const toEnd = () => pane.scrollTo({ top: pane.scrollHeight });
  const fresh = pane.querySelector(".thread__new");
  if (fresh instanceof HTMLElement) pane.scrollTo({ top: fresh.offsetTop - pane.offsetTop - 16 });
  else toEnd();
  const onScroll = () => {
    atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < near;
  };
  onScroll();
  pane.addEventListener("scroll", onScroll, { passive: true });
  const observer = new MutationObserver(() => atEnd && toEnd());
  observer.observe(pane, { childList: true, subtree: true });
  return () => observer.disconnect();
}
