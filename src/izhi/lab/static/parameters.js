// The parameters of the model as sliders and fields, made from the model's own table.

import { h, roundStep } from "./dom.js";
import { publishedExperiment } from "./experiment.js";
import { typicalCurrent } from "./stimulus.js";

const REACH = 30; // Of a voltage, up and down [mV].

/** From where to where a slider goes around a published value. */
function sensible({ symbol, unit, positive }, value, rate) {
  const size = Math.abs(value) || { "1/ms": 0.1, nS: 5, "nS/mV^2": 0.02, pA: 50, "mV/pA": 0.1 }[unit] || 5;
  if (positive) return [size / 5, 3 * size];
  if (unit === "mV") return [value - REACH, value + REACH];
  if (symbol === rate && value > 0) return [0, Math.max(5 * size, 0.1)];
  if (["k", "e", "f", "g", "umax", "gd", "ad"].includes(symbol)) return [0, 2 * size];
  return [-2.5 * size, 2.5 * size];
}

/** A slider and a number field that show one value. */
function pair({ label, title, unit, low, high, value, onset, allowed = () => true }) {
  const step = roundStep((high - low) / 200);
  const id = `p-${label.replace(/\W/g, "")}`;
  const slider = h("input", {
    type: "range", min: low, max: high, step, value, "aria-label": `${label}: ${title}`, "aria-description": `${title} [${unit}]`,
  });
  const field = h("input", {
    type: "number", step: "any", id, value: String(value), "aria-label": `${label} [${unit}]`, "aria-description": title,
  });
  const set = (x, from) => {
    const fine = Number.isFinite(x) && allowed(x);
    field.setAttribute("aria-invalid", String(!fine));
    if (!fine) return;
    if (from !== field && field.valueAsNumber !== x) field.value = String(x);
    reach(x);
    slider.value = x;
    if (from) onset(x);
  };
  const reach = (x) => {
    if (x < Number(slider.min)) slider.min = x;
    if (x > Number(slider.max)) slider.max = x;
  };
  slider.addEventListener("input", () => set(Number(Number(slider.value).toPrecision(10)), slider));
  field.addEventListener("input", () => set(field.valueAsNumber, field));
  const name = h("label", { for: id }, label.replace("_", "_\u200b")); // May be broken there.
  const row = h("div", { class: "parameter", title }, name, slider, field, h("span", { class: "unit" }, unit.replace("^2", "²")));
  return { row, set };
}

/** The sliders of a laboratory. */
export function parameterPanel(lab) {
  const rows = h("div", { class: "parameters" });
  let pairs = new Map();
  let held;
  function build() {
    const usual = publishedExperiment(lab.experiment.preset);
    const unit = lab.model.current;
    const reach = 2 * typicalCurrent([...usual.stimulus, { I: usual.pulse.I }], unit);
    held = pair({
      label: "+ I", title: "held current, added to everything", unit, low: -reach, high: reach,
      value: lab.experiment.held, onset: (x) => lab.setHeld(x),
    });
    held.row.classList.add("held");
    pairs = new Map(lab.model.parameters.map((quantity) => {
      const { symbol, unit: own, meaning, positive } = quantity;
      const [low, high] = sensible(quantity, usual.parameters[symbol], lab.model.rate);
      return [symbol, pair({
        label: symbol, title: meaning, unit: own, low, high, value: usual.parameters[symbol],
        onset: (x) => lab.setParameter(symbol, x), allowed: (x) => !positive || x > 0,
      })];
    }));
    rows.replaceChildren(held.row, ...[...pairs.values()].map(({ row }) => row));
    show();
  }
  function show() {
    held.set(lab.experiment.held);
    for (const [symbol, { set }] of pairs) set(lab.experiment.parameters[symbol]);
  }
  lab.on("new", build).on("changed", show);
  build();
  const reset = h("button", { type: "button", onclick: () => lab.resetParameters() }, "reset to preset");
  const head = h("header", {}, h("h2", {}, "Parameters"), reset);
  return h("section", { class: "card", "aria-label": "Parameters" }, head, rows);
}
