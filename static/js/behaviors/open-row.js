/**
 * Marks the row of the ticket that is open: only the ticket is fetched when it is opened, the list
 * stays as it is.
 *
 * @param {HTMLElement} panes holds the list and, in an input with the id ticket-open, the number
 */
export default function (panes) {
  const mark = () => {
    const open = /** @type {HTMLInputElement | null} */ (panes.querySelector("#ticket-open"));
    const row = open && panes.querySelector(`#ticket-row-${open.value}`);
    for (const other of panes.querySelectorAll(".row[aria-current]")) {
      if (other !== row) other.removeAttribute("aria-current");
    }
    row?.setAttribute("aria-current", "true");
  };
  document.addEventListener("htmx:after:swap", mark);
  return () => document.removeEventListener("htmx:after:swap", mark);
}
