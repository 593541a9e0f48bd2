// The pages of the device. Without network the browser shows them at the address of the half-day.
import * as screens from "./screens.js";
import * as store from "./store.js";
import { sendAll } from "./sync.js";

const EVERY = 20_000; // milliseconds between two attempts while something waits
const place = document.querySelector("[data-offline-app]");
const { sendUrl, halfDayUrl } = place.dataset;
const address = new RegExp(`^${halfDayUrl.replace("/0/", "/(\\d+)/")}`);
const halfDay = Number(location.pathname.match(address)?.[1] ?? 0);
let said = null; // what the last sending answered, when people must know

async function draw() {
  await store.forgetExpired();
  const kept = await store.preparation(halfDay);
  if (!kept) return show(await elsewhere());
  const queue = await store.queueOf(halfDay);
  const person = kept.snapshot.people.find(({ enrolment }) => location.hash === `#signer-${enrolment}`);
  const closing = location.hash === "#clore" && !screens.missing(kept, queue).length;
  if (person) return show(screens.signing(kept, person, act), "Signature");
  if (closing) return show(screens.locking(kept, queue, act), "Clôture");
  return show(screens.list(kept, queue, act));
}

// Not prepared here: say so, and lead to what is.
async function elsewhere() {
  const screen = screens.copy("elsewhere");
  const kept = await store.preparations();
  screen.querySelector("[data-some]").hidden = !kept.length;
  screen.querySelector("[data-none]").hidden = Boolean(kept.length);
  for (const { halfDay: pk, snapshot } of kept) {
    const line = screens.fill(screens.copy("prepared"), {
      title: snapshot.title,
      when: snapshot.when_words,
      ready: snapshot.ready_words,
    });
    line.querySelector("a").href = halfDayUrl.replace("/0/", `/${pk}/`);
    screen.querySelector("[data-list]").append(line);
  }
  return screen;
}

function show(screen, title = "") {
  const status = screen.querySelector("[data-said]");
  if (status && said) {
    screens.fill(status, { said });
    status.hidden = false;
  }
  place.replaceChildren(screen);
  screens.wake(screen);
  document.title = `${title ? `${title}, ` : ""}Émargement hors ligne`;
}

async function act(item) {
  await store.enqueue(halfDay, {
    key: crypto.randomUUID(),
    device_time: new Date().toISOString(),
    ...item,
  });
  if (location.hash) history.pushState(null, "", location.pathname);
  await draw();
  place.querySelector("h1")?.focus();
  announce("Gardé sur cet appareil, en attente de confirmation.");
  await send();
}

async function send() {
  if (!navigator.onLine || !halfDay) return;
  const before = (await store.queueOf(halfDay)).length;
  const { state, message } = await sendAll(halfDay, sendUrl);
  said = state === "lost" || state === "stuck" ? message : null;
  const left = (await store.queueOf(halfDay)).length;
  if (state === "lost") await draw();
  // The network is back and all is known: the page of the server says more than this one.
  else if (state === "done" && !location.hash && (before || (await reachable()))) location.reload();
  // Somebody may be signing: the list alone is drawn again.
  else if ((left !== before || said) && !location.hash) await draw();
}

// Whether the server itself is there: the device may have a network, and the server be away.
async function reachable() {
  try {
    return (await fetch(sendUrl, { method: "POST", credentials: "omit", body: "{}" })).status < 500;
  } catch {
    return false;
  }
}

function announce(text) {
  document.querySelector("[data-announce]").textContent = text;
}

addEventListener("hashchange", async () => {
  await draw();
  place.querySelector("h1")?.focus();
});
addEventListener("online", send);
setInterval(send, EVERY);
await draw();
await send();
