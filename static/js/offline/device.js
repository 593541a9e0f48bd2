// « Cet appareil »: what is prepared here, what waits by name, what became of the last sendings.
import { hour } from "./clock.js";
import { handIn, save } from "./files.js";
import { copy, fill, once } from "./screens.js";
import * as store from "./store.js";
import { answerWords, rowWords } from "./words.js";

const SHOWN = 50; // answers

// `doing`: { halfDayUrl, depositUrl, loginUrl, send, redraw, announce }. `away`: shown instead of
// a page that needs the network.
export async function deviceScreen(doing, away) {
  const screen = fill(copy("device"), { heading: away ? "Pas de réseau" : "Cet appareil" });
  const [kept, waiting, answers] = await Promise.all([
    store.preparations(),
    store.waiting(),
    store.lastAnswers(),
  ]);
  screen.querySelector("[data-away]").hidden = !away;
  screen.querySelector("[data-some]").hidden = !kept.length;
  screen.querySelector("[data-none]").hidden = Boolean(kept.length);
  for (const { halfDay, snapshot } of kept) {
    const line = fill(copy("prepared"), {
      title: snapshot.title,
      when: snapshot.when_words,
      ready: snapshot.ready_words,
    });
    line.querySelector("a").href = doing.halfDayUrl.replace("/0/", `/${halfDay}/`);
    screen.querySelector("[data-list]").append(line);
  }
  screen.querySelector("[data-some-waiting]").hidden = !waiting.length;
  const send = screen.querySelector("[data-send-now]");
  send.addEventListener("click", () => once(send, () => doing.send({ forced: true })));
  screen.querySelector("[data-tickets]").append(...waiting.map((one) => ticketPart(one, doing)));
  screen.querySelector("[data-some-answers]").hidden = !answers.length;
  screen
    .querySelector("[data-answers]")
    .append(...answers.slice(0, SHOWN).map((answer) => answerLine(answer)));
  return screen;
}

function answerLine(answer) {
  const day = new Date(answer.at).toLocaleDateString("fr-FR", { day: "numeric", month: "long" });
  return fill(copy("answer"), {
    answer: answerWords(answer),
    sent: `${answer.title}, ${day} à ${hour(answer.at, answer.zone)}`,
  });
}

function ticketPart(ticket, doing) {
  const part = fill(copy("ticket"), {
    title: ticket.title,
    when: ticket.when,
    blocked: ticket.blocked?.message ?? "",
  });
  const list = part.querySelector("[data-rows]");
  for (const row of ticket.rows) list.append(fill(copy("row"), { row: rowWords(row, ticket) }));
  part.querySelector("[data-blocked]").hidden = !ticket.blocked;
  const said = part.querySelector("[data-ticket-said]");
  const say = (text) => {
    said.textContent = text;
    said.hidden = !text;
  };
  const on = (name, work) => {
    const button = part.querySelector(`[data-${name}]`);
    button.addEventListener("click", () => once(button, work));
    return button;
  };
  const deposit = on("hand-in", async () => {
    say("Envoi au secrétariat…");
    const { ok, login, message } = await handIn(ticket, doing.depositUrl);
    if (ok) {
      doing.announce("Le secrétariat a reçu ce qui attendait.");
      return doing.redraw();
    }
    part.querySelector("[data-login]").hidden = !login;
    say(
      message ||
        (login
          ? "Identifiez-vous pour l’envoyer au secrétariat\u00a0: rien n’est effacé."
          : "L’envoi n’a pas abouti. Rien n’est effacé\u00a0: recommencez, ou enregistrez un fichier."),
    );
  });
  deposit.hidden = !ticket.blocked;
  on("save", async () => {
    await save(ticket);
    await doing.redraw();
    doing.announce("Le fichier est enregistré. Envoyez-le au secrétariat.");
  });
  const all = ticket.rows.every(({ item }) => ticket.saved?.includes(item.key));
  const erase = on("erase", async () => {
    if (erase.dataset.sure !== "true") {
      erase.dataset.sure = "true";
      erase.textContent = "Effacer pour de bon";
      return say("Le fichier enregistré est alors la seule copie\u00a0: l’avez-vous envoyé\u00a0?");
    }
    await store.erase(ticket.ticket);
    await doing.redraw();
  });
  erase.hidden = !(ticket.blocked && all);
  return part;
}
