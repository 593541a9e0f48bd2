// What waits and what was answered, in words.
import { corrected, hour } from "./clock.js";

const KINDS = {
  presence: "signature",
  declared: "présence déclarée",
  absence: "absence",
  walk_in: "présence sans inscription",
  lock: "demande de clôture",
};

export const count = (number, one, many = `${one}s`) => `${number}\u00a0${number > 1 ? many : one}`;

// « signature de 9 h 05 », « signature de 9 h 05, annulée ».
export function whatOf(item, place) {
  const at = hour(corrected(place, item.device_time), place.zone);
  if (item.kind === "undone") return `${KINDS[item.of]} de ${at}, annulée`;
  return `${KINDS[item.kind]} de ${at}`;
}

export const rowWords = (row, place) => `${row.name}\u00a0: ${whatOf(row.item, place)}`;

const OUTCOMES = {
  recorded: "enregistrée",
  regularised: "enregistrée comme « signé après coup », hors des heures d’émargement",
  conflict:
    "ne s’accorde pas avec ce qui était déjà enregistré. Les deux sont gardés, le secrétariat tranchera",
  noted: "notée\u00a0: le secrétariat retrouvera ou fera l’inscription",
  undone: "rien n’est enregistré",
  undone_late: "annulée trop tard, elle était déjà reçue et reste enregistrée\u00a0: corrigez-la",
  deposited: "remise au secrétariat, qui décidera",
  erased: "effacée de cet appareil, gardée dans le fichier enregistré",
};

// « Aïcha Morvan : signature de 9 h 05, enregistrée. »
export function answerWords(answer) {
  const what = `${answer.name}\u00a0: ${whatOf(answer, answer)}`;
  if (answer.outcome === "refused") return `${what}, non reprise. ${answer.message}`;
  return `${what}, ${OUTCOMES[answer.outcome] ?? answer.outcome}.`;
}

// What people must know of, while they are there.
export const isOdd = ({ outcome }) => !["recorded", "noted", "undone", "erased"].includes(outcome);
