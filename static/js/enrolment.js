// Shows the employer's fields only to those they concern. Without this file they all show.
// A field in use stays: the answer of a person who fills it in comes next.
import { hasFocus, inPlace, isPressed } from "./in-use.js";

const CONCERNED = ["employee", "apprentice", "other"];
const employer = document.getElementById("employer-fields");
const form = employer.closest("form");

function update() {
  const answers = new FormData(form);
  const filled = [...employer.querySelectorAll("input")].some((input) => input.value);
  const concerned =
    CONCERNED.includes(answers.get("trainee_type")) || answers.get("payer") === "employer";
  const refused = employer.querySelector("[aria-invalid=true]");
  const used = hasFocus(employer) || isPressed(employer);
  inPlace(() => (employer.hidden = !(concerned || filled || refused || used)));
}

form.addEventListener("change", update);
// Left empty by a person whom it does not concern, once the focus is elsewhere.
employer.addEventListener("focusout", () => setTimeout(update, 60));
// Back from another page, the browser may give the answers again after this file has run.
addEventListener("pageshow", update);
update();
