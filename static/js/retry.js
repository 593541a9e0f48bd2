// Sends a form again by itself, once its turn has come: a connection that many people share answers
// attempts one after the other. Without this script the button does it.
for (const form of document.querySelectorAll("form[data-retry-after]")) {
  setTimeout(() => form.requestSubmit(), 1000 * Number(form.dataset.retryAfter));
}
