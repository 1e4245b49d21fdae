// How people, times and numbers are written.

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const WHOLE_DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const FACES = 6;

export function time(iso) {
  return TIME.format(new Date(iso));
}

/** The time of today, the date of everything before. */
export function shortMoment(iso) {
  const moment = new Date(iso);
  return isToday(moment) ? TIME.format(moment) : DAY.format(moment);
}

export function day(iso) {
  const moment = new Date(iso);
  return isToday(moment) ? "Today" : WHOLE_DAY.format(moment);
}

function isToday(moment) {
  return moment.toDateString() === new Date().toDateString();
}

/** "Ada is typing…", "Ada and Grace are typing…". */
export function typingSentence(names) {
  if (names.length === 0) return "";
  if (names.length === 1) return `${names[0]} is typing…`;
  if (names.length === 2) return `${names[0]} and ${names[1]} are typing…`;
  return "Several people are typing…";
}

/** "1 message is not sent yet". */
export function unsentWords(count) {
  return count === 1 ? "1 message is not sent yet" : `${count} messages are not sent yet`;
}

/** Draws somebody's initial on one of a few colours, always the same. */
export function drawFace(place, name, id) {
  const letters = [...name.trim()];
  place.textContent = (letters[0] ?? "?").toUpperCase();
  const sum = [...id].reduce((total, character) => total + character.codePointAt(0), 0);
  place.dataset.face = String(sum % FACES);
}
