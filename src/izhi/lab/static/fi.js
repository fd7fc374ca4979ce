// The f-I curve: how fast the cell fires at each steady current, found a little at a time while the cell goes on.

import { Cell } from "./cell.js";
import { h, shown } from "./dom.js";
import { driveOf, typicalCurrent } from "./stimulus.js";
import { Frame, Surface, line } from "./surface.js";

const POINTS = 41;
const SLICE = 4; // Of each frame so much is for the curve [ms].
const [SETTLE, COUNT] = [500, 1000]; // What is let pass, and what is counted over [ms].
const CHUNK = 25; // [ms]

/** Spikes a second: by the intervals between them where there are some, since a count is a whole number. */
function rateOf(spikes) {
  if (spikes.length < 3) return (1000 * spikes.length) / COUNT;
  return (1000 * (spikes.length - 1)) / (spikes.at(-1) - spikes[0]);
}

/** Finds a curve in slices. */
class Survey {
  constructor(lab, low, high) {
    const { parameters, initial, scheme, dt } = lab.experiment;
    this.points = [];
    this.cellAt = (I) => new Cell({ model: lab.run.model, parameters, initial, scheme, dt, drive: driveOf([{ kind: "constant", I }]) });
    this.currents = Array.from({ length: POINTS }, (_, k) => low + ((high - low) * k) / (POINTS - 1));
    this.#next();
  }

  #next() {
    this.current = this.currents.shift();
    this.cell = this.current === undefined ? null : this.cellAt(this.current);
    this.spikes = [];
  }

  get done() {
    return this.cell === null;
  }

  work(deadline) {
    while (this.cell && performance.now() < deadline) {
      const from = this.cell.time;
      this.spikes.push(...this.cell.advance(from + CHUNK).spikes.filter((t) => t > SETTLE));
      if (this.cell.failed || this.cell.time === from) this.points.push([this.current, null]);
      else if (this.cell.time >= SETTLE + COUNT) this.points.push([this.current, rateOf(this.spikes)]);
      else continue;
      this.#next();
    }
  }
}

/** The panel of the f-I curve of a laboratory. */
export function fiPanel(lab) {
  const surface = new Surface("f-I curve: firing rate at steady currents");
  const words = h("p", { class: "hint" });
  const panel = h("div", { id: "fi-panel", class: "panel", hidden: true }, surface.box, words);
  let survey = null;
  let stale = true;
  const asked = () => {
    const { parameters, initial, scheme, dt } = lab.experiment;
    return JSON.stringify([lab.experiment.preset, parameters, initial, scheme, dt]);
  };
  let key = "";
  const begin = () => {
    key = asked();
    stale = false;
    const reach = 2 * typicalCurrent([...lab.published.stimulus, { I: lab.experiment.held }], lab.model.current);
    survey = new Survey(lab, -0.1 * reach, reach);
  };
  lab.on("changed", () => (stale = stale || asked() !== key));
  lab.on("new", () => (survey = null)); // The curve of another cell says nothing about this one.
  let settled = 0;
  const frame = () => {
    if (panel.hidden) return;
    // While a slider moves there is no use in beginning again and again.
    if (stale && performance.now() - settled > 300) begin();
    if (survey && !survey.done) survey.work(performance.now() + SLICE);
    if (!survey) return;
    const progress = survey.done ? "" : `${survey.points.length} of ${POINTS} … `;
    words.textContent =
      `${progress}Each point: a fresh cell at a steady current by ${lab.experiment.scheme}; ` +
      `${SETTLE} ms pass, then spikes are counted for ${COUNT / 1000} s.`;
    surface.paint((pen, width, height) => draw(pen, width, height, survey, lab));
  };
  lab.on("changed", () => (settled = performance.now()));
  return { panel, frame, get points() { return survey?.points ?? []; }, get done() { return survey?.done ?? false; } };
}

function draw(pen, width, height, { points, currents, current }, lab) {
  const { colours } = lab;
  const all = [...points.map(([I]) => I), ...(current === undefined ? [] : [current]), ...currents];
  const most = Math.max(10, ...points.map(([, f]) => f ?? 0));
  const frame = new Frame([60, 10, width - 20, height - 38], [all[0], all.at(-1)], [-0.04 * most, 1.08 * most]);
  frame.axes(pen, colours, { x: `I [${lab.model.current}]`, y: "rate [1/s]" });
  const good = points.filter(([, f]) => f !== null).map(([I, f]) => [frame.x(I), frame.y(f)]);
  frame.within(pen, () => {
    pen.strokeStyle = colours.v;
    pen.lineWidth = 2;
    line(pen, good);
    pen.fillStyle = colours.v;
    for (const [x, y] of good) {
      pen.beginPath();
      pen.arc(x, y, 2.5, 0, 2 * Math.PI);
      pen.fill();
    }
    const x = frame.x(lab.run.current);
    pen.strokeStyle = colours.i;
    pen.setLineDash([4, 4]);
    line(pen, [[x, frame.top], [x, frame.bottom]]);
    pen.setLineDash([]);
    pen.fillStyle = colours.i;
    pen.textAlign = "left";
    pen.fillText(`now: I = ${shown(lab.run.current)}, ${shown(lab.run.rate, 3)} /s`, frame.left + 8, frame.top + 6);
  });
}
