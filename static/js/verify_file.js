// Works out the SHA-256 of a chosen or dropped file, and sends that alone. Without this file, or
// where the browser has no cryptography (a page not served over https), the hash is typed; the form
// in which a person is typing it stays.
import { inPlace, isInUse } from "./in-use.js";

const LARGEST = 50 * 1024 * 1024; // bytes: a document of ours is a hundred times smaller
const zone = document.querySelector("[data-drop]");
const said = document.querySelector("[data-drop-said]");
const input = zone.querySelector("input[type=file]");
const form = document.querySelector("[data-file-form]");

let newest = null; // of two files chosen one after the other, the last is the one asked about

async function verify(file) {
  if (!file) return;
  newest = file;
  if (file.size > LARGEST) {
    said.textContent = "Ce fichier est trop lourd pour être un document de notre part.";
    return;
  }
  said.textContent = "Calcul de l’empreinte…";
  try {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    if (file !== newest) return;
    const bytes = [...new Uint8Array(digest)];
    form.elements.sha256.value = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    form.submit();
  } catch {
    if (file !== newest) return;
    said.textContent = "Ce fichier n’a pas pu être lu : réessayez, ou saisissez son empreinte.";
  }
}

if (globalThis.crypto?.subtle) {
  const isTyping = form.contains(document.activeElement) || isInUse(form);
  inPlace(() => {
    zone.hidden = false;
    if (!isTyping && !form.querySelector("[aria-invalid=true]")) form.hidden = true;
  });
  // Back from the answer, nothing is being worked out any more.
  addEventListener("pageshow", ({ persisted }) => persisted && (said.textContent = ""));
  input.addEventListener("change", () => verify(input.files[0]));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("drop--over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("drop--over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("drop--over");
    verify(event.dataTransfer.files[0]);
  });
}
