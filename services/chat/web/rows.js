// Brings the children of a list to what they shall be, touching only what differs: focus and selection stay.

/** `fresh(item)` makes a row, `fill(row, item)` brings one up to date; `key` tells rows apart. */
export function arrange(list, items, key, fresh, fill) {
  const rows = new Map([...list.children].map((row) => [row.dataset.key, row]));
  let place = list.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const row = rows.get(name) ?? fresh(item);
    rows.delete(name);
    row.dataset.key = name;
    fill(row, item);
    if (row === place) place = place.nextElementSibling;
    else move(list, row, place);
  }
  for (const row of rows.values()) row.remove();
}

function move(list, row, place) {
  const focused = row.contains(document.activeElement) ? document.activeElement : null;
  list.insertBefore(row, place);
  focused?.focus();
}

/** A copy of what a <template> holds. */
export function copyOf(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}
