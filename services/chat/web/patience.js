// Trying again: later and later, and not all at the same moment when a server comes back.

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 10_000;
/** What the service says when the same request may go well a moment later. */
const PASSING = new Set(["busy", "session_ended", "too_fast", "unavailable"]);

/** How long to wait after so many failures. */
export function pauseMs(failures) {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures) * (0.5 + Math.random() / 2);
}

/** The answer of `attempt`, which is made again while its failure may pass, it is not over and there are tries left. */
export async function persist(attempt, isOver, tries = Infinity) {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (failure) {
      if (isOver() || !passes(failure) || failures + 1 >= tries) throw failure;
      await pause((failure.retryAfterS ?? 0) * 1000 + pauseMs(failures));
      if (isOver()) throw failure;
    }
  }
}

/** A status is HTTP's, 0 when nobody answered; what comes over the socket has only a code. */
function passes({ status, code }) {
  return status === 0 || status === 429 || status >= 500 || PASSING.has(code);
}

function pause(ms) {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
