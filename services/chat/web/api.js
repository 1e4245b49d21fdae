// The HTTP API. Every failure is an ApiError with a sentence for people. See PROTOCOL.md beside this folder.

export class ApiError extends Error {
  constructor(status, code, message, details = [], retryAfterS = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.retryAfterS = retryAfterS;
  }
}

/** API Gateway gives up after 30 seconds. */
const ANSWER_MS = 35_000;

export class Api {
  #base;
  #session;

  constructor(base, session) {
    this.#base = base.replace(/\/$/, "");
    this.#session = session;
  }

  register(person) {
    return this.#call("POST", "/auth/register", { body: person });
  }

  /** The person who is signed in now. */
  async signIn(name, password) {
    const tokens = await this.#call("POST", "/auth/login", { body: { name, password } });
    this.#session.keep(tokens);
    return tokens.user;
  }

  /** The person who was signed in in this tab and still is, with an access token that works from now on, or null. Throws
   *  when nobody answers. */
  async resume() {
    if (this.#session.isNearlyOver) return this.#renew();
    try {
      return await this.#asked("GET", "/users/me");
    } catch (failure) {
      // Not even known any more: the service began anew.
      if ([401, 403, 404].includes(failure.status)) return null;
      throw failure;
    }
  }

  async signOut() {
    const { refreshToken } = this.#session;
    this.#session.forget();
    if (refreshToken !== null) await this.#call("POST", "/auth/logout", { body: { refreshToken } });
  }

  people(query) {
    return this.#signed("GET", `/users?${new URLSearchParams({ query, limit: "10" })}`);
  }

  conversations(nextToken) {
    return this.#signed("GET", `/conversations?${page(50, nextToken)}`);
  }

  conversation(id) {
    return this.#signed("GET", at(id));
  }

  /** `key` makes a repeated attempt harmless. */
  startConversation(wish, key) {
    return this.#signed("POST", "/conversations", { body: wish, headers: { "idempotency-key": key } });
  }

  /** The conversation with all its members. */
  addMembers(id, userIds) {
    return this.#signed("POST", `${at(id)}/members`, { body: { userIds } });
  }

  leave(id) {
    return this.#signed("DELETE", `${at(id)}/members/me`);
  }

  messages(id, nextToken) {
    return this.#signed("GET", `${at(id)}/messages?${page(50, nextToken)}`);
  }

  /** What is answered to somebody who has signed out meanwhile is told to nobody: the next person may be here. */
  async #signed(method, where, given) {
    const { visit } = this.#session;
    const answer = await this.#asked(method, where, given);
    return this.#session.visit === visit ? answer : new Promise(() => {});
  }

  async #asked(method, where, given = {}) {
    const { visit } = this.#session;
    try {
      return await this.#call(method, where, given, this.#session.accessToken);
    } catch (failure) {
      // The gateway's 401 and 403 have no code: the token is over.
      const tokenIsOver = [401, 403].includes(failure.status) && failure.code === "";
      if (!tokenIsOver || (await this.#renew()) === null || this.#session.visit !== visit) throw failure;
      return this.#call(method, where, given, this.#session.accessToken);
    }
  }

  /** Whose the new tokens are; null when nobody is signed in any more. */
  async #renew() {
    const tokens = await this.#session.renew(async (refreshToken) => {
      try {
        return await this.#call("POST", "/auth/refresh", { body: { refreshToken } });
      } catch (failure) {
        if (failure.status === 401) return null;
        throw failure;
      }
    });
    return tokens?.user ?? null;
  }

  async #call(method, where, { body, headers = {} } = {}, token = null) {
    const sent = { ...headers };
    if (body !== undefined) sent["content-type"] = "application/json";
    if (token !== null) sent.authorization = `Bearer ${token}`;
    const signal = AbortSignal.timeout(ANSWER_MS);
    let answer, text;
    try {
      answer = await fetch(this.#base + where, { method, headers: sent, body: body && JSON.stringify(body), signal });
      text = await answer.text();
    } catch {
      throw new ApiError(0, "unreachable", "The service cannot be reached. Check your connection and try again.");
    }
    if (answer.ok) return text === "" ? null : JSON.parse(text);
    throw refusal(answer.status, text, Number(answer.headers.get("retry-after")) || 0);
  }
}

function at(id) {
  return `/conversations/${encodeURIComponent(id)}`;
}

function page(limit, nextToken) {
  return new URLSearchParams({ limit: String(limit), ...(nextToken ? { nextToken } : {}) });
}

// Ours is {"error": {...}}, the gateway's own {"message": "..."}, a firewall's a page.
function refusal(status, text, retryAfterS) {
  try {
    const { error } = JSON.parse(text);
    if (error) return new ApiError(status, error.code, error.message, error.details, retryAfterS);
  } catch {
    // Not JSON: the status says enough.
  }
  const sentences = { 401: "You are not signed in any more.", 403: "You are not signed in any more.",
    429: "Too many requests at once. Wait a moment." };
  const sentence = sentences[status] ?? `The service answered ${status}. Try again.`;
  return new ApiError(status, "", sentence, [], retryAfterS);
}
