// All that is known: conversations, their people and their messages. Tells of
//   "list"     the list of conversations is different
//   "thread"   detail: the id of the conversation whose messages, people or typing are different
//   "arrived"  detail: a message of somebody else that just came
//   "gone"     detail: the id of a conversation that is not ours any more

import { History } from "./history.js";
import { persist } from "./patience.js";

const TYPING_MS = 4_000;

export class Store extends EventTarget {
  #api;
  #socket;
  #outbox;
  #conversations = new Map();
  #histories = new Map();
  #members = new Map();
  #typing = new Map();
  #untold = new Set();
  #filling = new Set();
  #nextToken = null;
  /** The signed-in person. */
  me = null;

  constructor(api, socket, outbox) {
    super();
    this.#api = api;
    this.#socket = socket;
    this.#outbox = outbox;
    socket.addEventListener("push", ({ detail }) => this.#take(detail));
    outbox.addEventListener("stored", ({ detail }) => this.#add(detail));
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

  /** The names of those who type now. */
  typing(id) {
    return [...(this.#typing.get(id)?.values() ?? [])].map(({ name }) => name);
  }

  /** Forgets everything, for the next person. */
  clear() {
    for (const one of [this.#conversations, this.#histories, this.#members, this.#typing, this.#untold]) one.clear();
    this.#nextToken = null;
    this.me = null;
    this.#tell("list");
  }

  /** After every (re)connection: what was missed. `openId()` is what somebody looks at. */
  async catchUp(openId) {
    const before = [...this.#conversations.keys()];
    const { conversations, nextToken = null } = await this.#insist(() => this.#api.conversations(null));
    this.#nextToken = nextToken;
    const found = new Set(conversations.map(({ conversationId }) => conversationId));
    // Left meanwhile, or further down: "Show more" brings those.
    for (const id of before) if (!found.has(id) && id !== openId()) this.#drop(id);
    this.#merge(conversations);
    for (const [id, history] of this.#histories) {
      if (id !== openId() && history.lastSeq < (this.conversation(id)?.lastSeq ?? 0)) this.#histories.delete(id);
    }
    if (openId() !== null) await this.#openAgain(openId());
  }

  async readMoreConversations() {
    const { conversations, nextToken = null } = await this.#insist(() => this.#api.conversations(this.#nextToken));
    this.#nextToken = nextToken;
    this.#merge(conversations);
  }

  /** Reads what is new in a conversation, and who is in it. */
  async open(id) {
    const [conversation] = await Promise.all([
      this.#insist(() => this.#api.conversation(id)),
      this.#readNew(id),
    ]);
    this.keep(conversation);
    this.#tell("thread", id);
  }

  async readEarlier(id) {
    await this.history(id).readEarlier((nextToken) => this.#insist(() => this.#api.messages(id, nextToken)));
    this.#tell("thread", id);
  }

  /** A conversation as the API answers it. */
  keep({ members, ...conversation }) {
    const id = conversation.conversationId;
    if (members) this.#members.set(id, members.map((one) => furthest(one, this.#member(id, one.userId))));
    this.#merge([conversation]);
  }

  /** Reads a conversation and its people again; what is known stays when that fails. */
  async refresh(id) {
    try {
      this.keep(await this.#insist(() => this.#api.conversation(id)));
    } catch {
      // Gone, or the connection is: the next one brings the whole list.
    }
  }

  async leave(id) {
    await this.#api.leave(id);
    this.#drop(id);
  }

  async markRead(id) {
    const conversation = this.conversation(id);
    if (!conversation || !this.#socket.isOpen) return;
    const seq = Math.max(this.history(id).lastSeq, conversation.readSeq);
    if (seq === conversation.readSeq && !this.#untold.has(id)) return;
    conversation.readSeq = seq;
    this.#untold.delete(id);
    this.#tell("list");
    // It stays read: lost with the connection, the next look tells it again.
    const tell = () => this.#socket.ask("markRead", { conversationId: id, seq });
    await this.#insist(tell).catch(() => this.#untold.add(id));
  }

  /** Asks until it is answered, or the connection is lost: after the next one everything is read again. */
  #insist(ask) {
    const { connection } = this.#socket;
    return persist(ask, () => connection === null || this.#socket.connection !== connection);
  }

  async #openAgain(id) {
    try {
      await this.open(id);
    } catch (failure) {
      if (failure.status !== 404) throw failure;
      this.#drop(id);
    }
  }

  #readNew(id) {
    return this.history(id).catchUp((nextToken) => this.#insist(() => this.#api.messages(id, nextToken)));
  }

  /** Once, however often a gap is noticed. */
  async #fill(id) {
    if (this.#filling.has(id)) return;
    this.#filling.add(id);
    try {
      await this.#readNew(id);
      this.#tell("thread", id);
    } catch {
      // The connection is lost: the next one begins with it.
    } finally {
      this.#filling.delete(id);
    }
  }

  #merge(conversations) {
    for (const one of conversations) {
      this.#conversations.set(one.conversationId, merged(this.conversation(one.conversationId), one));
    }
    this.#tell("list");
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
    const isNew = history.add([message]);
    this.#typing.get(id)?.delete(message.senderId);
    const conversation = this.conversation(id);
    if (conversation && message.seq > conversation.lastSeq) {
      Object.assign(conversation, { lastSeq: message.seq, lastMessage: message, activeAt: message.sentAt });
    }
    if (message.senderId === this.me?.userId) {
      this.#outbox.settle(message.clientId);
      // Who sends has read everything before.
      if (conversation) conversation.readSeq = Math.max(conversation.readSeq, message.seq);
    }
    if (history.hasGap) this.#fill(id);
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
    const member = this.#member(id, userId);
    if (member) member.readSeq = Math.max(member.readSeq, readSeq);
    this.#tell("thread", id);
  }

  #member(id, userId) {
    return this.members(id).find((one) => one.userId === userId);
  }

  #drop(id) {
    for (const one of [this.#conversations, this.#histories, this.#members, this.#typing, this.#untold]) one.delete(id);
    this.#tell("list");
    this.#tell("gone", id);
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}

/** How many messages of a conversation its reader has not seen: `seq` counts without gaps. */
export function unread({ lastSeq, readSeq }) {
  return Math.max(0, lastSeq - readSeq);
}

/** What the API answered about a conversation, unless something that came before the answer knows better. */
function merged(known, answered) {
  if (!known) return answered;
  const { lastSeq, lastMessage, activeAt } = known.lastSeq > answered.lastSeq ? known : answered;
  return { ...known, ...furthest(answered, known), lastSeq, lastMessage, activeAt };
}

/** Nobody reads backwards: an older answer is no reason to think so. */
function furthest(answered, known) {
  return { ...answered, readSeq: Math.max(answered.readSeq, known?.readSeq ?? 0) };
}
