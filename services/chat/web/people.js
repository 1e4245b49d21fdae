// The dialog that shows who is in a group: the way out of it, and for its owner the way in for others.

import { announce, show } from "./telling.js";

const part = (id) => document.getElementById(id);

/** `openId()` says which conversation is meant; `add(group)` lets its owner add people; `onLeft()` when it is not ours
 *  any more. */
export function preparePeople(store, openId, add, onLeft) {
  const dialog = part("people");

  part("about").addEventListener("click", async () => {
    // Nobody is told when others leave.
    await store.refresh(openId());
    const members = store.members(openId());
    part("people-title").textContent = store.conversation(openId()).name;
    part("members").replaceChildren(...members.map((member) => {
      const row = document.createElement("li");
      const roles = [member.userId === store.me.userId && "you", member.role === "owner" && "owner"].filter(Boolean);
      row.textContent = member.displayName + (roles.length > 0 ? ` (${roles.join(", ")})` : "");
      return row;
    }));
    show(part("people-error"), "");
    part("add").hidden = store.conversation(openId()).role !== "owner";
    dialog.showModal();
  });
  part("add").addEventListener("click", () => {
    dialog.close();
    add({ ...store.conversation(openId()), members: store.members(openId()) });
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
