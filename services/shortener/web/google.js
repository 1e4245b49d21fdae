// Sign-in with Google: authorization code with PKCE. https://www.rfc-editor.org/rfc/rfc7636

const KEPT = "shortener.googleSignIn";

/** Whether this page may be the place Google sends people back to. */
export function isOffered(google) {
  return Boolean(google?.clientId) && google.redirectUris.split(",").includes(here());
}

/** Leaves for Google. */
export async function leave(google) {
  const proof = { state: random(), nonce: random(), codeVerifier: random() };
  sessionStorage.setItem(KEPT, JSON.stringify(proof));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(proof.codeVerifier));
  const query = new URLSearchParams({
    client_id: google.clientId,
    redirect_uri: here(),
    response_type: "code",
    scope: "openid email profile",
    state: proof.state,
    nonce: proof.nonce,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  });
  location.assign(`${google.authorizeUrl}?${query}`);
}

/** What Google sent along, as POST /auth/google wants it; null for an ordinary visit. Cleans the address at once. */
export function comeBack() {
  const query = new URLSearchParams(location.search);
  if (!query.has("state")) return null;
  history.replaceState(null, "", location.pathname);
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (kept === null || kept.state !== query.get("state") || !query.has("code")) {
    throw new Error("Google did not sign you in. Try again.");
  }
  return { code: query.get("code"), codeVerifier: kept.codeVerifier, nonce: kept.nonce, redirectUri: here() };
}

function here() {
  return location.origin + location.pathname;
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
