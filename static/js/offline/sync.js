// Sending what waits: in order, a few at a time. What the server confirms leaves the device; what
// does not reach it stays, and is sent again, once, whatever was lost on the way.
import * as store from "./store.js";

const AT_A_TIME = 5;
const LOST = ["ticket_invalid", "ticket_revoked", "ticket_expired", "wrong_half_day"];

// Answers { state, message }: « done » (nothing waits), « away » (no network, or no server),
// « lost » (the preparation is worth nothing more: all was erased), « stuck » (say it to people).
export function sendAll(halfDay, address) {
  const work = () => send(halfDay, address);
  return navigator.locks ? navigator.locks.request("emargement", work) : work();
}

async function send(halfDay, address) {
  for (;;) {
    const kept = await store.preparation(halfDay);
    if (!kept) return { state: "done", message: "" };
    const waiting = (await store.queueOf(halfDay)).slice(0, AT_A_TIME);
    if (!waiting.length) {
      if (kept.snapshot.closed) await store.forget(halfDay);
      return { state: "done", message: "" };
    }
    const answer = await post(address, {
      ticket: kept.token,
      half_day: halfDay,
      sent_at: new Date().toISOString(),
      items: waiting.map(({ halfDay: _halfDay, ...item }) => item),
    });
    if (!answer) return { state: "away", message: "" };
    if (answer.results) await store.confirm(halfDay, answer.results, answer.preparation);
    if (LOST.includes(answer.code)) {
      await store.forget(halfDay);
      return { state: "lost", message: answer.message };
    }
    if (answer.code || !answer.results?.length) {
      return { state: "stuck", message: answer.message ?? "" };
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
    });
    const answer = await response.json();
    return answer.results || answer.code ? answer : null;
  } catch {
    return null;
  }
}
