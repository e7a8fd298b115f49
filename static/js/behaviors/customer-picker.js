/**
 * Takes a found customer into the form of a new ticket.
 *
 * @param {HTMLFormElement} form
 */
export default function (form) {
  const field = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  form.addEventListener("click", (event) => {
    const choice = /** @type {HTMLElement | null} */ (
      /** @type {Element} */ (event.target).closest("[data-customer]")
    );
    if (!choice) return;
    field("customer_id").value = choice.dataset.customer ?? "";
    field("requester_name").value = choice.dataset.name ?? "";
    field("requester_email").value = choice.dataset.email ?? "";
    form.querySelector("#customers-found")?.replaceChildren();
    field("subject").focus();
  });
}
