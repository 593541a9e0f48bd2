// The three screens of the device: the list, one person's signature, the lock. They are made from
// the <template>s of the page, which hold all of their words that do not depend on the moment.
import { SignatureFrame } from "../signature.js";
import { corrected, hour, now } from "./clock.js";

const people = (count) => `${count}\u00a0personne${count > 1 ? "s" : ""}`;
const indications = (count) => `${count}\u00a0indication${count > 1 ? "s" : ""}`;

export function copy(name) {
  return document.getElementById(`offline-${name}`).content.firstElementChild.cloneNode(true);
}

export function fill(root, values) {
  for (const [name, text] of Object.entries(values)) {
    for (const item of root.querySelectorAll(`[data-text="${name}"]`)) item.textContent = text;
  }
  return root;
}

// What waits for a person: the last indication given on this device.
export function pendingOf(queue, enrolment) {
  return queue.findLast((item) => item.enrolment === enrolment);
}

export const missing = (kept, queue) =>
  kept.snapshot.people.filter((person) => !person.state && !pendingOf(queue, person.enrolment));

const lockRequest = (queue) => queue.find((item) => item.kind === "lock");

// --- The list -------------------------------------------------------------------------------------

export function list(kept, queue, act) {
  const { snapshot } = kept;
  const screen = fill(copy("list"), {
    title: snapshot.title,
    when: snapshot.when_words,
    place: snapshot.place,
    ready: snapshot.ready_words,
  });
  const waiting = screen.querySelector("[data-waiting]");
  waiting.hidden = !queue.length;
  fill(waiting, {
    waiting: `${indications(queue.length)} en attente de confirmation`,
  });
  notices(screen, kept);
  const early = now(kept) < Date.parse(snapshot.opens_at);
  const over = snapshot.closed || Boolean(lockRequest(queue));
  const rows = screen.querySelector("[data-people]");
  for (const person of snapshot.people) {
    rows.append(row(kept, queue, person, { early, over, act }));
  }
  if (!snapshot.people.length) rows.append(copy("nobody"));
  lockPart(screen, kept, queue, { early, over });
  return screen;
}

function notices(screen, kept) {
  const { snapshot, answers } = kept;
  const place = screen.querySelector("[data-notices]");
  const say = (text, kind = "warning") => {
    const notice = fill(copy("notice"), { notice: text });
    notice.classList.add(`notice--${kind}`);
    place.append(notice);
  };
  if (snapshot.closed) say("Cette demi-journée est close.", "success");
  else if (now(kept) < Date.parse(snapshot.opens_at)) {
    say(`L’émargement ouvre à ${hour(Date.parse(snapshot.opens_at))}.`);
  } else if (now(kept) > Date.parse(snapshot.closes_at)) {
    say(
      `Les heures de signature ont fini à ${hour(Date.parse(snapshot.closes_at))}\u00a0: ce qui est ` +
        "signé maintenant sera une régularisation, déclarée en votre nom.",
    );
  }
  for (const answer of answers) {
    if (answer.outcome === "recorded") continue;
    const person = snapshot.people.find((item) => item.enrolment === answer.enrolment);
    const who = person?.name ?? (answer.kind === "lock" ? "Clôture" : "Une personne");
    const at = hour(corrected(kept, answer.device_time));
    if (answer.outcome === "refused") say(`${who}, ${at}\u00a0: non repris. ${answer.message}`, "error");
    else if (answer.outcome === "conflict") {
      say(
        `${who}\u00a0: ce qui a été noté ici à ${at} ne s’accorde pas avec ce qui était déjà ` +
          "enregistré. Les deux sont gardés, le secrétariat départagera.",
      );
    } else say(`${who}\u00a0: signature de ${at} enregistrée comme régularisation.`);
  }
}

function row(kept, queue, person, { early, over, act }) {
  const item = fill(copy("person"), { name: person.name });
  const pending = pendingOf(queue, person.enrolment);
  const state = item.querySelector("[data-state]");
  const buttons = item.querySelector("[data-gestures]");
  if (pending) {
    item.classList.add("is-pending");
    const mark = copy("pending");
    const reason = kept.snapshot.reasons.find(({ value }) => value === pending.absence_reason);
    const at = hour(corrected(kept, pending.device_time));
    fill(mark, {
      what:
        pending.kind === "presence"
          ? `Signature de ${at}`
          : `Absence, ${(reason?.label ?? "").toLowerCase()}`,
    });
    state.append(mark);
  } else if (person.state) {
    const mark = fill(copy("recorded"), { what: person.words });
    if (person.state === "absent") mark.classList.add("mark--absent");
    state.append(mark);
  }
  const isPresent = pending ? pending.kind === "presence" : person.state === "present";
  if (early || over || isPresent) {
    buttons.remove();
    return item;
  }
  const sign = buttons.querySelector("[data-sign]");
  sign.href = `#signer-${person.enrolment}`;
  const late = pending || person.state;
  fill(sign, { sign: late ? "Arrivée tardive\u00a0: signer" : "Signer" });
  if (late) {
    sign.className = "";
    buttons.querySelector("[data-absence]").remove();
    return item;
  }
  state.append(sign);
  const reasons = buttons.querySelector("[data-reasons]");
  for (const { value, label } of kept.snapshot.reasons) {
    const button = copy("reason");
    button.textContent = label;
    button.addEventListener("click", () => act({ kind: "absence", enrolment: person.enrolment, absence_reason: value }));
    reasons.append(button);
  }
  return item;
}

function lockPart(screen, kept, queue, { early, over }) {
  const place = screen.querySelector("[data-lock]");
  const link = place.querySelector("a");
  const absent = missing(kept, queue);
  let words = "Tout le monde est noté sur cet appareil.";
  if (kept.snapshot.closed) words = "Demi-journée close.";
  else if (lockRequest(queue)) {
    words = "Clôture demandée, en attente de confirmation. Gardez cet appareil jusqu’au retour du réseau.";
    place.classList.add("is-pending");
  } else if (absent.length) {
    words = `Il manque ${people(absent.length)}\u00a0: ${absent.map(({ name }) => name).join(", ")}.`;
  }
  // Many names would hide the list that they come from.
  place.classList.toggle("lock--long", absent.length > 4);
  fill(place, { lock: words });
  if (early || over || absent.length) link.remove();
  else link.href = "#clore";
}

// --- Signing --------------------------------------------------------------------------------------

export function signing(kept, person, act) {
  const screen = fill(copy("signing"), { name: person.name, statement: kept.snapshot.statement });
  onSubmit(screen, person.name, (signature, form) => {
    const arrived = form.elements.arrived_at.value;
    act({
      kind: "presence",
      enrolment: person.enrolment,
      ...signature,
      ...(arrived ? { arrived_at: arrived } : {}),
    });
  });
  return screen;
}

export function locking(kept, queue, act) {
  const { snapshot } = kept;
  const screen = fill(copy("locking"), {
    statement: snapshot.lock_statement,
    trainer: snapshot.trainer,
  });
  const summary = screen.querySelector("[data-summary]");
  for (const person of snapshot.people) {
    const pending = pendingOf(queue, person.enrolment);
    const line = copy("line");
    const absent = pending ? pending.kind === "absence" : person.state === "absent";
    fill(line, { name: person.name, what: absent ? "Absence" : "Présence" });
    summary.append(line);
  }
  const early = now(kept) < Date.parse(snapshot.lock_from);
  const reason = screen.querySelector("[data-early]");
  if (!early) reason.remove();
  onSubmit(screen, snapshot.trainer, (signature, form) => {
    const text = form.elements.early_reason?.value.trim() ?? "";
    if (early && !text) return "Pour clore avant la fin, indiquez pourquoi.";
    act({ kind: "lock", ...signature, ...(early ? { early_reason: text } : {}) });
    return "";
  });
  return screen;
}

// Once the form is in the page, its frame can be measured.
export function wake(screen) {
  const root = screen.querySelector("[data-signature]");
  if (root) new SignatureFrame(root);
}

const bare = (text) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

function onSubmit(screen, name, then) {
  const form = screen.querySelector("form");
  const fault = screen.querySelector("[data-fault]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { strokes, signed_name: typed, consent } = form.elements;
    const drawn = JSON.parse(strokes.value || "[]");
    let wrong = "";
    if (drawn.length && !drawn.some((stroke) => stroke.length > 1)) {
      wrong = "Un simple point n’est pas une signature\u00a0: signez dans le cadre.";
    } else if (!drawn.length && !typed.value.trim()) {
      wrong = "Signez dans le cadre, ou saisissez votre prénom et votre nom.";
    } else if (!drawn.length && !consent.checked) {
      wrong = "Cochez la case d’accord pour que votre nom vaille signature.";
    } else if (!drawn.length && !bare(typed.value).some((word) => bare(name).includes(word))) {
      wrong = `Le nom saisi ne correspond pas à celui de ${name}.`;
    }
    wrong ||=
      then(drawn.length ? { strokes: drawn } : { signed_name: typed.value.trim(), consent: true }, form) || "";
    fill(fault, { fault: wrong });
    fault.hidden = !wrong;
    if (wrong) fault.focus();
  });
}
