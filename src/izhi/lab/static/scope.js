// The traces: v, u, w and I over the last part of the run, as on an oscilloscope.

import { Frame, Surface, line, trace } from "./surface.js";

const HEIGHTS = { v: 3.2, u: 1.35, w: 1.2, I: 1.15 };
const LEFT = 66;
const [RIGHT, TOP, BOTTOM, GAP] = [24, 10, 40, 12];

/** The traces of a laboratory. */
export class Scope {
  constructor(lab) {
    this.lab = lab;
    this.surface = new Surface("Traces of v, u and I over time. A click on the trace of I injects a pulse now.", {
      class: "scope",
    });
    this.surface.canvas.addEventListener("pointerdown", (event) => this.#pressed(event));
    this.surface.canvas.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      lab.inject();
    });
    this.ranges = {};
    lab.on("new", () => (this.ranges = {}));
  }

  /** The times in view: the whole window until it is full, then the last part. */
  get span() {
    const { run, span: length } = this.lab;
    return run.time <= length ? [0, length] : [run.time - length, run.time];
  }

  #pressed(event) {
    const [, y] = this.surface.at(event);
    const frame = this.frames?.I;
    if (frame && y >= frame.top - GAP / 2) this.lab.inject();
  }

  paint() {
    this.surface.paint((pen, width, height) => this.draw(pen, width, height, this.lab.colours));
  }

  /** Draw with any pen. */
  draw(pen, width, height, colours) {
    const rows = this.#rows(colours);
    const total = rows.reduce((sum, { name }) => sum + HEIGHTS[name], 0);
    const free = height - TOP - BOTTOM - GAP * (rows.length - 1);
    let top = TOP;
    this.frames = {};
    for (const row of rows) {
      const bottom = top + (free * HEIGHTS[row.name]) / total;
      const frame = new Frame([LEFT, top, width - RIGHT, bottom], this.span, this.#range(row));
      this.frames[row.name] = frame;
      const last = row === rows.at(-1);
      frame.axes(pen, colours, {
        x: last && "time [ms]",
        y: `${row.name} [${row.unit}]`,
        numbersX: last,
        yColour: row.colour,
      });
      frame.within(pen, () => this.#row(pen, frame, row, colours));
      top = bottom + GAP;
    }
    const edge = rows.at(-1);
    this.#now(pen, this.frames[edge.name], colours);
  }

  #rows(colours) {
    const { run } = this.lab;
    const rows = run.equations.state.map(({ symbol, unit }, r) => ({
      name: symbol,
      unit,
      colour: colours[symbol],
      of: (history) => history.state[r],
    }));
    rows.push({ name: "I", unit: run.equations.current, colour: colours.i, of: (history) => history.current });
    return rows;
  }

  /** The range of a row: that of the whole sweep as tried beforehand, widened by what is seen. */
  #range({ name, of }) {
    const { run, extent } = this.lab;
    const [from, to] = this.span;
    let [low, high] = extent[name] ?? [0, 0];
    const [least, most] = run.history.range(of(run.history), from, to);
    if (Number.isFinite(least)) low = Math.min(low, least);
    if (Number.isFinite(most)) high = Math.max(high, most);
    if (name === "v") high = Math.max(extent.v[1], Math.min(high, this.#peak(run.cell.state)));
    const pad = 0.06 * (high - low) || 1;
    const wanted = [low - pad, high + pad];
    const had = this.ranges[name];
    // Wider at once, narrower little by little.
    const next = had
      ? wanted.map((x, k) => ((k ? x > had[k] : x < had[k]) ? x : had[k] + 0.05 * (x - had[k])))
      : wanted;
    this.ranges[name] = next;
    return next;
  }

  #peak(state) {
    return this.lab.run.equations.peak(state[1], this.lab.run.cell.parameters);
  }

  #row(pen, frame, row, colours) {
    const { run } = this.lab;
    const [from, to] = this.span;
    const spiking = row.name === "v";
    pen.lineJoin = "round";
    const part = (history, start, colour, width, alpha) => {
      if (!history?.length) return;
      const most = spiking ? this.#peak(run.cell.state) : Infinity;
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.globalAlpha = alpha;
      const [first, last] = [Math.max(0, history.from(start) - 1), history.from(to)];
      trace(pen, frame, history.time, row.of(history), first, Math.min(history.length, last + 1), most);
      if (spiking) this.#spikes(pen, frame, history, Math.max(from, start));
      pen.globalAlpha = 1;
    };
    if (run.before.length && from === 0) part(run.before, run.time, row.colour, 1.25, 0.3);
    part(run.history, from, row.colour, 2, 1);
    if (run.twin && row.name !== "I") part(run.twinHistory, from, colours.true, 1.25, 1);
  }

  /** Every spike reaches the peak, whether or not its scheme has a sample there. */
  #spikes(pen, frame, history, from) {
    const peak = frame.y(this.#peak(this.lab.run.cell.state));
    pen.beginPath();
    for (const t of history.spikes) {
      if (t < from || t > frame.x1) continue;
      const after = Math.min(history.from(t), history.length - 1);
      const foot = Math.min(history.state[0][Math.max(0, after - 1)], history.state[0][after]);
      pen.moveTo(frame.x(t), frame.y(foot));
      pen.lineTo(frame.x(t), peak);
    }
    pen.stroke();
  }

  #now(pen, lowest, colours) {
    const { run } = this.lab;
    const x = lowest.x(run.time);
    pen.strokeStyle = colours.muted;
    pen.lineWidth = 1;
    pen.globalAlpha = 0.6;
    line(pen, [
      [x, TOP],
      [x, lowest.bottom],
    ]);
    pen.globalAlpha = 1;
  }
}
