// The dialog that finds people: one to talk to, several and a name for a group, or more for a group that is there.

import { copyOf } from "./rows.js";
import { show } from "./telling.js";

const PAUSE_MS = 200;
const part = (id) => document.getElementById(id);

/** `me()` is not offered; `onDone(conversation)` when there is one. The answer opens the dialog for a group: people are
 *  added to it who are not among its `members`. */
export function prepareInviting(api, me, onDone) {
  const dialog = part("invite");
  let group = null;
  const chosen = new Map();
  let timer = null;
  let asked = "";
  let attempt = null;

  function settle() {
    part("group-part").hidden = group !== null || chosen.size < 2;
    part("invite-go").disabled = chosen.size === 0;
    const verb = group === null ? "Start" : "Add";
    part("invite-go").textContent = chosen.size < 2 ? verb : `${verb}${group ? "" : " with"} ${chosen.size} people`;
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
      const known = new Set([me().userId, ...(group?.members ?? []).map(({ userId }) => userId)]);
      const users = (await api.people(query)).users.filter(({ userId }) => !known.has(userId));
      if (asked !== query) return;
      offer(users);
      part("search-hint").textContent = users.length === 0 ? "Nobody's name begins so." : `${users.length} found.`;
    } catch (failure) {
      part("search-hint").textContent = failure.message;
    }
  }

  function open(forGroup) {
    group = forGroup;
    part("invite-title").textContent = group ? `Add people to ${group.name}` : "Who do you want to talk to?";
    part("found-legend").textContent = group ? "Choose whom to add" : "Choose one person, or several for a group";
    chosen.clear();
    part("invite-form").reset();
    show(part("invite-error"), "");
    search();
    settle();
    dialog.showModal();
    part("search").focus();
  }

  /** The conversation as it is now. */
  function go(userIds) {
    if (group !== null) return api.addMembers(group.conversationId, userIds);
    const wish = wishOf(userIds, part("group-name").value.trim());
    const text = JSON.stringify(wish);
    if (attempt?.text !== text) attempt = { text, key: crypto.randomUUID() };
    return api.startConversation(wish, attempt.key);
  }

  part("new").addEventListener("click", () => open(null));
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
    if (group === null && chosen.size > 1 && part("group-name").value.trim() === "") {
      show(part("invite-error"), "Give the group a name.");
      part("group-name").focus();
      return;
    }
    try {
      const conversation = await go([...chosen.keys()]);
      attempt = null;
      dialog.close();
      onDone(conversation);
    } catch (failure) {
      show(part("invite-error"), failure.message);
    }
  });
  return open;
}

/** The body of POST /conversations. */
function wishOf(userIds, name) {
  return userIds.length === 1 ? { kind: "direct", userId: userIds[0] } : { kind: "group", name, userIds };
}
