// Logging out leaves nobody's name on the device.
import * as store from "./store.js";

const form = document.querySelector("[data-forget]");
const waiting = await store.queueLength();
if (waiting) document.querySelector("[data-unsent]").hidden = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await store.forgetAll();
  } finally {
    form.submit();
  }
});
