// On the half-day's own page, with the network there: prepares the device. What waits is sent by
// outbox.js, as on every page.
import { hasFocus, inPlace, isInUse } from "../in-use.js";
import { installed, prepareHalfDay, readyWords } from "./preparing.js";
import * as store from "./store.js";
import { sendAll } from "./sync.js";

const panel = document.querySelector("[data-offline]");
const { prepareUrl, sendUrl } = panel.dataset;
const halfDay = Number(panel.dataset.halfDay);
const button = panel.querySelector("[data-prepare]");
const status = panel.querySelector("[data-offline-status]");
const say = (text, kind = "") => {
  status.textContent = text;
  status.className = kind;
};

let preparing = false;

// `known`: the ticket that is brought up to date without anybody asking. The button keeps the focus
// while it works: it is said to be disabled, never made so.
async function prepare(known = "") {
  if (preparing) return;
  preparing = true;
  button.setAttribute("aria-disabled", "true");
  say("Préparation en cours…");
  try {
    const pages = installed(panel.dataset);
    // What waits leaves first; what cannot leave stays, under the ticket that it was written with.
    if (!known) await sendAll(sendUrl);
    const { preparation, refusal } = await prepareHalfDay({
      prepareUrl,
      csrfToken: panel.querySelector("[name=csrfmiddlewaretoken]").value,
      ticket: known,
    });
    if (refusal) return say(refusal);
    await pages;
    say(await readyWords(preparation), "offline-ready");
  } catch {
    say("La préparation n’a pas abouti. Vérifiez le réseau, puis recommencez.");
  } finally {
    preparing = false;
    button.removeAttribute("aria-disabled");
  }
}

async function start() {
  await store.forgetExpired();
  const kept = await store.preparation(halfDay);
  if (kept?.snapshot.closed && (await store.forget(halfDay))) return;
  // Prepared before: names and marks are brought up to date while the network is there.
  if (kept && button) await prepare(kept.ticket);
}

// Somebody is on this page already: loading it again would take them away from what they do.
function isAtWork() {
  const page = document.querySelector(".half-day");
  return hasFocus(page) || isInUse(page);
}

if ("serviceWorker" in navigator && "indexedDB" in window) {
  inPlace(() => (panel.hidden = false));
  button?.addEventListener("click", () => prepare());
  addEventListener("online", start);
  // What was sent is on the page once it is loaded again.
  document.addEventListener("outbox-sent", async () => {
    if (!isAtWork() && !(await store.queueOf(halfDay)).length) location.reload();
  });
  // Without network this address shows the pages of the device.
  const goOn = panel.querySelector("[data-go-on]");
  addEventListener("offline", async () => {
    if (await store.preparation(halfDay)) {
      say("Le réseau est perdu : cet appareil est prêt.", "offline-ready");
      inPlace(() => (goOn.hidden = false));
    }
  });
  addEventListener("online", () => (goOn.hidden = true));
  await start();
}
