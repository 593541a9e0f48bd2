// Preparing one half-day on this device: what the network must bring before it goes away.
import * as store from "./store.js";

const UNSURE =
  " Ce navigateur ne promet pas de tout garder jusque-là : rouvrez cette page avec du réseau le jour même, avant de partir.";

// The pages of the device are on it, whole.
export async function installed({ workerUrl, scope }) {
  await navigator.serviceWorker.register(workerUrl, { scope });
  await navigator.serviceWorker.ready;
}

// Whether the browser keeps what it is given for as long as it is asked to.
const isKept = async () => (await navigator.storage?.persist?.()) ?? false;

// What may be promised of a preparation: until when, and whether the browser may forget it before.
export const readyWords = async ({ ready_words: words }) =>
  `${words}.${(await isKept()) ? "" : UNSURE}`;

// The preparation kept, or the words of who refuses it; what waits is not touched. `ticket`: the one
// that is brought up to date without anybody asking. Throws when the network is not there.
export async function prepareHalfDay({ prepareUrl, csrfToken, ticket = "" }) {
  const device = await store.device();
  const response = await fetch(prepareUrl, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken },
    body: new URLSearchParams({ device, ticket }),
  });
  const answer = await response.json();
  if (!response.ok) return { refusal: answer.message };
  const skew = Date.now() - Date.parse(answer.preparation.server_time);
  await store.keepPreparation(answer.token, answer.preparation, skew);
  return { preparation: answer.preparation };
}
