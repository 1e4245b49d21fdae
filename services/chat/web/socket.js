// The live connection: kept open, opened again with growing pauses, every action answered. Tells of
//   "open" and "closed"   the connection itself
//   "push"                detail: one push of the server
//   "refused"             nobody is signed in any more

import { pauseMs } from "./patience.js";

/** API Gateway ends a connection after ten minutes of silence. */
const PING_MS = 4 * 60_000;
const ANSWER_MS = 10_000;

export class Socket extends EventTarget {
  #url;
  #session;
  #check;
  #socket = null;
  /** Stands for who wants it, from start to stop. */
  #wanted = null;
  #connecting = null;
  #failures = 0;
  #timer = null;
  #pings = null;
  #waiting = new Map();

  /** `check` answers whether the session goes on, with a token that works; it throws when it cannot know. */
  constructor(url, session, check) {
    super();
    this.#url = url;
    this.#session = session;
    this.#check = check;
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.#hangUp());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.#hurry(); });
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Another one after every reconnection; null while there is none. */
  get connection() {
    return this.isOpen ? this.#socket : null;
  }

  start() {
    this.#wanted = Symbol("wanted");
    this.#connect();
  }

  stop() {
    this.#wanted = null;
    clearTimeout(this.#timer);
    this.#hangUp();
  }

  /** The answer to one action. Rejects with {code, message}: what the server said, code "busy" when the gateway did not
   *  let it through, or "lost": without an answer the connection is given up. */
  ask(action, body = {}) {
    if (!this.isOpen) return Promise.reject(lost());
    const ref = crypto.randomUUID();
    this.#socket.send(JSON.stringify({ action, ref, ...body }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#hangUp(), ANSWER_MS);
      this.#waiting.set(ref, { resolve, reject, timer });
    });
  }

  #hurry() {
    if (!this.#wanted) return;
    if (this.isOpen) this.#ping();
    else if (this.#timer !== null) this.#connect();
  }

  async #connect() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#connecting === this.#wanted || this.#socket !== null) return;
    const wanted = this.#wanted;
    this.#connecting = wanted;
    try {
      // A browser does not tell why a handshake failed: it may be the token.
      const goesOn = this.#session.isNearlyOver || this.#failures > 0 ? await this.#check() : true;
      if (this.#wanted !== wanted) return;
      if (!goesOn) this.#end();
      else this.#open();
    } catch {
      if (this.#wanted === wanted) this.#tryLater();
    } finally {
      if (this.#connecting === wanted) this.#connecting = null;
    }
  }

  #end() {
    this.#wanted = null;
    this.dispatchEvent(new Event("refused"));
  }

  #open() {
    const socket = new WebSocket(this.#url, ["chat.v1", `token.${this.#session.accessToken}`]);
    this.#socket = socket;
    // One that was hung up may speak for a while.
    const on = (event, take) => socket.addEventListener(event, (told) => { if (this.#socket === socket) take(told); });
    on("open", () => {
      this.#failures = 0;
      this.#pings = setInterval(() => this.#ping(), PING_MS);
      this.dispatchEvent(new Event("open"));
    });
    on("message", ({ data }) => this.#hear(JSON.parse(data)));
    on("close", () => this.#closed());
  }

  /** Does not wait for the other end, which may be gone. */
  #hangUp() {
    const socket = this.#socket;
    if (socket === null) return;
    this.#closed();
    socket.close(1000);
  }

  #closed() {
    this.#socket = null;
    clearInterval(this.#pings);
    this.#rejectAll(lost());
    if (!this.#wanted) return;
    this.dispatchEvent(new Event("closed"));
    this.#tryLater();
  }

  #tryLater() {
    if (!this.#wanted) return;
    this.#timer = setTimeout(() => this.#connect(), pauseMs(this.#failures++));
  }

  #hear(said) {
    if (said.type === "error") this.#settle(said.ref, "reject", said.error);
    else if (said.type === "ack" || said.type === "pong") this.#settle(said.ref, "resolve", said);
    else if (said.type) this.dispatchEvent(new CustomEvent("push", { detail: said }));
    else this.#rejectAll(busy());
  }

  /** The gateway does not tell which action it refuses, and each may be repeated. */
  #rejectAll(failure) {
    for (const ref of [...this.#waiting.keys()]) this.#settle(ref, "reject", failure);
  }

  #settle(ref, how, value) {
    const waiting = this.#waiting.get(ref);
    if (!waiting) return;
    this.#waiting.delete(ref);
    clearTimeout(waiting.timer);
    waiting[how](value);
  }

  #ping() {
    // Whatever the answer, somebody is there; without one the connection is given up.
    this.ask("ping").catch(() => {});
  }
}

function busy() {
  return { code: "busy", message: "The service is busy." };
}

function lost() {
  return { code: "lost", message: "The connection was lost." };
}
