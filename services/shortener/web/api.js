// The links API over HTTP. Every failure is an ApiError with a sentence for people.

export class ApiError extends Error {
  constructor(status, message, details = []) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

export class Api {
  #base;
  #session;

  constructor(base, session) {
    this.#base = base.replace(/\/$/, "");
    this.#session = session;
  }

  /** The new link. `key` makes a repeated attempt harmless. */
  create(link, key) {
    return this.#signed("POST", "/links", { body: link, headers: { "idempotency-key": key } });
  }

  /** {links, nextToken}; without `nextToken` it is the last page. */
  list(nextToken) {
    const query = new URLSearchParams({ limit: "20", ...(nextToken ? { nextToken } : {}) });
    return this.#signed("GET", `/links?${query}`);
  }

  change(code, changes) {
    return this.#signed("PUT", path(code), { body: changes });
  }

  delete(code) {
    return this.#signed("DELETE", path(code));
  }

  statistics(code) {
    return this.#signed("GET", `${path(code)}/stats?days=30`);
  }

  signInWithGoogle(proof) {
    return this.#call("POST", "/auth/google", { body: proof });
  }

  /** True when somebody was signed in in this tab; whether they still are is seen with the first request. */
  async resume() {
    return this.#session.accessToken !== null || this.#renew();
  }

  #renew() {
    return this.#session.renew(async (refreshToken) => {
      try {
        return await this.#call("POST", "/auth/refresh", { body: { refreshToken } });
      } catch (failure) {
        if (failure.status === 401) return null;
        throw failure;
      }
    });
  }

  async #signed(method, where, given = {}) {
    try {
      return await this.#call(method, where, given, this.#session.accessToken);
    } catch (failure) {
      if (failure.status !== 401 || !(await this.#renew())) throw failure;
      return this.#call(method, where, given, this.#session.accessToken);
    }
  }

  async #call(method, where, { body, headers = {} } = {}, token = null) {
    const sent = { ...headers };
    if (body !== undefined) sent["content-type"] = "application/json";
    if (token !== null) sent.authorization = `Bearer ${token}`;
    let answer;
    try {
      answer = await fetch(this.#base + where, { method, headers: sent, body: body && JSON.stringify(body) });
    } catch {
      throw new ApiError(0, "The service cannot be reached. Check your connection and try again.");
    }
    if (answer.status === 204) return null;
    const text = await answer.text();
    if (answer.ok) return JSON.parse(text);
    throw refusal(answer.status, text);
  }
}

function path(code) {
  return `/links/${encodeURIComponent(code)}`;
}

// Ours is {"error": {...}}, the gateway's own {"message": "..."}, a firewall's a page.
function refusal(status, text) {
  const sentences = {
    401: "You are not signed in any more.",
    403: "That is not allowed.",
    429: "Too many requests at once. Wait a moment and try again.",
  };
  try {
    const { error } = JSON.parse(text);
    if (error) return new ApiError(status, error.message, error.details);
  } catch {
    // Not JSON: the status says enough.
  }
  return new ApiError(status, sentences[status] ?? `The service answered ${status}. Try again.`);
}
