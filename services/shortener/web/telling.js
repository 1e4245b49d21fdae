// Tells people what happened, where they look and where a screen reader listens.

/** Said politely, seen by nobody. */
export function announce(sentence) {
  const place = document.getElementById("announcement");
  place.textContent = "";
  // The same sentence twice is said twice only if the region was empty in between.
  requestAnimationFrame(() => { place.textContent = sentence; });
}

/** Shows a sentence in a place that is hidden while empty. */
export function show(place, sentence) {
  place.textContent = sentence;
  place.hidden = sentence === "";
}

/** Puts what the API says of each field beside the field, the rest into `rest`; the first wrong field gets the focus. */
export function showRefusal(form, failure, rest) {
  clearRefusal(form, rest);
  const left = [];
  for (const { field, message } of failure.details ?? []) {
    const name = field.split(".")[0];
    const input = form.elements.namedItem(name);
    if (input) mark(input, `${message[0].toUpperCase()}${message.slice(1)}.`);
    else left.push(`${field} ${message}`);
  }
  const first = form.querySelector('[aria-invalid="true"]');
  if (first === null || left.length > 0) show(rest, left.join(". ") || failure.message);
  first?.focus();
}

/** Marks one field as wrong. */
export function mark(input, message) {
  input.setAttribute("aria-invalid", "true");
  show(document.getElementById(`${input.id}-error`), message);
}

export function clearRefusal(form, rest) {
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    show(document.getElementById(`${input.id}-error`), "");
  }
  if (rest) show(rest, "");
}
