// What htmx replaces is replaced around the person: what has the focus stays the same element, what
// was opened stays open, and what is being chosen, typed or pressed makes the answer wait. The same
// question is not asked twice. Loaded before htmx, so that no answer comes without it.
import { hasFocus, isInUse, isPressed } from "./in-use.js";

const asked = new Map(); // by form: the question on its way, then the one that is answered
const underWay = new Map(); // by element: its request
let waiting = null; // whose answer waits, and for what to be free

// --- Focus, open details --------------------------------------------------------------------------

const words = (item) => item.textContent.replace(/\s+/g, " ").trim();

// The same thing to do: under another look perhaps, never another person or another place.
function isTwin(one, other) {
  if (one.id || other.id) return one.id === other.id;
  const same = (name) => one.getAttribute(name) === other.getAttribute(name);
  return (
    ["href", "name", "value", "type"].every(same) &&
    one.form?.getAttribute("action") === other.form?.getAttribute("action") &&
    words(one.closest("summary") ?? one) === words(other.closest("summary") ?? other)
  );
}

function twinOf(item, oldRoot, newRoot) {
  const among = (root) =>
    [...root.querySelectorAll(item.localName)].filter((other) => isTwin(item, other));
  return among(newRoot)[among(oldRoot).indexOf(item)];
}

// The answer, where the twin of what has the focus says to htmx that the element in place is kept
// (`hx-preserve`); null when there is no such twin.
function around(target, answer, selector) {
  const read = new DOMParser().parseFromString(answer, "text/html");
  const root = selector ? read.querySelector(selector) : read.body;
  if (!root) return answer;
  for (const details of target.querySelectorAll("details[id]")) {
    read.getElementById(details.id)?.toggleAttribute("open", details.open);
  }
  const item = document.activeElement;
  if (item !== target && target.contains(item)) {
    const twin = twinOf(item, target, root);
    if (!twin) return null;
    for (const name of twin.getAttributeNames()) item.setAttribute(name, twin.getAttribute(name));
    if (item.innerHTML !== twin.innerHTML) item.innerHTML = twin.innerHTML;
    item.id ||= `kept-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    twin.id = item.id;
    twin.setAttribute("hx-preserve", "true");
  }
  return /<html[\s>]/i.test(answer) ? read.documentElement.outerHTML : read.body.innerHTML;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  const { target, requestConfig } = detail;
  if (!detail.shouldSwap) return;
  const kept = isInUse(target)
    ? null
    : around(target, detail.serverResponse, requestConfig.elt.getAttribute("hx-select"));
  if (kept !== null) {
    detail.serverResponse = kept;
    waiting = null;
    return;
  }
  waiting = { elt: requestConfig.elt, target };
  asked.delete(requestConfig.elt);
  // What a poll sends beside its list (a count read aloud) is shown all the same.
  if (target === requestConfig.elt) detail.swapOverride = "none";
  else detail.shouldSwap = false;
});

// Where the browser cannot move an element without its losing the focus, it is given back.
let focused = null;
document.addEventListener("htmx:beforeSwap", () => (focused = document.activeElement));
document.addEventListener("htmx:afterSwap", () => {
  if (focused?.isConnected && document.activeElement === document.body)
    focused.focus({ preventScroll: true });
});

// Free again: what waited is asked for anew.
for (const name of ["focusout", "pointerup", "pointercancel"]) {
  addEventListener(name, () =>
    setTimeout(() => {
      if (!waiting || hasFocus(waiting.target) || isPressed(waiting.target)) return;
      const { elt } = waiting;
      waiting = null;
      if (elt.isConnected) htmx.trigger(elt, "release");
    }, 60),
  );
}

// The whole page is to be loaded again, work being over: not while a person types or chooses. The
// next poll asks again.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const isNewPage = ["HX-Refresh", "HX-Redirect"].some((name) =>
    event.detail.xhr.getResponseHeader(name),
  );
  if (isNewPage && isInUse(document.body)) event.preventDefault();
});

// --- The same question, once ----------------------------------------------------------------------

const question = (entries) =>
  new URLSearchParams([...entries].filter(([, value]) => String(value).trim())).toString();

// What the page answered when it was loaded, as its form would ask it.
const answered = (form) => {
  const names = new Set([...form.elements].map(({ name }) => name));
  return question([...new URLSearchParams(location.search)].filter(([name]) => names.has(name)));
};

// Before `hx-sync`, which would already have given up the first of two.
document.addEventListener("htmx:confirm", (event) => {
  const form = event.target;
  if (!form.matches("form[hx-get]")) return;
  const now = question(new FormData(form));
  if ((asked.get(form) ?? answered(form)) === now) event.preventDefault();
  else asked.set(form, now);
});

document.addEventListener("htmx:beforeSend", ({ detail }) => underWay.set(detail.elt, detail.xhr));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (underWay.get(detail.elt) !== detail.xhr) return; // given up for a newer one
  underWay.delete(detail.elt);
  if (!detail.successful) asked.delete(detail.elt);
});

// --- Back and forward -----------------------------------------------------------------------------

// An answer on its way would land on another page than the one that asked.
addEventListener("popstate", () => {
  for (const elt of underWay.keys()) htmx.trigger(elt, "htmx:abort");
  underWay.clear();
  asked.clear();
  waiting = null;
});

// What comes back is the page as it was written, without what its fields held: its address says it.
document.addEventListener("htmx:historyRestore", () => {
  const values = new URLSearchParams(location.search);
  for (const form of document.querySelectorAll("form[hx-get]")) {
    for (const field of form.elements) {
      if (field.type === "checkbox")
        field.checked = values.getAll(field.name).includes(field.value);
      else if (field.name) field.value = values.get(field.name) ?? "";
    }
  }
});
