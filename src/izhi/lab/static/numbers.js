// The numbers of the moment, beside the pictures.

import { h, shown } from "./dom.js";

const EVERY = 100; // They change no more often than this, so that they can be read [ms].

/** The readout of a laboratory. */
export function numbersPanel(lab) {
  const big = h("dl", { class: "big" });
  const fixed = h("div", { class: "equilibria" });
  const twin = h("p", { class: "twin", hidden: true });
  const pairs = new Map();
  function put(name, value, unit = "") {
    if (!pairs.has(name)) {
      const number = h("span", { "data-name": name });
      pairs.set(name, number);
      big.append(
        h("div", {}, h("dt", {}, name), h("dd", {}, number, h("span", { class: "unit" }, unit && ` ${unit}`))),
      );
    }
    if (pairs.get(name).textContent !== value) pairs.get(name).textContent = value;
  }
  lab.on("new", () => (pairs.clear(), big.replaceChildren()));
  let due = 0;
  lab.on("frame", () => {
    const now = performance.now();
    if (now < due) return;
    due = now + EVERY;
    const { run, model } = lab;
    put("time", run.time.toFixed(1), "ms");
    put("rate", shown(run.rate, 3), "/s");
    put("last ISI", shown(run.interval), "ms");
    put("spikes", String(run.history.count));
    model.state.forEach(({ symbol, unit }, r) => put(symbol, shown(run.cell.state[r]), unit));
    put("I", shown(run.current), model.current);
    showEquilibria(fixed, lab);
    showTwin(twin, run);
  });
  return h("section", { class: "card numbers", "aria-label": "Numbers" }, big, twin, fixed, stateFields(lab));
}

function eigenvalues(list) {
  const [first, second] = list;
  if (first[1] !== 0) return `${shown(first[0], 3)} ± ${shown(Math.abs(first[1]), 3)}i`;
  if (second?.[1]) return `${shown(first[0], 3)}, ${shown(second[0], 3)} ± ${shown(Math.abs(second[1]), 3)}i`;
  return list.map(([re]) => shown(re, 3)).join(", ");
}

function showEquilibria(box, lab) {
  const rows = lab
    .equilibria()
    .map(
      ({ state, type, eigenvalues: values, stable }) =>
        `${stable ? "●" : "○"} ${type} at v = ${shown(state[0])}, u = ${shown(state[1])}; λ = ${eigenvalues(values)} /ms`,
    );
  const text = rows.length ? rows.join("\n") : "no equilibrium: nowhere to rest";
  if (box.textContent !== text) box.textContent = text;
}

function showTwin(box, run) {
  box.hidden = !run.twin;
  if (!run.twin) return;
  const [a, b] = [run.history, run.twinHistory];
  const [s, t] = [a.spikes.at(-1), b.spikes.at(-1)];
  const apart = s !== undefined && t !== undefined ? `; last spike ${shown(s - t, 3)} ms from the true one` : "";
  const more = a.count - b.count;
  const count =
    more === 0
      ? "as many spikes"
      : `${Math.abs(more)} spike${Math.abs(more) === 1 ? "" : "s"} ${more > 0 ? "more" : "fewer"}`;
  const broke = run.twin.failed ? "; the true solution runs away" : "";
  const text = `${count} than accurate (${a.count}, ${b.count})${apart}${broke}`.replace(
    "as many spikes than",
    "as many spikes as",
  );
  if (box.textContent !== text) box.textContent = text;
}

/** The same as a click in the plane, for the keyboard. */
function stateFields(lab) {
  const fields = ["v", "u"].map((name) =>
    h("input", { type: "number", step: "any", "aria-label": `New ${name}`, placeholder: name }),
  );
  const set = () => {
    const { state } = lab.run.cell;
    lab.setState([
      ...fields.map((field, r) => (Number.isFinite(field.valueAsNumber) ? field.valueAsNumber : state[r])),
      ...state.slice(2),
    ]);
  };
  return h(
    "form",
    { class: "set-state", onsubmit: (event) => (event.preventDefault(), set()) },
    h("span", {}, "state:"),
    h("label", {}, "v ", fields[0]),
    h("label", {}, "u ", fields[1]),
    h("button", { type: "submit" }, "set"),
  );
}
