// What may be written, by the server's own rules: tests/attendance/device_rules.json holds both to
// the same cases, in the same words.
import { plainWords } from "../text.js";
import { hour, shown } from "./clock.js";

const MAX_STROKES = 100;
const MAX_POINTS = 4000;
const HALF_A_DAY = 12 * 3_600_000; // milliseconds
const DAY = 2 * HALF_A_DAY;

export const people = (count) => `${count} personne${count > 1 ? "s" : ""}`;

// What waits for a person: the last action on this device that was not undone.
export const pendingOf = (rows, enrolment) =>
  rows.findLast(({ item }) => item.enrolment === enrolment && item.kind !== "undone")?.item;

export const pendingLock = (rows) => rows.findLast(({ item }) => item.kind === "lock")?.item;

export const isPresence = (item) => item?.kind === "presence" || item?.kind === "declared";

export function isPresent(person, rows) {
  const pending = pendingOf(rows, person.enrolment);
  return pending ? isPresence(pending) : person.state === "present";
}

export const missing = (snapshot, rows) =>
  snapshot.people.filter((person) => !person.state && !pendingOf(rows, person.enrolment));

export const missingWords = (absent) =>
  `Il manque ${people(absent.length)}\u00a0: ${absent.map(({ name }) => name).join(", ")}.`;

// Why an action may not be written, knowing all that waits; "" when it may.
export function refusal(snapshot, rows, item) {
  if (snapshot.closed) return "Cette demi-journée est close.";
  if (pendingLock(rows)) {
    return item.kind === "lock"
      ? "La clôture est déjà demandée, en attente de confirmation."
      : "La clôture est demandée\u00a0: annulez-la d’abord pour noter autre chose.";
  }
  if (item.kind === "lock") {
    const absent = missing(snapshot, rows);
    return absent.length ? missingWords(absent) : "";
  }
  if (item.kind === "walk_in") return "";
  const person = snapshot.people.find(({ enrolment }) => enrolment === item.enrolment);
  if (!person) return "Cette personne n’est pas attendue à cette demi-journée.";
  if (isPresent(person, rows)) return `${person.name} a déjà signé à cette demi-journée.`;
  if (item.kind === "absence" && pendingOf(rows, person.enrolment))
    return `${person.name}\u00a0: une absence est déjà notée.`;
  return "";
}

// Why what was given is not good enough; "" when it is. `now`: the right time.
export async function fault(snapshot, rows, item, now) {
  if (now < Date.parse(snapshot.opens_at))
    return `L’émargement ouvre à ${hour(Date.parse(snapshot.opens_at), snapshot.time_zone)}.`;
  if (item.kind === "lock") {
    return lockFault(snapshot, rows, item, now);
  }
  if (item.kind === "absence") return refusal(snapshot, rows, item);
  if (item.kind === "declared" && !item.reason) return "Indiquez le motif.";
  if (item.kind === "walk_in" && !item.who) return "Indiquez le prénom et le nom.";
  if (item.kind === "presence") {
    const person = snapshot.people.find(({ enrolment }) => enrolment === item.enrolment);
    const wrong = await signatureFault(item, person?.name, person?.name_keys, item.enrolment);
    if (wrong) return wrong;
  }
  return arrivalFault(snapshot, item.arrived_at, now) || refusal(snapshot, rows, item);
}

async function lockFault(snapshot, rows, item, now) {
  if (now < Date.parse(snapshot.starts_at))
    return "Cette demi-journée n’a pas commencé\u00a0: elle ne peut pas être close.";
  const refused = refusal(snapshot, rows, item);
  if (refused) return refused;
  if (now < Date.parse(snapshot.lock_from) && !item.early_reason) {
    const end = hour(Date.parse(snapshot.ends_at), snapshot.time_zone);
    return `La demi-journée finit à ${end}\u00a0: pour la clore avant, indiquez pourquoi.`;
  }
  return signatureFault(item, snapshot.trainer, snapshot.trainer_keys, snapshot.ticket);
}

function arrivalFault(snapshot, arrived, now) {
  if (!arrived) return "";
  const zone = snapshot.time_zone ?? "Europe/Paris";
  const [starts, ends] = [
    shown(Date.parse(snapshot.starts_at), zone),
    shown(Date.parse(snapshot.ends_at), zone),
  ];
  const [hours, minutes] = arrived.split(":").map(Number);
  let read = starts - (starts % DAY) + (hours * 60 + minutes) * 60_000;
  // After midnight, in an evening.
  if (read < starts - HALF_A_DAY) read += DAY;
  if (Math.max(read, starts) >= ends)
    return "Les heures d’arrivée et de départ doivent se suivre, et tomber pendant la demi-journée.";
  if (read > shown(now, zone))
    return "Une heure d’arrivée ou de départ ne peut pas être dans le futur.";
  return "";
}

async function signatureFault(item, name, keys, salt) {
  const { strokes, signed_name: typed, consent } = item;
  if (strokes?.length) {
    const points = strokes.reduce((total, stroke) => total + stroke.length, 0);
    if (strokes.length > MAX_STROKES || points > MAX_POINTS)
      return "Ce tracé est trop long pour être enregistré\u00a0: effacez et signez plus simplement.";
    if (!strokes.some((stroke) => stroke.length > 1))
      return "Un simple point n’est pas une signature\u00a0: signez dans le cadre.";
    return "";
  }
  if (!typed) return "Signez dans le cadre, ou saisissez votre prénom et votre nom.";
  if (!consent) return "Cochez la case d’accord pour que votre nom vaille signature.";
  if (await names(keys, salt, typed)) return "";
  return (
    `Le nom saisi ne correspond pas à celui de ${name}\u00a0: ` +
    "saisissez le prénom et le nom de la personne qui signe."
  );
}

// Whether one of the words is the person's: only their cut SHA-256 are on the device.
export async function names(keys, salt, typed) {
  // Prepared by a former version: the server will say.
  if (!keys) return true;
  for (const word of plainWords(typed)) {
    const bytes = new TextEncoder().encode(`${salt}:${word}`);
    if (keys.includes((await sha256(bytes)).slice(0, 16))) return true;
  }
  return false;
}

export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
