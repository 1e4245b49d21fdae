// Puts the page together: the door or the rooms, and which conversation the address names.

import { Api } from "./api.js";
import { readConfig } from "./config.js";
import { prepareDoor } from "./door.js";
import { prepareInviting } from "./inviting.js";
import { prepareNotice } from "./notice.js";
import { Outbox } from "./outbox.js";
import { preparePeople } from "./people.js";
import { Session } from "./session.js";
import { prepareSidebar } from "./sidebar.js";
import { Socket } from "./socket.js";
import { Store } from "./store.js";
import { announce, show } from "./telling.js";
import { Thread } from "./thread.js";
import { drawFace, unsentWords } from "./words.js";

const part = (id) => document.getElementById(id);

async function start() {
  const config = await readConfig();
  const session = new Session();
  await session.claim();
  const api = new Api(config.apiUrl, session);
  const socket = new Socket(config.webSocketUrl, session, async () => (await api.resume()) !== null);
  const outbox = new Outbox(socket);
  const store = new Store(api, socket, outbox);
  const thread = new Thread(store, outbox, socket);
  const markOpen = prepareSidebar(store);
  const say = prepareNotice(socket, async () => {
    await store.catchUp(() => thread.openId);
    if (thread.openId === null) await follow();
  });

  async function follow() {
    const id = decodeURIComponent(location.hash.slice(1)) || null;
    const { connection } = socket;
    part("rooms").dataset.shows = id === null ? "list" : "thread";
    markOpen(id);
    try {
      await thread.open(id);
      // On a touch screen the focus would open the keyboard over what one wants to read.
      if (id !== null) part(matchMedia("(pointer: coarse)").matches ? "thread-name" : "text").focus();
    } catch (failure) {
      if (thread.openId !== id) return;
      if (failure.status === 404) location.replace("#");
      // What fails with the connection is read with the next one.
      else if (connection !== null && socket.connection === connection) say(failure.message);
    }
  }

  function enter(person) {
    store.me = person;
    outbox.belongTo(person.userId);
    part("my-name").textContent = person.displayName;
    drawFace(part("my-face"), person.displayName, person.userId);
    part("door").hidden = true;
    part("rooms").hidden = false;
    show(part("trouble"), "");
    socket.start();
  }

  function exit(sentence) {
    socket.stop();
    session.forget();
    store.clear();
    thread.clear();
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    history.replaceState(null, "", location.pathname);
    part("rooms").hidden = true;
    part("door").hidden = false;
    part("door-title").focus();
    if (sentence) show(part("door-error"), sentence);
  }

  function isOut() {
    if (!store.me) return;
    exit(outbox.size === 0 ? "Your session ended. Sign in again."
      : `Your session ended, and ${unsentWords(outbox.size)}. Sign in again here and it goes on.`);
  }

  session.addEventListener("ended", isOut);
  socket.addEventListener("refused", isOut);
  addEventListener("hashchange", () => { if (store.me) follow(); });
  // A link would change the address, which names the conversation.
  part("skip").addEventListener("click", () => part("thread-part").focus());
  prepareDoor(api, (person) => {
    enter(person);
    part("side-title").focus();
  });
  const addTo = prepareInviting(api, () => store.me, (conversation) => {
    store.keep(conversation);
    location.hash = encodeURIComponent(conversation.conversationId);
  });
  preparePeople(store, () => thread.openId, addTo, () => { location.hash = ""; });
  store.addEventListener("gone", ({ detail }) => { if (detail === thread.openId) location.hash = ""; });
  part("sign-out").addEventListener("click", async () => {
    const unsent = outbox.size;
    socket.stop();
    outbox.clear();
    await api.signOut().catch(() => {});
    exit(unsent === 0 ? "" : `You are signed out, and ${unsentWords(unsent)}.`);
    announce("You are signed out.");
  });
  await comeBack(api, session, enter);
}

/** Whoever was signed in in this tab is in again; while nobody answers, that is not known. */
async function comeBack(api, session, enter) {
  try {
    const person = await api.resume();
    if (person !== null) return enter(person);
    session.forget();
    part("door").hidden = false;
  } catch (failure) {
    show(part("trouble"), failure.message);
    setTimeout(() => comeBack(api, session, enter), 2_000);
  }
}

start().catch((failure) => show(part("trouble"), failure.message));
