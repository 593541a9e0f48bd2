// Two clocks: the device's, which may be wrong, and the server's, known from the preparation.
// Hours are those of the place of the half-day, wherever the device believes to be.
const formats = {};

function parts(moment, zone) {
  formats[zone] ??= new Intl.DateTimeFormat("en-GB", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  });
  return Object.fromEntries(
    formats[zone].formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
  );
}

// « 9 h 05 » on the clocks of the place.
export function hour(moment, zone = "Europe/Paris") {
  const { hour: hours, minute } = parts(moment, zone);
  return `${hours}\u00a0h${minute ? `\u00a0${String(minute).padStart(2, "0")}` : ""}`;
}

// What the clocks of the place show, as milliseconds: to be compared with one another alone.
export function shown(moment, zone) {
  const { year, month, day, hour: hours, minute, second } = parts(moment, zone);
  return Date.UTC(year, month - 1, day, hours, minute, second);
}

// The right time, as far as this device can know it.
export const now = (kept) => new Date(Date.now() - kept.skew);

// A moment of this device's clock, as the right time.
export const corrected = (kept, deviceTime) => new Date(Date.parse(deviceTime) - kept.skew);
