// What outlives a reload of the page, in this tab.

/** What was kept under a name, or null. */
export function kept(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    sessionStorage.removeItem(name);
    return null;
  }
}

/** Null keeps nothing. More than a tab may keep lives as long as the page: nothing older must come back then. */
export function keep(name, value) {
  sessionStorage.removeItem(name);
  if (value === null) return;
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // The quota is full.
  }
}
