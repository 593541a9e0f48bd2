// What a person is doing on a page: a script that arrives, or a part of the page that is replaced,
// leaves it alone.
const BUTTONS = ["hidden", "submit", "button", "reset", "image"];
let pressed = null; // what a finger or a mouse is on, from the press to the click that it makes

addEventListener("pointerdown", (event) => (pressed = event.target), true);
for (const name of ["pointerup", "pointercancel"]) {
  addEventListener(name, () => setTimeout(() => (pressed = null), 50), true);
}

function isChanged(field) {
  if (BUTTONS.includes(field.type)) return false;
  if (field.type === "checkbox" || field.type === "radio")
    return field.checked !== field.defaultChecked;
  if (field.options)
    return [...field.options].some((option) => option.selected && !option.defaultSelected);
  return field.value !== field.defaultValue;
}

// Whether a field holds what the server did not put there.
export const isFilled = (root) =>
  [...root.querySelectorAll("input, select, textarea")].some(isChanged);

export const hasFocus = (root) => root.contains(document.activeElement);

export const isPressed = (root) => pressed !== null && root.contains(pressed);

// Whether replacing or hiding it would undo something: a press, words typed, a choice under way.
export function isInUse(root) {
  const item = hasFocus(root) ? document.activeElement : null;
  const isChoosing =
    item?.matches("input, select, textarea") ||
    root.contains(item?.closest("details[open]") ?? null);
  return isPressed(root) || isChoosing || isFilled(root);
}

// Changes the page without moving what a person is on: showing something above it pushes it down.
export function inPlace(change) {
  const item = pressed ?? document.activeElement;
  const before = item?.getBoundingClientRect().top;
  change();
  if (!item || item === document.body) return;
  const moved = item.getBoundingClientRect().top - before;
  if (moved) scrollBy({ top: moved, behavior: "instant" });
}
