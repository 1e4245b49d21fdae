// Signing in and making an account.

import { clearRefusal, mark, show, showRefusal } from "./telling.js";

const WORDS = {
  signIn: { title: "Sign in to chat", enter: "Sign in", question: "New here?", other: "Create an account" },
  register: { title: "Create an account", enter: "Create account", question: "You have one?", other: "Sign in instead" },
};

/** `onEntered(person)` when somebody is in. */
export function prepareDoor(api, onEntered) {
  const part = (id) => document.getElementById(id);
  const form = part("door-form");
  const fields = form.elements;
  let mode = "signIn";

  function turn(to) {
    mode = to;
    const words = WORDS[mode];
    part("door-title").textContent = words.title;
    part("enter").textContent = words.enter;
    part("other-question").textContent = words.question;
    part("other").textContent = words.other;
    part("display-name-part").hidden = part("password-hint").hidden = mode === "signIn";
    fields.password.autocomplete = mode === "signIn" ? "current-password" : "new-password";
    clearRefusal(form, part("door-error"));
  }

  part("other").addEventListener("click", () => {
    turn(mode === "signIn" ? "register" : "signIn");
    fields.name.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearRefusal(form, part("door-error"));
    if (!isFilled(fields)) return;
    part("enter").disabled = true;
    try {
      const name = fields.name.value.trim();
      if (mode === "register") {
        const displayName = fields.displayName.value.trim();
        await api.register({ name, password: fields.password.value, ...(displayName && { displayName }) });
      }
      const person = await api.signIn(name, fields.password.value);
      form.reset();
      turn("signIn");
      onEntered(person);
    } catch (failure) {
      if (failure.code === "name_taken") refuse(fields.name, "Somebody has this name. Choose another.");
      else if (failure.code === "wrong_credentials") show(part("door-error"), "Name or password is wrong.");
      else showRefusal(form, failure, part("door-error"));
    } finally {
      part("enter").disabled = false;
    }
  });
}

function isFilled(fields) {
  const sentences = { name: "Enter your name.", password: "Enter your password." };
  const empty = Object.keys(sentences).filter((name) => fields[name].value.trim() === "");
  for (const name of empty) mark(fields[name], sentences[name]);
  if (empty.length > 0) fields[empty[0]].focus();
  return empty.length === 0;
}

function refuse(input, sentence) {
  mark(input, sentence);
  input.focus();
}
