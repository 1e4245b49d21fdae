// The dialog that shows who is in a group, and the way out of it.

import { announce, show } from "./telling.js";

const part = (id) => document.getElementById(id);

/** `openId()` says which conversation is meant; `onLeft()` when it is not ours any more. */
export function preparePeople(store, openId, onLeft) {
  const dialog = part("people");

  part("about").addEventListener("click", () => {
    const members = store.members(openId());
    part("people-title").textContent = store.conversation(openId()).name;
    part("members").replaceChildren(...members.map((member) => {
      const row = document.createElement("li");
      const roles = [member.userId === store.me.userId && "you", member.role === "owner" && "owner"].filter(Boolean);
      row.textContent = member.displayName + (roles.length > 0 ? ` (${roles.join(", ")})` : "");
      return row;
    }));
    show(part("people-error"), "");
    dialog.showModal();
  });
  part("people-close").addEventListener("click", () => dialog.close());
  part("leave").addEventListener("click", async () => {
    const { name } = store.conversation(openId());
    try {
      await store.leave(openId());
      dialog.close();
      announce(`You left ${name}.`);
      onLeft();
    } catch (failure) {
      show(part("people-error"), failure.message);
    }
  });
}
