// Two excitatory cells and an inhibitory one, coupled by currents that jump at a spike and decay.

import { Cell, published } from "./cell.js";
import { h, shown } from "./dom.js";
import { Frame, Surface } from "./surface.js";

const STEP = 0.1; // [ms]
const EXCITATION = 3; // Decay of the current from E to I [ms].
const DRIVES = [10, 12, 0];
const SHOWN = 500; // [ms]
const SPEED = 0.2; // Model time over wall time, to begin with.
const KEPT = 2000; // Spikes are remembered so long [ms].

/** Three cells of 2003 (RS, RS, FS): `ei` and `ie` are the jumps of the currents, `tau` the decay of the inhibition. */
export class Trio {
  constructor(settings) {
    this.settings = { ...settings };
    this.cells = ["2003/RS", "2003/RS", "2003/FS"].map((name) => {
      const { model, parameters } = published(name);
      return new Cell({ model, parameters, initial: { v: parameters.c }, scheme: "euler", dt: STEP });
    });
    this.excitation = 0;
    this.inhibition = 0;
    this.spikes = [[], [], []];
    this.time = 0;
    this.speed = SPEED;
    this.#build();
  }

  /** Advance by some ms, or until the clock says `deadline`. */
  advance(span, deadline = Infinity) {
    const until = this.time + span;
    while (this.time < until && performance.now() < deadline) {
      for (let k = 0; k < 50; k += 1) this.#step();
    }
    this.spikes = this.spikes.map((times) =>
      times[0] < this.time - KEPT ? times.filter((t) => t > this.time - KEPT) : times,
    );
  }

  #step() {
    const { ei, ie, tau } = this.settings;
    const [a, b, c] = this.cells;
    a.offset = DRIVES[0] - this.inhibition;
    b.offset = DRIVES[1] - this.inhibition;
    c.offset = DRIVES[2] + this.excitation;
    const fired = this.cells.map((cell) => cell.step().spikes);
    this.excitation *= Math.exp(-STEP / EXCITATION);
    this.inhibition *= Math.exp(-STEP / tau);
    this.excitation += ei * (fired[0].length + fired[1].length);
    this.inhibition += ie * fired[2].length;
    fired.forEach((times, k) => this.spikes[k].push(...times));
    this.time = a.time;
  }

  recent(span) {
    return this.spikes.map((times) => times.filter((t) => t > this.time - span));
  }

  /** From each of the last spikes of the first cell, but the very last, to the nearest of the second [ms]. */
  distances(count) {
    const last = this.spikes[0].slice(-count - 1, -1);
    return last.map((t) => Math.min(...this.spikes[1].map((s) => Math.abs(s - t))));
  }

  #build() {
    this.surface = new Surface("Spikes of the three cells over the last half second");
    this.surface.box.classList.add("short");
    const slider = (key, label, min, max, unit) => {
      const output = h("output", {}, shown(this.settings[key]));
      const input = h("input", {
        type: "range",
        min,
        max,
        step: 0.5,
        value: this.settings[key],
        "aria-label": label,
        "data-key": key,
      });
      input.addEventListener("input", () => {
        this.settings[key] = Number(input.value);
        output.textContent = shown(this.settings[key]);
      });
      return h("label", { class: "coupling" }, h("span", {}, label), input, output, h("span", { class: "unit" }, unit));
    };
    this.element = h(
      "div",
      { class: "trio" },
      this.surface.box,
      slider("ei", "E→I", 0, 40, "mV/ms"),
      slider("ie", "I→E", 0, 100, "mV/ms"),
      slider("tau", "decay of I→E", 2, 40, "ms"),
    );
  }

  /** A frame: advance as the wall clock does, and draw. */
  frame(elapsed, colours) {
    this.advance(Math.min(elapsed, 100) * this.speed, performance.now() + 5);
    this.surface.paint((pen, width, height) => this.#draw(pen, width, height, colours));
  }

  #draw(pen, width, height, colours) {
    const frame = new Frame([34, 6, width - 8, height - 34], [this.time - SHOWN, this.time], [-0.1, 3]);
    frame.axes(pen, { ...colours, grid: "transparent", muted: "transparent" }, {});
    const names = [
      ["E₁", colours.v],
      ["E₂", colours.w],
      ["I", colours.warn],
    ];
    pen.font = "600 14px system-ui, sans-serif";
    names.forEach(([name, colour], k) => {
      pen.fillStyle = colour;
      pen.textAlign = "left";
      pen.textBaseline = "middle";
      pen.fillText(name, 8, frame.y(2.5 - k));
      pen.strokeStyle = colour;
      pen.lineWidth = 2;
      pen.beginPath();
      for (const t of this.spikes[k]) {
        if (t < frame.x0) continue;
        pen.moveTo(frame.x(t), frame.y(2.1 - k));
        pen.lineTo(frame.x(t), frame.y(2.9 - k));
      }
      pen.stroke();
    });
    pen.fillStyle = colours.muted;
    pen.textAlign = "center";
    pen.fillText(`the last ${SHOWN} ms`, (frame.left + frame.right) / 2, height - 16);
  }
}
