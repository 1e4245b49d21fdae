// The form that makes a link.

import { announce, clearRefusal, mark, show, showRefusal } from "./telling.js";

/** `onCreated(link)` after each success. */
export function prepareCreating(api, onCreated) {
  const form = document.getElementById("create");
  const rest = document.getElementById("create-error");
  const button = form.querySelector("[type=submit]");
  let attempt = null;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearRefusal(form, rest);
    const wish = read(form);
    if (wish === null) return;
    // The same wish again, say after the connection broke, is the same attempt: one link, not two.
    const text = JSON.stringify(wish);
    if (attempt?.text !== text) attempt = { text, key: crypto.randomUUID() };
    button.disabled = true;
    try {
      const link = await api.create(wish, attempt.key);
      attempt = null;
      form.reset();
      onCreated(link);
      announce(`${link.shortUrl} is ready.`);
      form.elements.url.focus();
    } catch (failure) {
      if (failure.status === 409) mark(form.elements.code, "This code is taken. Choose another.");
      if (failure.status === 409) form.elements.code.focus();
      else showRefusal(form, failure, rest);
    } finally {
      button.disabled = false;
    }
  });
}

/** The body of POST /links, or null when a field is plainly wrong and says so. */
function read(form) {
  const { url, code, expiresAt, tags } = form.elements;
  const wrong = [];
  if (!url.value.trim()) wrong.push([url, "Enter the address the link leads to."]);
  else if (!isWebAddress(url.value)) wrong.push([url, "Enter a whole address, such as https://example.com/page."]);
  if (code.value.trim() && !/^[A-Za-z0-9_-]{4,32}$/.test(code.value.trim())) {
    wrong.push([code, "Use 4 to 32 letters, digits, - or _."]);
  }
  if (expiresAt.value && new Date(expiresAt.value) <= new Date()) wrong.push([expiresAt, "Choose a time to come."]);
  for (const [input, sentence] of wrong) mark(input, sentence);
  if (wrong.length > 0) {
    wrong[0][0].focus();
    return null;
  }
  const names = tags.value.split(",").map((tag) => tag.trim()).filter(Boolean);
  return {
    url: url.value.trim(),
    ...(code.value.trim() && { code: code.value.trim() }),
    ...(expiresAt.value && { expiresAt: new Date(expiresAt.value).toISOString() }),
    ...(names.length > 0 && { tags: names }),
  };
}

function isWebAddress(text) {
  return URL.canParse(text.trim()) && /^https?:\/\/[^/]/i.test(text.trim());
}
