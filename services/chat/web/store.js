// All that is known: conversations, their messages, what waits to be sent. Tells of
//   "list"     the list of conversations is different
//   "thread"   detail: the id of the conversation whose messages, people or typing are different
//   "arrived"  detail: a message of somebody else that just came

import { History } from "./history.js";

const TYPING_MS = 4_000;

export class Store extends EventTarget {
  #api;
  #socket;
  #conversations = new Map();
  #histories = new Map();
  #members = new Map();
  #typing = new Map();
  #waiting = new Map();
  #nextToken = null;
  /** The signed-in person. */
  me = null;

  constructor(api, socket) {
    super();
    this.#api = api;
    this.#socket = socket;
    socket.addEventListener("push", ({ detail }) => this.#take(detail));
  }

  /** The last active first. */
  get conversations() {
    return [...this.#conversations.values()].sort((one, other) => other.activeAt.localeCompare(one.activeAt));
  }

  get hasMore() {
    return this.#nextToken !== null;
  }

  get unread() {
    return this.conversations.reduce((sum, one) => sum + unread(one), 0);
  }

  conversation(id) {
    return this.#conversations.get(id);
  }

  history(id) {
    if (!this.#histories.has(id)) this.#histories.set(id, new History());
    return this.#histories.get(id);
  }

  /** The people of a conversation, [] until they are read. */
  members(id) {
    return this.#members.get(id) ?? [];
  }

  /** My messages that are not known to have arrived: {clientId, text, sentAt, failure}. */
  waiting(id) {
    return [...this.#waiting.values()].filter((one) => one.conversationId === id);
  }

  /** The names of those who type now. */
  typing(id) {
    return [...(this.#typing.get(id)?.values() ?? [])].map(({ name }) => name);
  }

  /** Forgets everything, for the next person. */
  clear() {
    for (const map of [this.#conversations, this.#histories, this.#members, this.#typing, this.#waiting]) map.clear();
    this.#nextToken = null;
    this.me = null;
    this.#tell("list");
  }

  /** After every (re)connection: what was missed, and what waited to be sent. `openId` is what somebody looks at. */
  async catchUp(openId) {
    const { conversations, nextToken = null } = await this.#api.conversations(null);
    this.#nextToken = nextToken;
    for (const conversation of conversations) this.#conversations.set(conversation.conversationId, conversation);
    for (const [id, history] of this.#histories) {
      if (id !== openId && history.lastSeq < (this.conversation(id)?.lastSeq ?? 0)) this.#histories.delete(id);
    }
    this.#tell("list");
    if (this.conversation(openId)) await this.open(openId);
    await Promise.all([...this.#waiting.values()].filter((one) => !one.failure).map((one) => this.#attempt(one)));
  }

  async readMoreConversations() {
    const { conversations, nextToken = null } = await this.#api.conversations(this.#nextToken);
    this.#nextToken = nextToken;
    for (const conversation of conversations) this.#conversations.set(conversation.conversationId, conversation);
    this.#tell("list");
  }

  /** Reads what is new in a conversation, and who is in it. */
  async open(id) {
    const [conversation] = await Promise.all([
      this.#api.conversation(id),
      this.history(id).catchUp((nextToken) => this.#api.messages(id, nextToken)),
    ]);
    this.keep(conversation);
    this.#tell("thread", id);
  }

  async readEarlier(id) {
    await this.history(id).readEarlier((nextToken) => this.#api.messages(id, nextToken));
    this.#tell("thread", id);
  }

  /** A conversation as the API answers it. */
  keep({ members, ...conversation }) {
    const id = conversation.conversationId;
    if (members) this.#members.set(id, members);
    this.#conversations.set(id, { ...this.conversation(id), ...conversation });
    this.#tell("list");
  }

  /** Reads a conversation and its people again; what is known stays when that fails. */
  async refresh(id) {
    try {
      this.keep(await this.#api.conversation(id));
    } catch {
      // Gone, or the connection is: the next one brings the whole list.
    }
  }

  async leave(id) {
    await this.#api.leave(id);
    this.#drop(id);
  }

  send(conversationId, text) {
    const one = { conversationId, clientId: crypto.randomUUID(), text, sentAt: new Date().toISOString(), failure: "" };
    this.#waiting.set(one.clientId, one);
    this.#attempt(one);
  }

  sendAgain(clientId) {
    this.#attempt(this.#waiting.get(clientId));
  }

  async markRead(id) {
    const conversation = this.conversation(id);
    const seq = this.history(id).lastSeq;
    if (!conversation || !this.#socket.isOpen || seq <= conversation.readSeq) return;
    const before = conversation.readSeq;
    conversation.readSeq = seq;
    this.#tell("list");
    // Lost with the connection: the next look marks it again.
    await this.#socket.ask("markRead", { conversationId: id, seq }).catch(() => { conversation.readSeq = before; });
  }

  async #attempt(one) {
    one.failure = "";
    this.#tell("thread", one.conversationId);
    try {
      const { conversationId, clientId, text } = one;
      const { message } = await this.#socket.ask("sendMessage", { conversationId, clientId, text });
      this.#add(message);
    } catch (failure) {
      // Lost on the way: it goes out again with the next connection, and is stored once.
      if (failure.code === "lost" || !this.#waiting.has(one.clientId)) return;
      one.failure = failure.message;
      this.#tell("thread", one.conversationId);
    }
  }

  #take(push) {
    if (push.type === "message") this.#arrive(push.message);
    else if (push.type === "typing") this.#noteTyping(push);
    else if (push.type === "read") this.#noteRead(push);
    else if (push.type === "conversation" && push.change === "joined") this.refresh(push.conversationId);
    else if (push.type === "conversation" && push.change === "left") this.#drop(push.conversationId);
  }

  async #arrive(message) {
    const id = message.conversationId;
    if (!this.conversation(id)) {
      await this.refresh(id);
    } else if (!this.#add(message)) {
      return;
    }
    if (message.senderId !== this.me?.userId) {
      this.dispatchEvent(new CustomEvent("arrived", { detail: message }));
    }
  }

  /** False when it is here already. */
  #add(message) {
    const id = message.conversationId;
    const history = this.history(id);
    const isGap = history.isLoaded && message.seq > history.lastSeq + 1;
    const isNew = history.add([message]);
    this.#waiting.delete(message.clientId);
    this.#typing.get(id)?.delete(message.senderId);
    const conversation = this.conversation(id);
    if (conversation && message.seq > conversation.lastSeq) {
      Object.assign(conversation, { lastSeq: message.seq, lastMessage: message, activeAt: message.sentAt });
    }
    // Who sends has read everything before.
    if (conversation && message.senderId === this.me?.userId) {
      conversation.readSeq = Math.max(conversation.readSeq, message.seq);
    }
    if (isGap) this.open(id).catch(() => this.#histories.delete(id));
    this.#tell("list");
    this.#tell("thread", id);
    return isNew;
  }

  #noteTyping({ conversationId: id, userId, displayName }) {
    if (!this.#typing.has(id)) this.#typing.set(id, new Map());
    const typing = this.#typing.get(id);
    clearTimeout(typing.get(userId)?.timer);
    const timer = setTimeout(() => {
      typing.delete(userId);
      this.#tell("thread", id);
    }, TYPING_MS);
    typing.set(userId, { name: displayName, timer });
    this.#tell("thread", id);
  }

  #noteRead({ conversationId: id, userId, readSeq }) {
    const conversation = this.conversation(id);
    if (userId === this.me?.userId && conversation) {
      conversation.readSeq = Math.max(conversation.readSeq, readSeq);
      this.#tell("list");
    }
    const member = this.members(id).find((one) => one.userId === userId);
    if (member) member.readSeq = Math.max(member.readSeq, readSeq);
    this.#tell("thread", id);
  }

  #drop(id) {
    for (const map of [this.#conversations, this.#histories, this.#members, this.#typing]) map.delete(id);
    this.#tell("list");
    this.#tell("thread", id);
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}

/** How many messages of a conversation its reader has not seen: `seq` counts without gaps. */
export function unread({ lastSeq, readSeq }) {
  return Math.max(0, lastSeq - readSeq);
}
