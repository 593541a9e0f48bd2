// The pages of the device. Without network the browser shows them at the address of the half-day.
import { hasFocus, isInUse } from "../in-use.js";
import { deviceScreen } from "./device.js";
import { isPresent, missing, pendingLock, refusal } from "./rules.js";
import * as screens from "./screens.js";
import * as store from "./store.js";
import { keepSending } from "./sync.js";

const EVERY = 20_000; // milliseconds between two looks at the server, once nothing waits
const LONGEST = 10_000; // milliseconds that one look may take
const APART = 15_000; // milliseconds between two times that the page loads itself again
const place = document.querySelector("[data-offline-app]");
const { sendUrl, halfDayUrl, deviceUrl, depositUrl } = place.dataset;
const address = new RegExp(`^${halfDayUrl.replace("/0/", "/(\\d+)/")}`);
const halfDay = Number(location.pathname.match(address)?.[1] ?? 0);
const isOwnPage = location.pathname === deviceUrl;
let shown = ""; // what the list shows of the queue
let said = ""; // what people must know of this page

// What the list shows: another fingerprint, another list.
const fingerprint = ({ rows, answers, blocked }) =>
  JSON.stringify([rows.map(({ item }) => item.kind), answers.length, blocked]);

const deviceFingerprint = async () =>
  JSON.stringify((await store.waiting()).map(({ rows, blocked }) => [rows.length, blocked]));

async function stateOf(kept) {
  const [rows, tickets, answers] = await Promise.all([
    store.queueOf(halfDay),
    store.ticketsOf(halfDay),
    store.lastAnswers(),
  ]);
  const held = new Set(rows.map(({ ticket }) => ticket));
  return {
    kept,
    rows,
    blocked: tickets.filter((one) => one.blocked && held.has(one.ticket)).map((one) => one.blocked),
    answers: answers.filter((answer) => answer.halfDay === halfDay),
  };
}

const doing = {
  act,
  undo,
  halfDayUrl,
  depositUrl,
  announce,
  redraw: draw,
  send: async (options) => {
    announce("Envoi en cours…");
    await attempt(options);
    await draw();
  },
};

async function draw() {
  await store.forgetExpired();
  const kept = halfDay ? await store.preparation(halfDay) : null;
  if (!kept) {
    shown = await deviceFingerprint();
    return show(await deviceScreen(doing, !isOwnPage));
  }
  const state = await stateOf(kept);
  shown = fingerprint(state);
  const [, what, enrolment] = location.hash.match(/^#(signer|declarer)-(.+)$/) ?? [];
  const person = kept.snapshot.people.find((one) => one.enrolment === enrolment);
  // The form of somebody who signed, come back to by mistake, stays shut.
  if (person && !isPresent(person, state.rows) && !pendingLock(state.rows)) {
    const make = what === "signer" ? screens.signing : screens.declaring;
    return show(make(state, person, act), what === "signer" ? "Signature" : "Déclaration");
  }
  if (location.hash === "#clore" && !pendingLock(state.rows)) {
    if (!kept.snapshot.closed && !missing(kept.snapshot, state.rows).length)
      return show(screens.locking(state, act), "Clôture");
  }
  if (location.hash === "#non-inscrite" && !pendingLock(state.rows) && !kept.snapshot.closed)
    return show(screens.walkingIn(state, act), "Personne non inscrite");
  const screen = screens.list(state, doing);
  if (person) {
    const words = `${person.name} a déjà signé\u00a0: rien de plus n’est à faire.`;
    screen.querySelector("[data-notices]").prepend(screens.notice(words, "success"));
  }
  show(screen);
}

function show(screen, title = "") {
  const status = screen.querySelector("[data-said]");
  if (status && said) {
    screens.fill(status, { said });
    status.hidden = false;
    status.querySelector("a")?.toggleAttribute("hidden", !isLoggedOut);
  }
  place.replaceChildren(screen);
  screens.wake(screen);
  document.title = `${title ? `${title}, ` : ""}Émargement hors ligne`;
}

const attempt = keepSending(sendUrl, afterSending);
let acting = 0;

// Answers why it was not written, or "" once it is kept.
async function act(item) {
  acting += 1;
  try {
    const whole = { ...item, device_time: new Date().toISOString() };
    const refused = await store.enqueue(halfDay, whole, refusal);
    if (refused) return refused;
    await backToTheList("Gardé sur cet appareil, en attente de confirmation.");
  } finally {
    acting -= 1;
  }
  attempt();
  return "";
}

async function undo(key) {
  acting += 1;
  try {
    const done = await store.undo(halfDay, key);
    await backToTheList(done ? "L’action est annulée." : "Cette action n’attend plus.");
  } finally {
    acting -= 1;
  }
  attempt();
}

// The form leaves the history with it: *back* does not open it again.
async function backToTheList(words) {
  if (location.hash) history.replaceState(null, "", location.pathname);
  await draw();
  place.querySelector("h1")?.focus();
  announce(words);
}

// What a person opens or presses is not taken from them: the next attempt comes soon.
const isFree = () =>
  !/^#(signer|declarer|clore|non-inscrite)/.test(location.hash) && !acting && !isInUse(place);

// Nor is the place where they are: the title has the focus when one arrives.
const isElsewhere = () => !hasFocus(place) || document.activeElement.matches("h1");

const mayLeave = () => !isOwnPage && isFree() && isElsewhere();

// The list again, the focus on the same thing.
async function redraw() {
  const { localName, textContent } = document.activeElement;
  const hadFocus = hasFocus(place);
  await draw();
  if (!hadFocus) return;
  [...place.querySelectorAll(localName)]
    .find((item) => item.textContent === textContent)
    ?.focus({ preventScroll: true });
}

async function afterSending({ state }) {
  if (state === "done") await comeBack();
  const kept = halfDay ? await store.preparation(halfDay) : null;
  if (!kept) {
    const changed = (await deviceFingerprint()) !== shown;
    return changed && isFree() ? redraw() : undefined;
  }
  // A person may be signing: the list alone is rendered again.
  if (fingerprint(await stateOf(kept)) !== shown && isFree()) await redraw();
}

let isLoggedOut = false;

// The network is back and all is known: the page of the server says more than this one.
async function comeBack() {
  if (!mayLeave() || !navigator.onLine) return;
  const found = await look();
  if (found === "there" && mayLeave()) loadAgain();
  const words = found === "login" ? "Le réseau est là, mais vous n’êtes plus identifié." : "";
  if (words === said) return;
  said = words;
  isLoggedOut = found === "login";
  if (isFree()) await redraw();
}

// Not for ever, should this one page of the server alone be away.
function loadAgain() {
  const last = Number(sessionStorage.getItem("loaded-again") ?? 0);
  if (Date.now() - last < APART) return;
  sessionStorage.setItem("loaded-again", Date.now());
  location.reload();
}

// Whether the server itself is there, and knows the trainer: « there », « login », « away ».
async function look() {
  try {
    const answer = await fetch(depositUrl, {
      redirect: "manual",
      cache: "no-store",
      signal: AbortSignal.timeout(LONGEST),
    });
    if (answer.type === "opaqueredirect") return "login";
    return answer.status < 500 ? "there" : "away";
  } catch {
    return "away";
  }
}

function announce(text) {
  document.querySelector("[data-announce]").textContent = text;
}

addEventListener("hashchange", async () => {
  await draw();
  place.querySelector("h1")?.focus();
});
// Back from another page, another tab: what is shown is what waits now.
addEventListener("pageshow", ({ persisted }) => persisted && draw());
// The page that was asked for came after all.
navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (data?.arrived === location.pathname && mayLeave()) location.reload();
});
await draw();
setInterval(async () => {
  if (!(await store.queueLength())) await afterSending({ state: "done" });
}, EVERY);
await attempt();
