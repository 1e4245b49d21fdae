// Who is signed in, in this tab: its tokens survive a reload, so that one that interrupts another trades none in vain.
// Tells of
//   "ended"  the service does not know the session any more

import { keep, kept } from "./keeping.js";

const TOKENS = "chat.tokens";
const TAB = "chat.tab";
const LETTING_GO_MS = 500;
/** A token is renewed this long before it ends. */
const EARLY_MS = 60_000;

export class Session extends EventTarget {
  /** {accessToken, refreshToken, endsAt}, or null. */
  #tokens = kept(TOKENS);
  #renewing = null;
  #visit = 0;

  /** Call once, first. A tab that was duplicated brings a copy of everything along, but a refresh token works once and
   *  its second use ends the session: all stays with the tab that has it, and this one begins anew. */
  async claim() {
    if (sessionStorage.getItem(TAB) === null) sessionStorage.setItem(TAB, crypto.randomUUID());
    if (await isHeld(sessionStorage.getItem(TAB))) return;
    this.forget();
    sessionStorage.clear();
    sessionStorage.setItem(TAB, crypto.randomUUID());
    await isHeld(sessionStorage.getItem(TAB));
  }

  get accessToken() {
    return this.#tokens?.accessToken ?? null;
  }

  get refreshToken() {
    return this.#tokens?.refreshToken ?? null;
  }

  /** Another number after everybody who was signed in. */
  get visit() {
    return this.#visit;
  }

  /** Also when there is no access token at all. */
  get isNearlyOver() {
    return Date.now() > (this.#tokens?.endsAt ?? 0) - EARLY_MS;
  }

  /** What POST /auth/login and /auth/refresh answer. */
  keep({ accessToken, refreshToken, expiresIn }) {
    this.#tokens = { accessToken, refreshToken, endsAt: Date.now() + expiresIn * 1000 };
    keep(TOKENS, this.#tokens);
  }

  forget() {
    this.#visit++;
    this.#tokens = null;
    keep(TOKENS, null);
  }

  /** Trades the refresh token, which works once, for new ones: `trade` answers null when it is refused. However many
   *  ask at the same time, it runs once. The tokens, or null when nobody is signed in any more. */
  renew(trade) {
    this.#renewing ??= this.#renew(trade).finally(() => { this.#renewing = null; });
    return this.#renewing;
  }

  async #renew(trade) {
    const refreshToken = this.refreshToken;
    if (refreshToken === null) return null;
    const tokens = await trade(refreshToken);
    // Signed out while the answer was on its way.
    if (this.refreshToken !== refreshToken) return null;
    if (tokens === null) this.#end();
    else this.keep(tokens);
    return tokens;
  }

  #end() {
    this.forget();
    this.dispatchEvent(new Event("ended"));
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
