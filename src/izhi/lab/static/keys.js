// The keyboard, and the list of what it does.

import { h } from "./dom.js";

const LIST = [
  ["space", "run or pause"],
  [".", "one step"],
  ["r", "restart"],
  ["i", "inject a pulse now"],
  ["arrows", "move the state, with the phase plane in focus (shift: farther)"],
  ["+, −, 0", "zoom the phase plane, or show all, with it in focus"],
  ["?", "this list"],
];

/** Listen to keys; returns the dialog that lists them and a function that stops listening. */
export function keys(lab, target) {
  const close = h("button", { type: "button", onclick: () => dialog.close() }, "close");
  const dialog = h(
    "dialog",
    { "aria-label": "Keys" },
    h("h2", {}, "Keys"),
    h(
      "dl",
      {},
      LIST.flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)]),
    ),
    close,
  );
  const does = {
    " ": () => lab.toggle(),
    ".": () => lab.stepOnce(),
    r: () => lab.restart(),
    i: () => lab.inject(),
    "?": () => (dialog.open ? dialog.close() : dialog.showModal()),
  };
  const listen = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !Object.hasOwn(does, event.key))
      return;
    const { tagName, type } = event.target;
    // What is typed into a field is meant for it, and the space bar belongs to buttons and boxes.
    if (tagName === "TEXTAREA" || (tagName === "INPUT" && !["range", "checkbox"].includes(type))) return;
    if (event.key === " " && (["BUTTON", "SELECT", "SUMMARY"].includes(tagName) || type === "checkbox")) return;
    if (tagName === "SELECT" && event.key !== "?") return;
    event.preventDefault();
    does[event.key]();
  };
  target.addEventListener("keydown", listen);
  return { dialog, stop: () => target.removeEventListener("keydown", listen) };
}
