// Shows the employer's fields only to those they concern. Without this file they all show.
const CONCERNED = ["employee", "apprentice", "other"];
const employer = document.getElementById("employer-fields");
const form = employer.closest("form");

function update() {
  const answers = new FormData(form);
  const filled = [...employer.querySelectorAll("input")].some((input) => input.value);
  const concerned =
    CONCERNED.includes(answers.get("trainee_type")) || answers.get("payer") === "employer";
  const refused = employer.querySelector("[aria-invalid=true]");
  employer.hidden = !(concerned || filled || refused);
}

form.addEventListener("change", update);
update();
