// The laboratory: an experiment, its run, a clock, and who wants to know about them.

import { BOOK } from "./book.js";
import { Cell } from "./cell.js";
import { allowedStep, publishedExperiment } from "./experiment.js";
import { equilibria } from "./geometry.js";
import { Run, expect } from "./run.js";
import { driveOf } from "./stimulus.js";

const BUDGET = 9; // Of each frame so much is for the cells [ms].
const LONGEST_FRAME = 100; // After a longer pause, as of a hidden page, nothing is made up for [ms].
const SETTLING = 40; // Frames that are still drawn after a change.

/**
 * Everything that can be done to the cell; events: new, changed, stimulus, restart, sweep, running, stepped, moved,
 * injected, measured, says, frame.
 */
export class Laboratory {
  constructor(experiment) {
    this.listeners = new Map();
    this.running = true;
    this.slow = false;
    this.measured = 0; // Frames a second.
    this.colours = {};
    this.load(experiment);
  }

  on(event, listener) {
    if (!this.listeners.has(event)) this.listeners.set(event, []);
    this.listeners.get(event).push(listener);
    return this;
  }

  emit(event, detail) {
    this.fresh = SETTLING;
    for (const listener of this.listeners.get(event) ?? []) listener(detail);
  }

  /** Begin a whole experiment. */
  load(experiment) {
    this.experiment = experiment;
    this.run = new Run(experiment);
    this.goal = 0;
    this.sweeps = 0;
    this.measure();
    this.emit("new");
    this.emit("changed");
  }

  choose(preset) {
    this.load(publishedExperiment(preset));
  }

  get model() {
    return this.run.equations;
  }

  get published() {
    return BOOK.presets[this.experiment.preset];
  }

  /** What a sweep covers, tried ahead of time: {v: [low, high], ...}. */
  measure() {
    const { parameters, initial, stimulus, events, scheme, dt, duration, held } = this.experiment;
    const length = Math.min(duration, 1000);
    const cell = new Cell({
      model: this.run.model,
      parameters,
      initial,
      scheme,
      dt,
      drive: driveOf(stimulus, length + 1),
    });
    cell.offset = held;
    expect(cell, events);
    const out = cell.advance(length);
    const peak = this.model.peak(cell.state[1], cell.parameters);
    this.extent = {};
    const range = (row) =>
      row.reduce(
        ([a, b], x) => (Number.isFinite(x) ? [Math.min(a, x), Math.max(b, x)] : [a, b]),
        [Infinity, -Infinity],
      );
    this.model.state.forEach(({ symbol }, r) => (this.extent[symbol] = range(out.state[r])));
    this.extent.I = range([0, ...out.current]);
    this.extent.v = [
      Math.max(this.extent.v[0], -200),
      Number.isFinite(peak) ? Math.max(peak, this.extent.v[0] + 10) : 30,
    ];
    this.emit("measured");
  }

  /** How much time the traces cover [ms]. */
  get span() {
    const { window, repeat, duration } = this.experiment;
    return window || (repeat ? duration : 1000);
  }

  // The clock.

  /** A frame, at a time of the screen [ms]. */
  tick(now) {
    const elapsed = Math.min(now - (this.last ?? now), LONGEST_FRAME);
    this.last = now;
    if (elapsed > 0) this.measured += 0.05 * (1000 / elapsed - this.measured);
    if (this.running && !this.run.failed) this.#advance(elapsed);
    this.fresh = this.running ? SETTLING : this.fresh - 1;
    if (this.fresh > 0) for (const listener of this.listeners.get("frame") ?? []) listener();
  }

  #advance(elapsed) {
    const { run, experiment } = this;
    this.goal += elapsed * experiment.speed;
    const end = experiment.repeat ? run.end : Infinity;
    const got = run.advance(Math.min(this.goal, end), performance.now() + BUDGET);
    this.slow = !got;
    if (!got) this.goal = run.time;
    if (run.failed) this.#failed();
    else if (run.time + experiment.dt / 2 >= end) this.#again();
  }

  #again() {
    this.sweeps += 1;
    this.finished = { spikes: [...this.run.history.spikes], sweep: this.sweeps };
    this.run.restart({ keep: true });
    this.goal = 0;
    this.emit("sweep", this.finished);
  }

  #failed() {
    this.emit("running");
    this.say(this.failure);
  }

  /** Why the run stands still, in words. */
  get failure() {
    if (!this.run.failed) return "";
    const when = `The numbers broke down after ${this.run.time.toFixed(1)} ms. `;
    if (this.run.cell.scheme.solve)
      return `${when}The solution itself runs away: change a parameter or the current, then restart.`;
    return `${when}Try a smaller dt, or the accurate scheme.`;
  }

  say(words) {
    this.emit("says", words);
  }

  // What a person does.

  toggle(running = !this.running) {
    this.running = running;
    this.emit("running");
    this.say(running ? "running" : `paused at ${this.run.time.toFixed(1)} ms`);
  }

  restart() {
    this.run.restart();
    this.goal = 0;
    this.emit("restart");
    this.emit("changed");
  }

  stepOnce() {
    if (this.running) this.toggle(false);
    if (this.run.failed) return;
    if (this.experiment.repeat && this.run.time + this.experiment.dt / 2 >= this.run.end) this.#again();
    this.run.step();
    this.goal = this.run.time;
    if (this.run.failed) this.#failed();
    this.emit("stepped");
  }

  setParameter(symbol, value) {
    this.experiment.parameters[symbol] = value;
    this.run.setParameters(this.experiment.parameters);
    this.#revive();
  }

  resetParameters() {
    const usual = publishedExperiment(this.experiment.preset);
    Object.assign(this.experiment.parameters, usual.parameters);
    this.run.setParameters(usual.parameters);
    this.setHeld(0);
  }

  setHeld(current) {
    this.experiment.held = current;
    this.run.setHeld(current);
    this.#revive();
  }

  setStimulus(tables) {
    this.experiment.stimulus = tables;
    this.run.drive.setTables(tables);
    this.emit("stimulus");
    if (tables.some(({ kind }) => kind === "noise")) this.restart();
    this.#revive();
  }

  setScheme(scheme, dt = this.experiment.dt) {
    this.experiment.scheme = scheme;
    this.experiment.dt = allowedStep(scheme, dt);
    this.#rebuild();
  }

  setOverlay(on) {
    this.experiment.overlay = on;
    this.#rebuild();
  }

  /** Speed, window, duration, repeat or the pulse. */
  set(key, value) {
    this.experiment[key] = value;
    this.emit("changed");
  }

  #rebuild() {
    this.run = new Run(this.experiment);
    this.goal = 0;
    this.emit("restart");
    this.emit("changed");
  }

  /** After a change a run that broke down begins again. */
  #revive() {
    if (this.run.failed) this.restart();
    this.emit("changed");
  }

  setState(state) {
    if (!state.every(Number.isFinite)) return;
    this.run.setState(state);
    this.emit("moved");
  }

  kick(dv, du) {
    const [v, u, ...rest] = this.run.cell.state;
    this.setState([v + dv, u + du, ...rest]);
  }

  /** A pulse from this moment on. */
  inject() {
    const { I, width } = this.experiment.pulse;
    const { dt } = this.experiment;
    // On a grid it begins with the next step, so that no step sees half of it.
    const start = this.run.cell.scheme.solve ? this.run.time : this.run.cell.origin + this.run.cell.steps * dt;
    this.run.drive.inject(I, start, width);
    this.emit("injected");
  }

  /** Other synaptic events; the sweep begins again. */
  setEvents(events) {
    this.experiment.events = events;
    this.restart();
    this.measure();
    this.emit("changed");
  }

  /** A synaptic event at this moment. */
  receive(receptor, weight) {
    this.run.receive(receptor, weight);
    this.emit("injected");
  }

  /** Equilibria at the current of this moment, or at a given one. */
  equilibria(current = this.run.current) {
    const { parameters } = this.run.cell;
    const low = Math.min(-130, this.extent.v[0] - 30);
    return equilibria(this.model, parameters, current, [low, this.extent.v[1] + 20]);
  }
}
