// On every page of the trainer's space: what waits on this device is sent, and what it became is
// said by name while people are there.
import { inPlace } from "../in-use.js";
import * as store from "./store.js";
import { keepSending } from "./sync.js";
import { answerWords, count, isOdd } from "./words.js";

const panel = document.querySelector("[data-outbox]");
const status = panel.querySelector("[data-outbox-status]");
const button = panel.querySelector("[data-send-now]");
const odd = panel.querySelector("[data-outbox-odd]");
const since = Date.now();

async function show({ state = "", sent = 0 } = {}) {
  const waiting = await store.waiting();
  const left = waiting.reduce((total, { rows }) => total + rows.length, 0);
  const blocked = waiting.filter((ticket) => ticket.blocked);
  const answers = (await store.lastAnswers()).filter((answer) => answer.at >= since);
  let words = "";
  if (left) words = `${count(left, "envoi")} en attente sur cet appareil.`;
  if (blocked.length)
    words += " Une partie ne peut pas partir d’elle-même\u00a0: voyez « Cet appareil ».";
  else if (left && state === "away") words += " L’envoi n’a pas abouti, nouvel essai bientôt.";
  else if (!left && answers.length) words = "Ce qui attendait sur cet appareil a été envoyé.";
  if (status.textContent !== words) status.textContent = words;
  odd.replaceChildren(
    ...answers.filter(isOdd).map((answer) => {
      const line = document.createElement("li");
      line.textContent = answerWords(answer);
      return line;
    }),
  );
  const isShown = Boolean(words);
  if (panel.hidden === isShown || odd.hidden === Boolean(odd.children.length)) {
    inPlace(() => {
      panel.hidden = !isShown;
      odd.hidden = !odd.children.length;
    });
  }
  button.hidden = !left;
  if (sent) document.dispatchEvent(new CustomEvent("outbox-sent", { detail: { left } }));
}

if ("indexedDB" in window) {
  await store.forgetExpired();
  const attempt = keepSending(panel.dataset.sendUrl, show);
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    status.textContent = "Envoi en cours…";
    try {
      await attempt({ forced: true });
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
  await attempt();
}
