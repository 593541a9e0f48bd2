// The list of a half-day is sent again when somebody signs: what the trainer had opened stays open,
// and the list does not change under the finger or the focus of somebody who is choosing.
let opened = [];

document.addEventListener("htmx:beforeSwap", (event) => {
  const list = document.getElementById("live");
  if (event.detail.target !== list) return;
  const busy = document.activeElement?.closest("details[open]");
  if (busy && list.contains(busy)) {
    event.detail.shouldSwap = false; // The next answer will bring what this one had.
    return;
  }
  opened = [...list.querySelectorAll("details[open][id]")].map((item) => item.id);
  const href = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  if (href) opened.focus = href;
});

document.addEventListener("htmx:afterSettle", () => {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  if (opened.focus) document.querySelector(`#live a[href="${CSS.escape(opened.focus)}"]`)?.focus();
  opened = [];
});
