// Works out the SHA-256 of a chosen or dropped file, and sends that alone. Without this file, or
// where the browser has no cryptography (a page not served over https), the hash is typed.
const LARGEST = 50 * 1024 * 1024; // bytes: a document of ours is a hundred times smaller
const zone = document.querySelector("[data-drop]");
const said = document.querySelector("[data-drop-said]");
const input = zone.querySelector("input[type=file]");
const form = document.querySelector("[data-file-form]");

async function verify(file) {
  if (!file) return;
  if (file.size > LARGEST) {
    said.textContent = "Ce fichier est trop lourd pour être un document de notre part.";
    return;
  }
  said.textContent = "Calcul de l’empreinte…";
  try {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const bytes = [...new Uint8Array(digest)];
    form.elements.sha256.value = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    form.submit();
  } catch {
    said.textContent = "Ce fichier n’a pas pu être lu : réessayez, ou saisissez son empreinte.";
  }
}

if (globalThis.crypto?.subtle) {
  zone.hidden = false;
  if (!form.querySelector("[aria-invalid=true]")) form.hidden = true;
  // Back from the answer, nothing is being worked out any more.
  addEventListener("pageshow", () => (said.textContent = ""));
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
