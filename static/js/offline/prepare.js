// On the half-day's own page, with the network there: prepares the device, and sends what waits.
import * as store from "./store.js";
import { sendAll } from "./sync.js";

const panel = document.querySelector("[data-offline]");
const { prepareUrl, sendUrl, workerUrl, scope } = panel.dataset;
const halfDay = Number(panel.dataset.halfDay);
const button = panel.querySelector("[data-prepare]");
const status = panel.querySelector("[data-offline-status]");
const say = (text, kind = "") => {
  status.textContent = text;
  status.className = kind;
};

async function prepare() {
  button.disabled = true;
  say("Préparation en cours…");
  try {
    const ready = installed();
    const response = await fetch(prepareUrl, {
      method: "POST",
      headers: { "X-CSRFToken": panel.querySelector("[name=csrfmiddlewaretoken]").value },
    });
    const answer = await response.json();
    if (!response.ok) return say(answer.message);
    await ready;
    const skew = Date.now() - Date.parse(answer.preparation.server_time);
    await store.keepPreparation(answer.token, answer.preparation, skew);
    await navigator.storage?.persist?.();
    say(`${answer.preparation.ready_words}.`, "offline-ready");
  } catch {
    say("La préparation n’a pas abouti. Vérifiez le réseau, puis recommencez.");
  } finally {
    button.disabled = false;
  }
}

// The pages of the device are on it, whole.
async function installed() {
  await navigator.serviceWorker.register(workerUrl, { scope });
  await navigator.serviceWorker.ready;
}

async function start() {
  await store.forgetExpired();
  if ((await store.queueOf(halfDay)).length) {
    say("Envoi de ce qui attendait sur cet appareil…");
    const { state, message } = await sendAll(halfDay, sendUrl);
    if (state === "done") return location.reload();
    return say(message || "Ce qui attend sur cet appareil n’a pas pu être envoyé. Nouvel essai bientôt.");
  }
  const kept = await store.preparation(halfDay);
  if (kept?.snapshot.closed) return store.forget(halfDay);
  await tell(kept);
  // Prepared before: names and marks are brought up to date while the network is there.
  if (kept && button) await prepare();
}

// What came back and was not simply recorded is told here too, once.
async function tell(kept) {
  const odd = (kept?.answers ?? []).filter(({ outcome }) => outcome !== "recorded");
  if (!odd.length) return;
  const list = panel.querySelector("[data-offline-answers]");
  for (const { enrolment, outcome, message } of odd) {
    const person = kept.snapshot.people.find((item) => item.enrolment === enrolment);
    const line = document.createElement("li");
    const words = {
      conflict: "ce qui a été noté hors ligne ne s’accorde pas avec ce qui était enregistré ; les deux sont gardés, le secrétariat départagera",
      regularised: "signature enregistrée comme régularisation, hors des heures",
      refused: message,
    };
    line.textContent = `${person?.name ?? "Clôture"}\u00a0: ${words[outcome]}`;
    list.append(line);
  }
  list.hidden = false;
}

if ("serviceWorker" in navigator && "indexedDB" in window) {
  panel.hidden = false;
  button?.addEventListener("click", prepare);
  addEventListener("online", start);
  // Without network this address shows the pages of the device.
  addEventListener("offline", async () => {
    if (await store.preparation(halfDay)) {
      say("Le réseau est perdu. Rechargez cette page pour continuer hors ligne.", "offline-ready");
    }
  });
  await start();
}
