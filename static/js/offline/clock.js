// Two clocks: the device's, which may be wrong, and the server's, known from the preparation.
const words = new Intl.DateTimeFormat("fr-FR", {
  hour: "numeric",
  minute: "2-digit",
  timeZone: "Europe/Paris",
});

// « 9 h 05 », in the organisation's time.
export function hour(moment) {
  const parts = Object.fromEntries(words.formatToParts(moment).map(({ type, value }) => [type, value]));
  const minutes = parts.minute === "00" ? "" : `\u00a0${parts.minute}`;
  return `${Number(parts.hour)}\u00a0h${minutes}`;
}

// The right time, as far as this device can know it.
export const now = (kept) => new Date(Date.now() - kept.skew);

// A moment of this device's clock, as the right time.
export const corrected = (kept, deviceTime) => new Date(Date.parse(deviceTime) - kept.skew);
