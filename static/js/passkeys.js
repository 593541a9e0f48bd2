// Shows the buttons that need a passkey, where the browser knows what one is, and says in words
// what allauth's own script only writes to the console.
import { inPlace } from "./in-use.js";

const BUTTONS = "#passkey_login, #mfa_webauthn_authenticate, #mfa_webauthn_add";

if (window.PublicKeyCredential) {
  inPlace(() => {
    for (const button of document.querySelectorAll(BUTTONS)) button.hidden = false;
  });
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  let notice = document.getElementById("passkey-error");
  if (!notice) {
    notice = document.createElement("div");
    notice.id = "passkey-error";
    notice.className = "notice notice--error";
    notice.setAttribute("role", "alert");
    const sentence = document.createElement("p");
    sentence.textContent =
      "La clé d’accès n’a pas répondu, ou la demande a été annulée. Réessayez, ou choisissez une autre façon de vous connecter.";
    notice.append(sentence);
  }
  document.querySelector("main h1").after(notice);
});
