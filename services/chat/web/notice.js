// The line that says whether messages come and go.

import { show } from "./telling.js";

/** A short interruption is not worth a word. */
const PATIENCE_MS = 700;
const READING = "Reading what you missed…";
const WAITS = "What you write waits here and goes out by itself.";

/** `catchUp()` reads what was missed, after every connection. The answer shows another sentence there. */
export function prepareNotice(socket, catchUp) {
  const place = document.getElementById("connection");
  let timer = null;

  function tell() {
    show(place, navigator.onLine ? `Connecting… ${WAITS}` : `You are offline. ${WAITS}`);
  }

  socket.addEventListener("open", async () => {
    const { connection } = socket;
    const say = (sentence) => { if (socket.connection === connection) show(place, sentence); };
    clearTimeout(timer);
    timer = null;
    say("");
    const reading = setTimeout(() => say(READING), PATIENCE_MS);
    const sentence = await catchUp().then(() => "", ({ message }) => message);
    clearTimeout(reading);
    if (sentence || place.textContent === READING) say(sentence);
  });
  socket.addEventListener("closed", () => { timer ??= setTimeout(tell, PATIENCE_MS); });
  return (sentence) => show(place, sentence);
}
