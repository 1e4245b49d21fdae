// One conversation: its messages, old and new, who types, and the field to write in.

import { arrange, copyOf } from "./rows.js";
import { announce } from "./telling.js";
import { day, time, typingSentence } from "./words.js";

const part = (id) => document.getElementById(id);
/** This near to its end a log follows what comes. */
const NEAR_PX = 80;
const TYPING_EVERY_MS = 3_000;

export class Thread {
  #store;
  #outbox;
  #socket;
  #id = null;
  #drafts = new Map();
  #saidTyping = 0;

  constructor(store, outbox, socket) {
    this.#store = store;
    this.#outbox = outbox;
    this.#socket = socket;
    const draw = ({ detail }) => { if (detail === this.#id) this.#draw(); };
    store.addEventListener("thread", draw);
    outbox.addEventListener("change", draw);
    store.addEventListener("arrived", ({ detail }) => this.#notice(detail));
    part("earlier").addEventListener("click", () => this.#showEarlier());
    part("down").addEventListener("click", () => this.#toEnd());
    part("log").addEventListener("scroll", () => { if (this.#isAtEnd()) part("down").hidden = true; });
    part("compose").addEventListener("submit", (event) => this.#send(event));
    part("text").addEventListener("input", () => this.#tellTyping());
    part("text").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#send(event);
    });
    addEventListener("focus", () => this.#markRead());
    document.addEventListener("visibilitychange", () => this.#markRead());
  }

  get openId() {
    return this.#id;
  }

  /** Shows a conversation, null for none. Throws when it cannot be read. */
  async open(id) {
    if (this.#id !== null) this.#drafts.set(this.#id, part("text").value);
    this.#id = id;
    part("no-thread").hidden = id !== null;
    part("thread").hidden = id === null;
    if (id === null) return;
    part("messages").replaceChildren();
    part("text").value = this.#drafts.get(id) ?? "";
    // What is loaded is not news: a screen reader hears only what comes from now on.
    part("log").setAttribute("aria-live", "off");
    this.#draw();
    try {
      await this.#store.open(id);
    } finally {
      if (this.#id === id) {
        this.#toEnd();
        this.#markRead();
        requestAnimationFrame(() => part("log").setAttribute("aria-live", "polite"));
      }
    }
  }

  /** For the next person: nothing that was read or written stays. */
  clear() {
    this.open(null);
    this.#drafts.clear();
    part("text").value = "";
    part("messages").replaceChildren();
  }

  #draw() {
    const conversation = this.#store.conversation(this.#id);
    if (!conversation) return;
    const follows = this.#isAtEnd();
    const history = this.#store.history(this.#id);
    // Its answer may have been lost, and the message is there nevertheless.
    const stored = new Set(history.messages.map(({ clientId }) => clientId));
    const waiting = this.#outbox.of(this.#id).filter(({ clientId }) => !stored.has(clientId));
    const mine = this.#store.me?.userId;
    part("thread-name").textContent = conversation.name;
    part("about").hidden = conversation.kind !== "group";
    part("text-label").textContent = `Message to ${conversation.name}`;
    part("earlier").hidden = !history.hasEarlier;
    const all = [...history.messages, ...waiting.map((one) => ({ ...one, senderId: mine }))];
    part("no-messages").hidden = all.length > 0 || !history.isLoaded;
    const seen = lastSeen(history.messages, this.#store.members(this.#id), mine);
    const rows = all.map((message, index) => ({ message, before: all[index - 1], after: all[index + 1] }));
    // My own message keeps its row when it has arrived: both have its clientId.
    arrange(part("messages"), rows, ({ message }) => `${message.senderId} ${message.clientId || message.messageId}`,
      () => this.#freshRow(), (row, place) => fill(row, place, { conversation, mine, seen }));
    part("typing").textContent = typingSentence(this.#store.typing(this.#id));
    if (follows) this.#toEnd();
    this.#markRead();
  }

  #freshRow() {
    const row = copyOf("message");
    row.querySelector("button").addEventListener("click", () => this.#outbox.sendAgain(row.dataset.clientId));
    return row;
  }

  #notice(message) {
    if (message.conversationId !== this.#id || document.hidden) {
      const name = this.#store.conversation(message.conversationId)?.name ?? "";
      announce(`${message.senderName} wrote${name && name !== message.senderName ? ` in ${name}` : ""}.`);
    } else if (!this.#isAtEnd()) {
      part("down").hidden = false;
    }
  }

  async #showEarlier() {
    const log = part("log");
    const fromEnd = log.scrollHeight - log.scrollTop;
    log.setAttribute("aria-live", "off");
    try {
      await this.#store.readEarlier(this.#id);
      log.scrollTop = log.scrollHeight - fromEnd;
      if (part("earlier").hidden) log.focus();
    } finally {
      requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
    }
  }

  #send(event) {
    event.preventDefault();
    const text = part("text").value.trim();
    if (text === "" || this.#id === null) return;
    part("text").value = "";
    this.#saidTyping = 0;
    this.#outbox.send(this.#id, text);
    this.#toEnd();
    part("text").focus();
  }

  #tellTyping() {
    const now = Date.now();
    if (part("text").value.trim() === "" || now - this.#saidTyping < TYPING_EVERY_MS) return;
    this.#saidTyping = now;
    // Nobody misses it when it is lost.
    this.#socket.ask("typing", { conversationId: this.#id }).catch(() => {});
  }

  #markRead() {
    if (this.#id !== null && !document.hidden && document.hasFocus()) this.#store.markRead(this.#id);
  }

  #isAtEnd() {
    const log = part("log");
    return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  }

  #toEnd() {
    const log = part("log");
    log.scrollTop = log.scrollHeight;
    part("down").hidden = true;
  }
}

function fill(row, { message, before, after }, { conversation, mine, seen }) {
  const isMine = message.senderId === mine;
  const startsDay = !before || day(before.sentAt) !== day(message.sentAt);
  const follows = !startsDay && before.senderId === message.senderId;
  row.classList.toggle("is-mine", isMine);
  row.classList.toggle("follows", follows);
  row.classList.toggle("is-waiting", !message.messageId);
  row.classList.toggle("goes-on", Boolean(after) && !fate(message, seen) && isOneBreath(message, after));
  row.dataset.clientId = message.clientId ?? "";
  if (startsDay) row.dataset.day = day(message.sentAt);
  else delete row.dataset.day;
  const sender = row.querySelector(".sender");
  sender.textContent = isMine ? "You" : message.senderName;
  sender.classList.toggle("visually-hidden", follows || isMine || conversation.kind === "direct");
  set(row.querySelector(".bubble"), message.text);
  const moment = row.querySelector("time");
  moment.dateTime = message.sentAt;
  set(moment, time(message.sentAt));
  set(row.querySelector(".fate"), fate(message, seen));
  row.querySelector("button").hidden = !message.failure;
}

/** By one person in one minute: the time is written once. */
function isOneBreath(one, other) {
  return one.senderId === other.senderId && one.sentAt.slice(0, 16) === other.sentAt.slice(0, 16);
}

function fate(message, seen) {
  if (message.failure) return ` · Not sent: ${message.failure} `;
  if (!message.messageId) return " · Sending…";
  if (message.messageId === seen?.messageId) return ` · ${seen.words}`;
  return "";
}

/** My last message, when others have read as far: its id and what to say of it. */
function lastSeen(messages, members, mine) {
  const last = messages.findLast((message) => message.senderId === mine);
  if (!last) return null;
  const others = members.filter((member) => member.userId !== mine);
  const readers = others.filter((member) => member.readSeq >= last.seq);
  if (readers.length === 0) return null;
  const words = others.length === 1 || readers.length === others.length ? "Seen" : `Seen by ${readers.length}`;
  return { messageId: last.messageId, words };
}

// The same text is not set again: a screen reader would read it again.
function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
