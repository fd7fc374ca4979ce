// Synaptic events: series on a receptor at given times, and one by hand.

import { BOOK } from "./book.js";
import { h, numberField } from "./dom.js";

/** A weight that moves a cell whose currents have this unit. */
const TYPICAL = { pA: 20, "mV/ms": 0.3 };

/** A list of times as people write it, or undefined. */
function timesOf(text) {
  const times = text.split(/[\s,;]+/).filter(Boolean).map(Number);
  return times.length && times.every((t) => Number.isFinite(t) && t >= 0) ? times.sort((a, b) => a - b) : undefined;
}

/** The editor of a laboratory's synaptic events. */
export function synapsePanel(lab) {
  const list = h("div", { class: "terms" });
  const events = () => lab.experiment.events;
  const add = () => lab.setEvents([...events(), { receptor: "AMPA", t: [20], weight: TYPICAL[lab.model.current] ?? 1 }]);
  const header = h("header", {}, h("h2", {}, "Synapses"), h("button", { type: "button", onclick: add }, "add events"));
  let built = "";
  function show() {
    const now = JSON.stringify([lab.model.conductance, events()]);
    if (now === built || list.contains(document.activeElement)) return;
    built = now;
    list.replaceChildren(...events().map((series, k) => row(lab, series, (changed) =>
      lab.setEvents(events().flatMap((each, j) => (j === k ? (changed ? [{ ...each, ...changed }] : []) : [each]))))));
  }
  lab.on("changed", show).on("new", () => ((built = ""), show()));
  show();
  return h("section", { class: "card", "aria-label": "Synapses" }, header, list);
}

function row(lab, { receptor, t, weight }, change) {
  const unit = lab.model.conductance;
  const which = h("select", { "aria-label": "Receptor", value: receptor, onchange: () => change({ receptor: which.value }) },
    BOOK.receptors.map((name) => h("option", { value: name }, name)));
  const times = h("input", { type: "text", "aria-label": "Times of the events [ms]", value: t.join(", "), onchange: () => {
    const read = timesOf(times.value);
    times.setAttribute("aria-invalid", String(read === undefined));
    if (read) change({ t: read });
  } });
  const remove = h("button", { type: "button", "aria-label": "Remove these events", onclick: () => (remove.blur(), change(null)) }, "×");
  const now = h("button", { type: "button", onclick: () => lab.receive(which.value, weight) }, "now");
  return h("fieldset", { class: "term" }, h("legend", {}, which, now, remove),
    h("label", {}, h("span", {}, "weight"), numberField({ label: "weight", value: weight, unit, min: 0, onset: (x) => change({ weight: x }) }), h("span", { class: "unit" }, unit)),
    h("label", {}, h("span", {}, "at"), times, h("span", { class: "unit" }, "ms")));
}
