// Who is signed in. The access token lives in memory; only the refresh token survives a reload, in this tab.

const REFRESH_TOKEN = "shortener.refreshToken";

export class Session {
  #accessToken = null;
  #renewing = null;

  get accessToken() {
    return this.#accessToken;
  }

  /** A token somebody pasted: it cannot be renewed. */
  use(accessToken) {
    this.#accessToken = accessToken;
  }

  /** What POST /auth/google and /auth/refresh answer. */
  keep({ accessToken, refreshToken }) {
    this.#accessToken = accessToken;
    sessionStorage.setItem(REFRESH_TOKEN, refreshToken);
  }

  forget() {
    this.#accessToken = null;
    sessionStorage.removeItem(REFRESH_TOKEN);
  }

  /** Trades the refresh token, which works once, for new ones; `trade` answers null when it is refused. However many
   *  ask at the same time, it runs once. False when nobody is signed in any more. */
  renew(trade) {
    this.#renewing ??= this.#renew(trade).finally(() => { this.#renewing = null; });
    return this.#renewing;
  }

  async #renew(trade) {
    const refreshToken = sessionStorage.getItem(REFRESH_TOKEN);
    if (refreshToken === null) return false;
    const tokens = await trade(refreshToken);
    if (tokens === null) this.forget();
    else this.keep(tokens);
    return tokens !== null;
  }
}
