// Sending what waits: each ticket's own, in order, a few at a time. What the server confirms leaves
// the device; what does not reach it stays, and is sent again, once, whatever was lost on the way.
import * as store from "./store.js";

export const PROTOCOL = 2;
const AT_A_TIME = 5;
const LONGEST = 30_000; // milliseconds that one sending may take
const STEPS = [1, 5, 10, 20, 40, 80, 160, 300]; // seconds between two attempts

// One sending at a time on the device. Answers { state, sent }: « done » (nothing waits that can
// be sent), « away » (no network, or no server). A ticket that the server refuses is blocked, with
// its reason, and no other waits for it; `forced`: those are tried again too.
export function sendAll(address, { forced = false } = {}) {
  const work = () => send(address, forced);
  return navigator.locks ? navigator.locks.request("emargement", work) : work();
}

async function send(address, forced) {
  let sent = 0;
  for (const { ticket, halfDay, blocked } of await store.waiting()) {
    if (blocked && !forced) continue;
    const answer = await sendTicket(ticket, address);
    sent += answer.sent;
    // Nothing is left to do there: the names go.
    if ((await store.preparation(halfDay))?.snapshot.closed) await store.forget(halfDay);
    if (answer.away) return { state: "away", sent };
  }
  return { state: "done", sent };
}

async function sendTicket(ticket, address) {
  let sent = 0;
  for (;;) {
    const here = (await store.waiting()).find((one) => one.ticket === ticket);
    if (!here) return { sent };
    const answer = await post(address, {
      protocol: PROTOCOL,
      ticket: here.token,
      half_day: here.halfDay,
      sent_at: new Date().toISOString(),
      items: here.rows.slice(0, AT_A_TIME).map(({ item }) => item),
    });
    if (!answer) return { sent, away: true };
    if (answer.results) {
      await store.confirm(ticket, answer.results, answer.preparation);
      sent += answer.results.length;
    }
    if (answer.code || !answer.results?.length) {
      await store.block(ticket, answer.code ?? "", answer.message ?? "");
      return { sent };
    }
  }
}

async function post(address, body) {
  try {
    const response = await fetch(address, {
      method: "POST",
      // The ticket is the only key: nothing else of the browser is sent.
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(LONGEST),
    });
    const answer = await response.json();
    if (response.status >= 500) return null;
    return answer.results || answer.code ? answer : null;
  } catch {
    return null;
  }
}

// Sends at once, then again and again while something waits, less and less often; as soon as the
// network is back, or the page looked at again. `then` is given what each attempt answered.
export function keepSending(address, then) {
  let timer = 0;
  let step = 0;
  async function attempt(options) {
    clearTimeout(timer);
    const online = navigator.onLine;
    const answer = online ? await sendAll(address, options) : { state: "away", sent: 0 };
    if (answer.state !== "away") step = 0;
    const left = (await store.waiting()).some(({ blocked }) => !blocked);
    clearTimeout(timer);
    if (left) timer = setTimeout(later, STEPS[step] * 1000);
    await then?.(answer);
    return answer;
  }
  // Without network nothing was tried: it is looked at again as soon.
  const later = () => {
    if (navigator.onLine) step = Math.min(step + 1, STEPS.length - 1);
    return attempt();
  };
  const again = () => {
    step = 0;
    return attempt();
  };
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") again();
  });
  return attempt;
}
