// Who is signed in, in this tab: its tokens survive a reload, so that one that interrupts another trades none in vain.

const TOKENS = "shortener.tokens";
const TAB = "shortener.tab";
const LETTING_GO_MS = 500;

export class Session {
  /** {accessToken, refreshToken}, the second null for a token that somebody pasted; or null. */
  #tokens = kept();
  #renewing = null;

  /** Call once, first. A tab that was duplicated brings a copy of the refresh token along, which works once and whose
   *  second use ends the session: it stays with the tab that has it, and this one begins anew. */
  async claim() {
    if (sessionStorage.getItem(TAB) === null) sessionStorage.setItem(TAB, crypto.randomUUID());
    if (await isHeld(sessionStorage.getItem(TAB))) return;
    this.forget();
    sessionStorage.setItem(TAB, crypto.randomUUID());
    await isHeld(sessionStorage.getItem(TAB));
  }

  get accessToken() {
    return this.#tokens?.accessToken ?? null;
  }

  /** A token somebody pasted: it can neither be renewed nor survives a reload. */
  use(accessToken) {
    this.forget();
    this.#tokens = { accessToken, refreshToken: null };
  }

  /** What POST /auth/google and /auth/refresh answer. */
  keep({ accessToken, refreshToken }) {
    this.#tokens = { accessToken, refreshToken };
    sessionStorage.setItem(TOKENS, JSON.stringify(this.#tokens));
  }

  forget() {
    this.#tokens = null;
    sessionStorage.removeItem(TOKENS);
  }

  /** Trades the refresh token, which works once, for new ones; `trade` answers null when it is refused. However many
   *  ask at the same time, it runs once. False when nobody is signed in any more. */
  renew(trade) {
    this.#renewing ??= this.#renew(trade).finally(() => { this.#renewing = null; });
    return this.#renewing;
  }

  async #renew(trade) {
    const refreshToken = this.#tokens?.refreshToken ?? null;
    if (refreshToken === null) return false;
    const tokens = await trade(refreshToken);
    // Signed out while the answer was on its way.
    if (this.#tokens?.refreshToken !== refreshToken) return false;
    if (tokens === null) this.forget();
    else this.keep(tokens);
    return tokens !== null;
  }
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(TOKENS));
  } catch {
    return null;
  }
}

/** Takes a lock until the page goes; false when another page keeps it. After a reload the old page lets go soon. */
function isHeld(name) {
  return new Promise((resolve) => {
    const kept = () => {
      resolve(true);
      return new Promise(() => {});
    };
    navigator.locks.request(name, { signal: AbortSignal.timeout(LETTING_GO_MS) }, kept).catch(() => resolve(false));
  });
}
