// The live connection: kept open, opened again with growing pauses, every action answered. Tells of
//   "open" and "closed"   the connection itself
//   "push"                detail: one push of the server
//   "refused"             nobody is signed in any more

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 10_000;
/** API Gateway ends a connection after ten minutes of silence. */
const PING_MS = 4 * 60_000;
const ANSWER_MS = 10_000;

export class Socket extends EventTarget {
  #url;
  #session;
  #check;
  #socket = null;
  #wanted = false;
  #connecting = false;
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
    addEventListener("offline", () => this.#socket?.close());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.#hurry(); });
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  start() {
    this.#wanted = true;
    this.#connect();
  }

  stop() {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
  }

  /** The answer to one action. Rejects with {code, message}: what the server said, or code "lost". */
  ask(action, body = {}) {
    if (!this.isOpen) return Promise.reject(lost());
    const ref = crypto.randomUUID();
    this.#socket.send(JSON.stringify({ action, ref, ...body }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(ref, "reject", lost()), ANSWER_MS);
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
    if (this.#connecting || this.#socket !== null) return;
    this.#connecting = true;
    try {
      // A browser does not tell why a handshake failed: it may be the token.
      const goesOn = this.#session.isNearlyOver || this.#failures > 0 ? await this.#check() : true;
      if (!this.#wanted) return;
      if (!goesOn) this.#end();
      else this.#open();
    } catch {
      this.#tryLater();
    } finally {
      this.#connecting = false;
    }
  }

  #end() {
    this.#wanted = false;
    this.dispatchEvent(new Event("refused"));
  }

  #open() {
    const socket = new WebSocket(this.#url, ["chat.v1", `token.${this.#session.accessToken}`]);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#failures = 0;
      this.#pings = setInterval(() => this.#ping(), PING_MS);
      this.dispatchEvent(new Event("open"));
    });
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(data)));
    socket.addEventListener("close", () => this.#closed());
  }

  #closed() {
    this.#socket = null;
    clearInterval(this.#pings);
    for (const ref of [...this.#waiting.keys()]) this.#settle(ref, "reject", lost());
    if (!this.#wanted) return;
    this.dispatchEvent(new Event("closed"));
    this.#tryLater();
  }

  #tryLater() {
    if (!this.#wanted) return;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++);
    // Not all at the same moment, when a server comes back.
    this.#timer = setTimeout(() => this.#connect(), pause * (0.5 + Math.random() / 2));
  }

  #hear(said) {
    if (said.type === "error") this.#settle(said.ref, "reject", said.error);
    else if (said.type === "ack" || said.type === "pong") this.#settle(said.ref, "resolve", said);
    else if (said.type) this.dispatchEvent(new CustomEvent("push", { detail: said }));
  }

  #settle(ref, how, value) {
    const waiting = this.#waiting.get(ref);
    if (!waiting) return;
    this.#waiting.delete(ref);
    clearTimeout(waiting.timer);
    waiting[how](value);
  }

  #ping() {
    const socket = this.#socket;
    this.ask("ping").catch(() => socket?.close());
  }
}

function lost() {
  return { code: "lost", message: "The connection was lost." };
}
