// What is signed is kept by the tab until the server says that it is recorded: the page of login, a
// form that expired, a fault or a lost network in between take no drawing away. Offered again on the
// page of the same form to the same person, never sent by itself. Loaded before `signature.js`, which
// shows it.
import { inPlace } from "./in-use.js";

const PREFIX = "signature:"; // then the path to which the form is sent
const HOURS = 12;
const LEFT_OUT = ["csrfmiddlewaretoken", "consent"]; // an agreement is given each time

// A browser may refuse its storage: then nothing is kept, and signing goes on.
function safely(action) {
  try {
    return action(sessionStorage);
  } catch {
    return null;
  }
}

const slot = (form) => PREFIX + new URL(form.action, location.href).pathname;

const allKept = () =>
  safely((storage) => Object.keys(storage).filter((key) => key.startsWith(PREFIX))) ?? [];

const forget = (key) => safely((storage) => storage.removeItem(key));

function read(key) {
  const found = safely((storage) => JSON.parse(storage.getItem(key)));
  return found && Date.now() - found.at < HOURS * 3600_000 ? found : null;
}

function keep(form) {
  const fields = [...new FormData(form)].filter(
    ([name, value]) => !LEFT_OUT.includes(name) && typeof value === "string" && value,
  );
  const isSigned = fields.some(([name]) => ["strokes", "signed_name"].includes(name));
  if (!isSigned) return forget(slot(form));
  const { signer = "" } = form.dataset;
  safely((storage) =>
    storage.setItem(slot(form), JSON.stringify({ at: Date.now(), signer, fields })),
  );
}

function fill(control, value) {
  if (["checkbox", "radio"].includes(control.type)) control.checked = control.value === value;
  else control.value = value;
  control.closest?.("details")?.setAttribute("open", "");
}

// Only into a form that holds no signature: what the server sends back is newer. Where several people
// sign at the same URL, `data-signer` says who it is.
function giveBack(form) {
  const found = read(slot(form));
  const { strokes, signed_name: name } = form.elements;
  if (!found || strokes.value || name.value) return;
  if (found.signer !== (form.dataset.signer ?? "")) return;
  for (const [field, value] of found.fields) {
    if (form.elements[field]) fill(form.elements[field], value);
  }
  inPlace(() => (form.querySelector("[data-signature-kept]").hidden = false));
}

for (const { dataset } of document.querySelectorAll("[data-recorded]"))
  forget(PREFIX + dataset.recorded);
for (const key of allKept()) if (!read(key)) forget(key);

for (const root of document.querySelectorAll("[data-signature]")) {
  const form = root.closest("form");
  giveBack(form);
  form.addEventListener("submit", () => keep(form));
}

// Logging out leaves no one's drawing on the device.
document.querySelector("[data-forget]")?.addEventListener("submit", () => {
  for (const key of allKept()) forget(key);
});
