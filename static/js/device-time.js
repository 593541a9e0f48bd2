// What the clock of the device says when one signs; the server keeps it beside its own.
const field = document.querySelector("[data-device-time]");
field?.form.addEventListener("submit", () => {
  field.value = new Date().toISOString();
});
