// One run: a cell, its true solution beside it if wanted, the current of both, and what they have done.

import { BOOK } from "./book.js";
import { Cell, beginning, complete } from "./cell.js";
import { History } from "./history.js";
import { LiveDrive } from "./stimulus.js";

/** Tell a cell of the synaptic events that will come. */
export function expect(cell, events) {
  for (const { receptor, t, weight } of events) for (const time of t) cell.receive(receptor, weight, time);
}

const CHUNK = 5; // So far a cell goes before the clock is looked at [ms].

/** A run of what an experiment says. */
export class Run {
  constructor(experiment) {
    this.experiment = experiment;
    this.model = BOOK.presets[experiment.preset].model;
    this.equations = BOOK.models[this.model];
    this.drive = new LiveDrive(experiment.stimulus);
    this.cell = this.#cell(experiment.scheme, experiment.dt);
    this.twin = null;
    this.history = new History(this.cell.state.length);
    this.before = new History(this.cell.state.length); // The sweep before this one.
    this.twinHistory = null;
    this.touched = false; // Whether the state was set by hand since the start.
    this.setOverlay(experiment.overlay);
    this.restart();
  }

  #cell(scheme, dt) {
    const { parameters, initial, held } = this.experiment;
    const cell = new Cell({ model: this.model, parameters, initial, scheme, dt, drive: this.drive });
    cell.offset = held;
    return cell;
  }

  get cells() {
    return this.twin ? [this.cell, this.twin] : [this.cell];
  }

  get time() {
    return this.cell.time;
  }

  get failed() {
    return this.cell.failed;
  }

  /** When a sweep ends: as many steps as the program makes. */
  get end() {
    const { duration, dt } = this.experiment;
    return duration + (this.cell.scheme.extra ?? 0) * dt;
  }

  /** The current at this moment. */
  get current() {
    return this.cell.current(this.time, "at");
  }

  /** From the beginning again; what was done stays as the sweep before. */
  restart({ keep = false } = {}) {
    if (keep) [this.history, this.before] = [this.before, this.history];
    else this.before.clear();
    this.history.clear();
    this.twinHistory?.clear();
    this.drive.restart();
    this.touched = false;
    const start = beginning(this.model, this.cell.parameters, this.experiment.initial);
    this.received = []; // Synaptic events by hand, as tables.
    for (const cell of this.cells) {
      cell.restart(start);
      expect(cell, this.experiment.events);
    }
  }

  setOverlay(on) {
    this.twin = on ? this.#cell("accurate", 0.1) : null;
    this.twinHistory = on ? new History(this.cell.state.length) : null;
  }

  setParameters(parameters) {
    for (const cell of this.cells) cell.parameters = complete(this.model, parameters);
  }

  setHeld(current) {
    for (const cell of this.cells) cell.offset = current;
  }

  /** Put the cell, and its twin, somewhere else. */
  setState(state) {
    for (const cell of this.cells) cell.state = state.slice();
    this.touched = true;
  }

  /** A synaptic event at this moment. */
  receive(receptor, weight) {
    for (const cell of this.cells) cell.receive(receptor, weight, this.time);
    this.received.push({ receptor, t: [this.time], weight });
  }

  /** Advance to a time, or until the clock says `deadline`; returns whether it got there. */
  advance(until, deadline = Infinity) {
    const { cell } = this;
    const { dt } = cell;
    // Solutions are sampled on the grid of dt, so that a sweep does not depend on how it was cut.
    const goal = cell.scheme.solve ? Math.floor(until / dt + 1e-9) * dt : until;
    while (!cell.failed && cell.time + dt / 2 < goal) {
      const from = cell.time;
      const next = cell.scheme.solve
        ? Math.min(goal, Math.round(from / dt + Math.max(1, CHUNK / dt)) * dt)
        : Math.min(goal, from + Math.max(dt, CHUNK));
      this.drive.prepare(from, next + dt);
      this.history.push(cell.advance(next));
      this.#follow();
      if (cell.time === from) break;
      if (performance.now() > deadline) return cell.time + dt / 2 >= goal;
    }
    return true;
  }

  /** One step of the scheme. */
  step() {
    this.drive.prepare(this.time, this.time + 2 * this.cell.dt);
    this.history.push(this.cell.step());
    this.#follow();
  }

  #follow() {
    if (!this.twin || this.twin.failed) return;
    const until = Math.floor(this.cell.time / this.twin.dt + 1e-9) * this.twin.dt;
    if (until > this.twin.time) this.twinHistory.push(this.twin.advance(until));
  }

  /** Spikes a second over the last second, or since the start where that is less. */
  get rate() {
    const span = Math.min(1000, this.time);
    return span > 0 ? (1000 * this.history.between(this.time - span, Infinity).length) / span : 0;
  }

  /** The time between the last two spikes [ms]. */
  get interval() {
    const { spikes } = this.history;
    return spikes.length > 1 ? spikes.at(-1) - spikes.at(-2) : null;
  }
}
