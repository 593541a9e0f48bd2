// What waits and cannot be sent, as a file: handed in to the office, or saved on the device.
import { sha256 } from "./rules.js";
import * as store from "./store.js";
import { whatOf } from "./words.js";

const FORMAT = "emargement-hors-ligne";

// Sorted keys, no spaces: the form that the server digests (core/domain/canonical.py).
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const pairs = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${pairs.join(",")}}`;
}

async function fileOf(ticket) {
  const content = {
    ticket: ticket.token,
    half_day: ticket.halfDay,
    title: ticket.title,
    when: ticket.when,
    skew: Math.round(ticket.skew),
    items: ticket.rows.map(({ item, name }) => ({ ...item, name, words: whatOf(item, ticket) })),
  };
  const digest = await sha256(new TextEncoder().encode(canonical(content)));
  return JSON.stringify({ format: FORMAT, sha256: digest, content }, null, 1);
}

const keysOf = (ticket) => ticket.rows.map(({ item }) => item.key);

// A file of the device, named after the half-day, which names no one.
export async function save(ticket) {
  const file = new Blob([await fileOf(ticket)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `emargement-${ticket.halfDay}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  await store.markSaved(ticket.ticket, keysOf(ticket));
}

// Answers { ok, message }: the office has it, or why not.
export async function handIn(ticket, address) {
  try {
    const form = await fetch(address, {
      redirect: "manual",
      headers: { Accept: "application/json" },
    });
    if (form.type === "opaqueredirect" || form.status === 403) return { ok: false, login: true };
    if (!form.ok) return { ok: false, message: "" };
    const { token } = await form.json();
    const response = await fetch(address, {
      method: "POST",
      redirect: "manual",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": token,
        "X-Reason": ticket.blocked?.code ?? "",
        "X-Sent-At": new Date().toISOString(),
      },
      body: await fileOf(ticket),
    });
    if (response.type === "opaqueredirect") return { ok: false, login: true };
    const answer = await response.json();
    if (!response.ok) return { ok: false, message: answer.message };
    await store.handedIn(ticket.ticket, answer.results, keysOf(ticket));
    return { ok: true, message: "" };
  } catch {
    return { ok: false, message: "" };
  }
}
