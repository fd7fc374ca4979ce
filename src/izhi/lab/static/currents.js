// The injected current: its parts, which add up, and a pulse by hand.

import { h, numberField } from "./dom.js";
import { publishedExperiment } from "./experiment.js";
import { KINDS, checkedTable, typicalCurrent } from "./stimulus.js";

/** The editor of a laboratory's current. */
export function currentPanel(lab) {
  const list = h("div", { class: "terms" });
  const unit = () => lab.model.current;
  const change = (tables) => lab.setStimulus(tables.map(checkedTable).filter((table) => table !== null));
  const tables = () => lab.experiment.stimulus;
  const add = adder((kind) => {
    const scale = typicalCurrent(publishedExperiment(lab.experiment.preset).stimulus, unit());
    change([...tables(), { kind, ...KINDS[kind].fresh(scale) }]);
  });
  const restore = () => change(publishedExperiment(lab.experiment.preset).stimulus);
  const own = h("button", { type: "button", onclick: restore }, "preset's own");
  const replaced = (k, table) => change(tables().map((each, j) => (j === k ? table(each) : each)));
  let built = "";
  let fields = [];
  function build() {
    const terms = tables().map((table, k) => term(table, unit(), {
      set: (name, value) => replaced(k, (each) => ({ ...each, [name]: value })),
      kind: (kind) => replaced(k, (each) => converted(each, kind, unit())),
      remove: () => change(tables().filter((_, j) => j !== k)),
    }));
    fields = terms.map(({ inputs }) => inputs);
    list.replaceChildren(...terms.map(({ element }) => element));
    if (!terms.length) list.append(h("p", { class: "hint" }, "No current but the held one."));
  }
  function show() {
    // Fields stay while their kinds do, so that the focus stays as well.
    const wanted = JSON.stringify([unit(), tables().map((table) => [table.kind, table.rise !== undefined])]);
    if (wanted !== built) build();
    built = wanted;
    fields.forEach((inputs, k) => inputs.forEach(([name, input]) => {
      if (input.valueAsNumber !== tidy(tables()[k][name])) input.value = tidy(tables()[k][name]);
    }));
  }
  const pulse = h("div", { class: "pulse" });
  const both = () => (show(), pulse.replaceChildren(...pulseByHand(lab)));
  lab.on("new", both).on("stimulus", show);
  both();
  return h("section", { class: "card", "aria-label": "Current" }, h("header", {}, h("h2", {}, "Current"), add, own), list, pulse);
}

/** The menu from which a current is added. */
function adder(onadd) {
  const select = h("select", { "aria-label": "Add a current" }, h("option", { value: "" }, "add …"),
    Object.entries(KINDS).map(([kind, { title }]) => h("option", { value: kind }, title)));
  select.addEventListener("change", () => {
    if (select.value) onadd(select.value);
    select.value = "";
  });
  return select;
}

/** The button of a pulse, with its amplitude and width. */
function pulseByHand(lab) {
  const unit = lab.model.current;
  const { I, width } = lab.experiment.pulse;
  const change = (values) => lab.set("pulse", { ...lab.experiment.pulse, ...values });
  return [
    h("button", { type: "button", onclick: () => lab.inject(), title: "also: a click on the trace of I" }, "pulse now"),
    numberField({ label: "pulse amplitude", value: I, unit, onset: (x) => change({ I: x }) }),
    h("span", { class: "unit" }, unit),
    numberField({ label: "pulse width", value: width, unit: "ms", min: 0.01, onset: (x) => change({ width: x }) }),
    h("span", { class: "unit" }, "ms"),
  ];
}

/** Another kind of current of the same size. */
function converted(table, kind, unit) {
  return { kind, ...KINDS[kind].fresh(typicalCurrent([table], unit) * Math.sign(table.I || 1)) };
}

const LABELS = { frequency: "f", count: "n", std: "σ", tau: "τ", width: "width", period: "period" };

function term(table, unit, { set, kind, remove }) {
  const { fields } = KINDS[table.kind];
  const choose = h("select", { "aria-label": "Kind of current", value: table.kind, onchange: () => kind(choose.value) },
    Object.entries(KINDS).map(([name, { title }]) => h("option", { value: name }, title)));
  const units = { current: unit, slope: `${unit}/ms` };
  const shown = table.rise === undefined ? Object.entries(fields) : [["rise", "current"], ["start", "ms"], ["stop", "ms"]];
  const inputs = shown.map(([name, own]) => [
    name, numberField({ label: name, value: "", unit: units[own] ?? own, onset: (x) => set(name, x) }), units[own] ?? own,
  ]);
  const remover = h("button", { type: "button", "aria-label": `Remove this ${KINDS[table.kind].title}`, onclick: remove }, "×");
  const element = h("fieldset", { class: "term" }, h("legend", {}, choose, remover),
    inputs.map(([name, input, own]) => h("label", {}, h("span", {}, LABELS[name] ?? name), input, h("span", { class: "unit" }, own))));
  return { element, inputs };
}

const tidy = (x) => (Number.isFinite(x) ? Number(x.toPrecision(8)) : "");
