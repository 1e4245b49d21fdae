// The list of conversations: who, the last words, when, and how many are unread.

import { arrange, copyOf } from "./rows.js";
import { unread } from "./store.js";
import { drawFace, shortMoment } from "./words.js";

/** Keeps the list up to date; the answer redraws it for the conversation that is open. */
export function prepareSidebar(store) {
  const part = (id) => document.getElementById(id);
  let openId = null;

  function draw() {
    const conversations = store.conversations;
    arrange(part("conversations"), conversations, (one) => one.conversationId, () => copyOf("conversation"),
      (row, one) => fill(row, one, one.conversationId === openId, store.me));
    part("no-conversations").hidden = conversations.length > 0;
    part("more-conversations").hidden = !store.hasMore;
    document.title = store.unread > 0 ? `(${store.unread}) Chat` : "Chat";
  }

  store.addEventListener("list", draw);
  part("more-conversations").addEventListener("click", () => store.readMoreConversations());
  return (id) => {
    openId = id;
    draw();
  };
}

function fill(row, conversation, isOpen, me) {
  const link = row.firstElementChild;
  link.href = `#${encodeURIComponent(conversation.conversationId)}`;
  if (isOpen) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
  drawFace(row.querySelector(".face"), conversation.name, conversation.with?.userId ?? conversation.conversationId);
  row.querySelector(".who").textContent = conversation.name;
  row.querySelector(".when").textContent = shortMoment(conversation.activeAt);
  row.querySelector(".when").dateTime = conversation.activeAt;
  row.querySelector(".preview").textContent = preview(conversation, me);
  const count = unread(conversation);
  const badge = row.querySelector(".unread");
  badge.hidden = count === 0;
  badge.textContent = count > 99 ? "99+" : String(count);
  badge.append(hidden(" unread"));
}

function preview({ lastMessage, kind }, me) {
  if (!lastMessage) return "No messages yet";
  if (lastMessage.senderId === me?.userId) return `You: ${lastMessage.text}`;
  return kind === "group" ? `${lastMessage.senderName}: ${lastMessage.text}` : lastMessage.text;
}

function hidden(text) {
  const part = document.createElement("span");
  part.className = "visually-hidden";
  part.textContent = text;
  return part;
}
