/**
 * A recording: nothing is asked of the third party until the reader clicks.
 * Without JavaScript the poster is a link to the recording.
 *
 * @param {HTMLElement} card with data-embed-src and data-embed-title
 */
export default function (card) {
  const { embedSrc, embedTitle } = card.dataset;
  const poster = card.querySelector(".media-card__poster");
  if (!embedSrc || !poster || !/^https:\/\//.test(embedSrc)) return;
  poster.addEventListener("click", (event) => {
    const click = /** @type {MouseEvent} */ (event);
    if (click.ctrlKey || click.metaKey || click.shiftKey || click.button) return;
    event.preventDefault();
    const frame = document.createElement("iframe");
    frame.className = "media-card__frame";
    frame.src = embedSrc;
    frame.title = embedTitle ?? "";
    frame.allow = "autoplay; fullscreen; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.allowFullscreen = true;
    poster.replaceWith(frame);
    frame.focus();
  });
}
