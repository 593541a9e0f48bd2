// The screens of a half-day: the list, one person's signature, a presence declared, the lock. They
// are made from the <template>s of the page, which hold all of their words that do not depend on
// the moment.
import { SignatureFrame } from "../signature.js";
import { corrected, hour, now } from "./clock.js";
import * as rules from "./rules.js";
import { answerWords, count, isOdd, whatOf } from "./words.js";

export function copy(name) {
  return document.getElementById(`offline-${name}`).content.firstElementChild.cloneNode(true);
}

export function fill(root, values) {
  for (const [name, text] of Object.entries(values)) {
    const place = `[data-text="${name}"]`;
    // A line may be nothing but its words: the root is a place as well.
    if (root.matches(place)) root.textContent = text;
    for (const item of root.querySelectorAll(place)) item.textContent = text;
  }
  return root;
}

export function notice(text, kind = "warning") {
  const made = fill(copy("notice"), { notice: text });
  made.classList.add(`notice--${kind}`);
  return made;
}

const isDone = (row) => row.item.kind === "undone";
const lastAction = (rows) => rows.findLast((row) => !isDone(row));

// --- The list -------------------------------------------------------------------------------------

// `state`: { kept, rows, answers, blocked }; `doing`: { act, undo }.
export function list(state, doing) {
  const { kept, rows, answers, blocked } = state;
  const { snapshot } = kept;
  const screen = fill(copy("list"), {
    title: snapshot.title,
    when: snapshot.when_words,
    place: snapshot.place,
    ready: snapshot.ready_words,
    counter: counterWords(snapshot, rows),
  });
  const waiting = screen.querySelector("[data-waiting]");
  waiting.hidden = !rows.length;
  fill(waiting, { waiting: `${count(rows.length, "envoi")} en attente de confirmation` });
  const last = lastAction(rows);
  const undo = waiting.querySelector("[data-undo]");
  if (last) {
    fill(undo, {
      undo: `Annuler la dernière action (${last.name}, ${whatOf(last.item, place(kept))})`,
    });
    undo.addEventListener("click", () => once(undo, () => doing.undo(last.item.key)));
  } else undo.remove();
  notices(screen.querySelector("[data-notices]"), { kept, answers, blocked });
  const early = now(kept) < Date.parse(snapshot.opens_at);
  const over = snapshot.closed || Boolean(rules.pendingLock(rows));
  const people = screen.querySelector("[data-people]");
  for (const person of snapshot.people) {
    people.append(personLine(kept, rows, person, { early, over, act: doing.act }));
  }
  if (!snapshot.people.length) people.append(copy("nobody"));
  for (const { item } of rows.filter((row) => row.item.kind === "walk_in")) {
    people.append(walkInLine(kept, item));
  }
  if (early || over) screen.querySelector("[data-walk-in]").remove();
  lockPart(screen, kept, rows, { early, over });
  return screen;
}

const place = (kept) => ({ zone: kept.snapshot.time_zone, skew: kept.skew });

// « 4 sur 10 en présence, 1 absence ».
function counterWords(snapshot, rows) {
  const present = snapshot.people.filter((person) => rules.isPresent(person, rows)).length;
  const absent = snapshot.people.length - present - rules.missing(snapshot, rows).length;
  const words = `${present} sur ${snapshot.people.length} en présence`;
  return absent ? `${words}, ${count(absent, "absence")}` : words;
}

function notices(root, { kept, answers, blocked }) {
  const { snapshot } = kept;
  const at = (text) => hour(Date.parse(text), snapshot.time_zone);
  if (snapshot.closed) root.append(notice("Cette demi-journée est close.", "success"));
  else if (now(kept) < Date.parse(snapshot.opens_at)) {
    root.append(notice(`L’émargement ouvre à ${at(snapshot.opens_at)}.`));
  } else if (now(kept) > Date.parse(snapshot.closes_at)) {
    root.append(
      notice(
        `Les heures de signature ont fini à ${at(snapshot.closes_at)}\u00a0: ce qui est signé ` +
          "maintenant sera dit « signé après coup », déclaré en votre nom.",
      ),
    );
  }
  for (const { message } of blocked) {
    const made = notice(message || "Ce qui attend n’a pas pu être envoyé.", "error");
    made.append(copy("to-device"));
    root.append(made);
  }
  for (const answer of answers.filter(isOdd)) {
    root.append(notice(answerWords(answer), answer.outcome === "refused" ? "error" : "warning"));
  }
}

function personLine(kept, rows, person, { early, over, act }) {
  const line = fill(copy("person"), { name: person.name });
  const pending = rules.pendingOf(rows, person.enrolment);
  const state = line.querySelector("[data-state]");
  const buttons = line.querySelector("[data-actions]");
  if (pending) {
    line.classList.add("is-pending");
    state.append(fill(copy("pending"), { what: pendingWords(kept, pending) }));
  } else if (person.state) {
    const mark = fill(copy("recorded"), { what: person.words });
    if (person.state === "absent") mark.classList.add("mark--absent");
    state.append(mark);
  }
  if (early || over || rules.isPresent(person, rows)) {
    buttons.remove();
    return line;
  }
  const sign = buttons.querySelector("[data-sign]");
  sign.href = `#signer-${person.enrolment}`;
  buttons.querySelector("[data-declare]").href = `#declarer-${person.enrolment}`;
  const late = pending || person.state;
  fill(sign, { sign: late ? "Arrivée tardive\u00a0: signer" : "Signer" });
  if (late) {
    sign.className = "";
    buttons.querySelector("[data-absence]").remove();
    return line;
  }
  state.append(sign);
  const reasons = buttons.querySelector("[data-reasons]");
  const key = crypto.randomUUID();
  for (const { value, label } of kept.snapshot.reasons) {
    const button = copy("reason");
    button.textContent = label;
    button.addEventListener("click", () =>
      once(button, () =>
        act({ key, kind: "absence", enrolment: person.enrolment, absence_reason: value }),
      ),
    );
    reasons.append(button);
  }
  return line;
}

// A person without an enrolment has nothing to sign yet.
function walkInLine(kept, item) {
  const line = fill(copy("person"), { name: item.who });
  line.classList.add("is-pending");
  line.querySelector("[data-actions]").remove();
  const at = hour(corrected(kept, item.device_time), kept.snapshot.time_zone);
  const what = `Présence sans inscription notée à ${at}`;
  line.querySelector("[data-state]").append(fill(copy("pending"), { what }));
  return line;
}

function pendingWords(kept, pending) {
  const at = hour(corrected(kept, pending.device_time), kept.snapshot.time_zone);
  if (pending.kind === "presence") return `Signature de ${at}`;
  if (pending.kind === "declared") return `Présence déclarée à ${at}`;
  const reason = kept.snapshot.reasons.find(({ value }) => value === pending.absence_reason);
  return `Absence, ${(reason?.label ?? "").toLowerCase()}`;
}

function lockPart(screen, kept, rows, { early, over }) {
  const part = screen.querySelector("[data-lock]");
  const link = part.querySelector("a");
  const absent = rules.missing(kept.snapshot, rows);
  const begun = now(kept) >= Date.parse(kept.snapshot.starts_at);
  let words = "Tout le monde est noté sur cet appareil.";
  if (kept.snapshot.closed) words = "Demi-journée close.";
  else if (rules.pendingLock(rows)) {
    words =
      "Clôture demandée, en attente de confirmation. Gardez cet appareil jusqu’au retour du réseau.";
    part.classList.add("is-pending");
  } else if (absent.length) words = rules.missingWords(absent);
  // Many names would hide the list that they come from.
  part.classList.toggle("lock--long", absent.length > 4);
  fill(part, { lock: words });
  if (early || over || !begun || absent.length) link.remove();
  else link.href = "#clore";
}

// --- The forms ------------------------------------------------------------------------------------

export function signing(state, person, act) {
  const screen = fill(copy("signing"), {
    name: person.name,
    statement: state.kept.snapshot.statement,
  });
  onSubmit(screen, state, act, (form) => ({
    kind: "presence",
    enrolment: person.enrolment,
    ...signatureOf(form),
    ...arrivalOf(form),
  }));
  return screen;
}

export function declaring(state, person, act) {
  const screen = fill(copy("declaring"), { name: person.name });
  onSubmit(screen, state, act, (form) => ({
    kind: "declared",
    enrolment: person.enrolment,
    reason: form.elements.reason.value.trim(),
    ...arrivalOf(form),
  }));
  return screen;
}

export function walkingIn(state, act) {
  const screen = copy("walking-in");
  onSubmit(screen, state, act, (form) => {
    const contact = form.elements.contact.value.trim();
    return {
      kind: "walk_in",
      who: form.elements.who.value.replace(/\s+/g, " ").trim(),
      ...(contact ? { contact } : {}),
    };
  });
  return screen;
}

export function locking(state, act) {
  const { kept, rows } = state;
  const { snapshot } = kept;
  const screen = fill(copy("locking"), {
    statement: snapshot.lock_statement,
    trainer: snapshot.trainer,
  });
  const summary = screen.querySelector("[data-summary]");
  for (const person of snapshot.people) {
    const what = rules.isPresent(person, rows) ? "Présence" : "Absence";
    summary.append(fill(copy("line"), { name: person.name, what }));
  }
  const early = now(kept) < Date.parse(snapshot.lock_from);
  if (!early) screen.querySelector("[data-early]").remove();
  onSubmit(screen, state, act, (form) => {
    const reason = form.elements.early_reason?.value.trim() ?? "";
    return { kind: "lock", ...signatureOf(form), ...(reason ? { early_reason: reason } : {}) };
  });
  return screen;
}

// Once the form is in the page, its frame can be measured.
export function wake(screen) {
  const root = screen.querySelector("[data-signature]");
  if (root) new SignatureFrame(root);
}

function signatureOf(form) {
  const { strokes, signed_name: typed, consent } = form.elements;
  const drawn = JSON.parse(strokes.value || "[]");
  if (drawn.length) return { strokes: drawn };
  const name = typed.value.trim();
  return { ...(name ? { signed_name: name } : {}), consent: consent.checked };
}

function arrivalOf(form) {
  const arrived = form.elements.arrived_at.value;
  return arrived ? { arrived_at: arrived } : {};
}

// The key of the action is made with its form: sent twice, it is written once.
function onSubmit(screen, { kept, rows }, act, itemOf) {
  const form = screen.querySelector("form");
  const button = form.querySelector("[type=submit]");
  const place = screen.querySelector("[data-fault]");
  const key = crypto.randomUUID();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(button, async () => {
      const item = { key, ...itemOf(form) };
      const wrong = (await rules.fault(kept.snapshot, rows, item, now(kept))) || (await act(item));
      fill(place, { fault: wrong });
      place.hidden = !wrong;
      if (wrong) place.focus();
    });
  });
}

// While it works a button does nothing more; it keeps the focus.
export async function once(button, work) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
