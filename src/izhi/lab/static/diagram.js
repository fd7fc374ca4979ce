// The bifurcation diagram, which the laboratory's server finds.

import { h } from "./dom.js";
import { Link, token } from "./link.js";
import { Frame, Surface, line } from "./surface.js";

/**
 * The panel of the diagram. The server answers {parameter, unit, branches: [{value, voltage, stable, kind}],
 * marks: [{kind, value, voltage}], value, lowest, highest}, or {error}.
 */
export function diagramPanel(lab) {
  const surface = new Surface("Bifurcation diagram: equilibria and extremes of v at steady currents");
  const words = h("p", { class: "hint" }, "");
  const find = h("button", { type: "button", onclick: () => ask() }, "find for these parameters");
  const panel = h("div", { id: "diagram-panel", class: "panel", hidden: true }, surface.box, find, words);
  let answer = null;
  async function ask() {
    const { experiment, run } = lab;
    words.textContent = "being computed …";
    try {
      const reply = await fetch("api/diagram", {
        method: "POST",
        headers: { "content-type": "application/json", "x-izhi-token": token() ?? "" },
        body: JSON.stringify({ model: run.model, parameters: experiment.parameters, current: run.current }),
      });
      const table = await reply.json();
      if (!reply.ok || table.error) throw new Error(table.error ?? `the server says ${reply.status}`);
      answer = table;
      words.textContent = (table.marks ?? [])
        .map(({ kind, value }) => `${kind} at ${Number(value.toPrecision(5))}`)
        .join("; ");
    } catch (problem) {
      words.textContent = `No diagram: ${problem.message}`;
    }
  }
  const frame = () => {
    if (!panel.hidden && answer) surface.paint((pen, width, height) => draw(pen, width, height, answer, lab));
  };
  return { panel, frame, ask, available: Link.available };
}

function draw(
  pen,
  width,
  height,
  { parameter = "I", unit = "", branches = [], marks = [], value = [], lowest = [], highest = [] },
  lab,
) {
  const { colours } = lab;
  const xs = [...branches.flatMap((b) => b.value), ...value].filter(Number.isFinite);
  const ys = [...branches.flatMap((b) => b.voltage), ...lowest, ...highest].filter(Number.isFinite);
  if (!xs.length || !ys.length) return;
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const frame = new Frame([60, 10, width - 20, height - 38], [Math.min(...xs), Math.max(...xs)], [low - 5, high + 5]);
  frame.axes(pen, colours, { x: `${parameter} [${unit || lab.model.current}]`, y: "v [mV]" });
  frame.within(pen, () => {
    pen.fillStyle = colours.v;
    for (const row of [lowest, highest])
      row.forEach((v, k) => Number.isFinite(v) && pen.fillRect(frame.x(value[k]) - 1.5, frame.y(v) - 1.5, 3, 3));
    pen.strokeStyle = colours.ink;
    pen.lineWidth = 2;
    for (const branch of branches) stretches(pen, frame, branch);
    pen.setLineDash([]);
    for (const mark of marks) {
      pen.beginPath();
      pen.arc(frame.x(mark.value), frame.y(mark.voltage), 5, 0, 2 * Math.PI);
      pen.fillStyle = colours.warn;
      pen.fill();
    }
    pen.strokeStyle = colours.i;
    pen.setLineDash([4, 4]);
    if (parameter === "I")
      line(pen, [
        [frame.x(lab.run.current), frame.top],
        [frame.x(lab.run.current), frame.bottom],
      ]);
    pen.setLineDash([]);
  });
}

/** A branch: solid where it is stable, dashed where it is not. */
function stretches(pen, frame, { value, voltage, stable }) {
  const n = value.length;
  for (let first = 0; first < n - 1;) {
    let last = first + 1;
    while (last < n - 1 && stable[last] === stable[first]) last += 1;
    const points = [];
    for (let k = first; k <= last; k += 1) {
      if (Number.isFinite(voltage[k])) points.push([frame.x(value[k]), frame.y(voltage[k])]);
    }
    pen.setLineDash(stable[first] ? [] : [5, 4]);
    line(pen, points);
    first = last;
  }
}
