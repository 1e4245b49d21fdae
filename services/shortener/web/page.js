// Puts the page together: reads the configuration, then shows the way in or the desk.

import { Api } from "./api.js";
import { readConfig } from "./config.js";
import { prepareCreating } from "./creating.js";
import * as google from "./google.js";
import { LinkList } from "./listing.js";
import { Session } from "./session.js";
import { announce, clearRefusal, mark, show } from "./telling.js";

const part = (id) => document.getElementById(id);
const session = new Session();

async function start() {
  const config = await readConfig();
  await session.claim();
  const api = new Api(config.apiUrl, session);
  const list = new LinkList(api);
  prepareCreating(api, (link) => list.add(link));
  prepareSignIn(config, list);
  part("sign-out").addEventListener("click", () => {
    session.forget();
    part("links").replaceChildren();
    showSignIn();
    part("sign-in-title").focus();
    announce("You are signed out.");
  });
  if (await isSignedIn(api)) await showDesk(list);
  else showSignIn();
}

async function isSignedIn(api) {
  try {
    const proof = google.comeBack();
    if (proof === null) return await api.resume();
    session.keep(await api.signInWithGoogle(proof));
    return true;
  } catch (failure) {
    show(part("trouble"), failure.message);
    return false;
  }
}

function prepareSignIn(config, list) {
  part("google-part").hidden = !google.isOffered(config.google);
  part("google").addEventListener("click", () => google.leave(config.google));
  const form = part("token-form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearRefusal(form);
    session.use(part("token").value.trim().replace(/^Bearer\s+/i, ""));
    try {
      await showDesk(list);
      form.reset();
      part("create-title").focus();
    } catch (failure) {
      session.forget();
      showSignIn();
      const refused = failure.status === 401 || failure.status === 403;
      mark(part("token"), refused ? "The service does not accept this token." : failure.message);
      part("token").focus();
    }
  });
}

function showSignIn() {
  for (const id of ["desk", "sign-out"]) part(id).hidden = true;
  part("sign-in").hidden = false;
}

/** Only with links to show: a token that is refused never gets here. */
async function showDesk(list) {
  await list.load();
  show(part("trouble"), "");
  part("sign-in").hidden = true;
  for (const id of ["desk", "sign-out"]) part(id).hidden = false;
}

start().catch((failure) => {
  showSignIn();
  show(part("trouble"), failure.message);
});
