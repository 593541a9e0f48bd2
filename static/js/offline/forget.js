// Logging out leaves no one's name on the device; what waits is sent first, and is not erased
// before it was seen by name and may be kept in a file.
import { inPlace } from "../in-use.js";
import { save } from "./files.js";
import * as store from "./store.js";
import { sendAll } from "./sync.js";
import { rowWords } from "./words.js";

const form = document.querySelector("[data-forget]");
const notice = document.querySelector("[data-unsent]");
const list = notice.querySelector("[data-unsent-rows]");
const button = form.querySelector("[type=submit]");
let leaving = false;
let seen = ""; // what was shown of what waits

async function show() {
  const waiting = await store.waiting();
  const rows = waiting.flatMap((ticket) => ticket.rows.map((row) => rowWords(row, ticket)));
  list.replaceChildren(
    ...rows.map((words) => {
      const line = document.createElement("li");
      line.textContent = words;
      return line;
    }),
  );
  if (notice.hidden !== !rows.length) inPlace(() => (notice.hidden = !rows.length));
  button.textContent = rows.length ? "Effacer et me déconnecter" : "Me déconnecter";
  return rows.join("\n");
}

// Before anything is read: a quick tap leaves no name either; a second one sends nothing more.
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (leaving) return;
  leaving = true;
  const waits = await show().catch(() => seen);
  // Pressed before it could be read, or something more waits since.
  if (waits !== seen) {
    seen = waits;
    leaving = false;
    return;
  }
  try {
    await store.forgetAll();
  } finally {
    form.submit();
  }
});
notice.querySelector("[data-unsent-save]").addEventListener("click", async () => {
  for (const ticket of await store.waiting()) await save(ticket);
});
// Back from the next page, one may log out again.
addEventListener("pageshow", () => (leaving = false));
seen = await show().catch(() => "");
if (seen) {
  await sendAll(form.dataset.sendUrl);
  seen = await show();
}
