// The dialog that finds people and begins a conversation: one person, or several and a name for a group.

import { copyOf } from "./rows.js";
import { show } from "./telling.js";

const PAUSE_MS = 200;
const part = (id) => document.getElementById(id);

/** `me()` is not offered; `onStarted(conversation)` when there is one. */
export function prepareInviting(api, me, onStarted) {
  const dialog = part("invite");
  const chosen = new Map();
  let timer = null;
  let asked = "";
  let attempt = null;

  function settle() {
    part("group-part").hidden = chosen.size < 2;
    part("invite-go").disabled = chosen.size === 0;
    part("invite-go").textContent = chosen.size < 2 ? "Start" : `Start with ${chosen.size} people`;
  }

  function offer(people) {
    const rest = people.filter(({ userId }) => !chosen.has(userId));
    part("found").replaceChildren(...[...chosen.values(), ...rest].map((person) => {
      const row = copyOf("found-person");
      row.querySelector(".who").textContent = person.displayName;
      row.querySelector(".optional").textContent = person.name === person.displayName ? "" : person.name;
      const box = row.querySelector("input");
      box.checked = chosen.has(person.userId);
      box.addEventListener("change", () => {
        if (box.checked) chosen.set(person.userId, person);
        else chosen.delete(person.userId);
        settle();
      });
      return row;
    }));
    part("found-part").hidden = part("found").childElementCount === 0;
  }

  async function search() {
    const query = part("search").value.trim();
    asked = query;
    if (query === "") {
      offer([]);
      part("search-hint").textContent = "Type how the name begins.";
      return;
    }
    try {
      const users = (await api.people(query)).users.filter(({ userId }) => userId !== me().userId);
      if (asked !== query) return;
      offer(users);
      part("search-hint").textContent = users.length === 0 ? "Nobody's name begins so." : `${users.length} found.`;
    } catch (failure) {
      part("search-hint").textContent = failure.message;
    }
  }

  part("new").addEventListener("click", () => {
    chosen.clear();
    part("invite-form").reset();
    show(part("invite-error"), "");
    search();
    settle();
    dialog.showModal();
    part("search").focus();
  });
  part("search").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE_MS);
  });
  part("search").addEventListener("keydown", (event) => {
    // Enter looks now; it does not begin a conversation with whoever happens to be chosen.
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
  part("invite-cancel").addEventListener("click", () => dialog.close());
  part("invite-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const wish = wishOf([...chosen.keys()], part("group-name").value.trim());
    if (wish === null) {
      show(part("invite-error"), "Give the group a name.");
      part("group-name").focus();
      return;
    }
    const text = JSON.stringify(wish);
    if (attempt?.text !== text) attempt = { text, key: crypto.randomUUID() };
    try {
      const conversation = await api.startConversation(wish, attempt.key);
      attempt = null;
      dialog.close();
      onStarted(conversation);
    } catch (failure) {
      show(part("invite-error"), failure.message);
    }
  });
}

/** The body of POST /conversations, null when a group has no name. */
function wishOf(userIds, name) {
  if (userIds.length === 1) return { kind: "direct", userId: userIds[0] };
  return name === "" ? null : { kind: "group", name, userIds };
}
