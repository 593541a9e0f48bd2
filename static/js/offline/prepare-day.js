// On « Ma journée »: says which half-days are ready on this device, and prepares those of today and
// of the next day at once.
import { inPlace } from "../in-use.js";
import { installed, prepareHalfDay, readyWords } from "./preparing.js";
import * as store from "./store.js";

const panel = document.querySelector("[data-prepare-day]");
const button = panel.querySelector("[data-prepare]");
const status = panel.querySelector("[data-prepare-status]");
const lines = [...panel.querySelectorAll("[data-half-day]")];
const csrfToken = panel.querySelector("[name=csrfmiddlewaretoken]").value;
let preparing = false;

function say(text, kind = "") {
  status.textContent = text;
  status.className = kind;
}

const mark = (line, text, kind) => {
  const place = line.querySelector("[data-ready]");
  place.textContent = text;
  place.className = kind;
};

async function show() {
  await store.forgetExpired();
  const ready = new Set((await store.preparations()).map(({ halfDay }) => halfDay));
  for (const line of lines) {
    if (ready.has(Number(line.dataset.halfDay))) mark(line, "prête", "offline-ready");
  }
  return lines.every((line) => ready.has(Number(line.dataset.halfDay)));
}

async function prepareAll() {
  if (preparing) return;
  preparing = true;
  button.setAttribute("aria-disabled", "true");
  say("Préparation en cours…");
  try {
    const pages = installed(panel.dataset);
    const done = [];
    for (const line of lines) {
      const { preparation, refusal } = await prepareHalfDay({
        prepareUrl: line.dataset.prepareUrl,
        csrfToken,
      });
      if (refusal) mark(line, refusal, "");
      else done.push(preparation);
    }
    await pages;
    await show();
    const [first] = done.sort((one, other) => one.expires_at.localeCompare(other.expires_at));
    say(first ? await readyWords(first) : "Rien n’a été préparé.", first ? "offline-ready" : "");
  } catch {
    say("La préparation n’a pas abouti. Vérifiez le réseau, puis recommencez.");
  } finally {
    preparing = false;
    button.removeAttribute("aria-disabled");
  }
}

if ("serviceWorker" in navigator && "indexedDB" in window) {
  if (await show()) say("Cet appareil est prêt.", "offline-ready");
  inPlace(() => (panel.hidden = false));
  button.addEventListener("click", prepareAll);
}
