// My messages that are not known to be stored; a reload of the page does not lose them. Those of one conversation go out
// one after another, in the order they were written: the gateway handles what comes over one socket at the same time.
// Tells of
//   "change"  detail: the id of the conversation whose waiting messages are different
//   "stored"  detail: a message as the service has it

import { keep, kept } from "./keeping.js";
import { persist } from "./patience.js";

/** Long enough for who was too fast. */
const TRIES = 8;
const UNSENT = "chat.unsent";
/** The service knows a message again for a day. */
const AGAIN_MS = 23 * 3_600_000;

export class Outbox extends EventTarget {
  #socket;
  #owner;
  #waiting;
  #busy = new Set();

  constructor(socket) {
    super();
    this.#socket = socket;
    const { owner = null, unsent = [] } = kept(UNSENT) ?? {};
    this.#owner = owner;
    this.#waiting = new Map(unsent.map((one) => [one.clientId, aged(one)]));
    socket.addEventListener("open", () => {
      for (const { conversationId } of this.#waiting.values()) this.#sendAll(conversationId);
    });
  }

  get size() {
    return this.#waiting.size;
  }

  /** Whose messages these are from now on: somebody else's are forgotten. */
  belongTo(userId) {
    if (userId !== this.#owner) this.clear();
    this.#owner = userId;
  }

  clear() {
    this.#waiting.clear();
    this.#keep();
  }

  /** What waits in a conversation: {clientId, text, sentAt, failure}. */
  of(conversationId) {
    return [...this.#waiting.values()].filter((one) => one.conversationId === conversationId);
  }

  send(conversationId, text) {
    const one = { conversationId, clientId: crypto.randomUUID(), text, sentAt: new Date().toISOString(), failure: "" };
    this.#waiting.set(one.clientId, one);
    this.#changed(conversationId);
    this.#sendAll(conversationId);
  }

  /** What was refused. */
  sendAgain(clientId) {
    const one = this.#waiting.get(clientId);
    one.failure = "";
    this.#changed(one.conversationId);
    this.#sendAll(one.conversationId);
  }

  /** This one is stored. */
  settle(clientId) {
    this.#waiting.delete(clientId);
    this.#keep();
  }

  async #sendAll(conversationId) {
    if (this.#busy.has(conversationId)) return;
    this.#busy.add(conversationId);
    let one;
    while (this.#socket.connection !== null && (one = this.of(conversationId).find(({ failure }) => failure === ""))) {
      await this.#deliver(one);
    }
    this.#busy.delete(conversationId);
  }

  /** Until it is stored or refused. Lost on the way it stays, goes out with the next connection, and is stored once. */
  async #deliver(one) {
    const { connection } = this.#socket;
    const { conversationId, clientId, text } = one;
    const isOver = () => this.#socket.connection !== connection;
    const send = () => this.#socket.ask("sendMessage", { conversationId, clientId, text });
    try {
      const { message } = await persist(send, isOver, TRIES);
      this.settle(clientId);
      this.#tell("stored", message);
    } catch (failure) {
      if (isOver()) return;
      one.failure = failure.message;
      this.#changed(conversationId);
    }
  }

  #changed(conversationId) {
    this.#keep();
    this.#tell("change", conversationId);
  }

  #keep() {
    const unsent = [...this.#waiting.values()];
    keep(UNSENT, this.#owner === null || unsent.length === 0 ? null : { owner: this.#owner, unsent });
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}

/** Whoever wrote it decides whether it goes out once more, perhaps for the second time. */
function aged(one) {
  const isOld = Date.now() - Date.parse(one.sentAt) > AGAIN_MS;
  return isOld && one.failure === "" ? { ...one, failure: "It is from another day." } : one;
}
