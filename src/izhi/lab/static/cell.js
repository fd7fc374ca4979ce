// A cell that is advanced in the browser, by the equations and schemes of the book, as the package's engines do it.

import { BOOK, Grid } from "./book.js";

const BELOW = "below";
// How often a solution to a tolerance is sampled [ms], and the tolerance.
const TOLERANCE = 1e-8;

/** A piecewise linear current: from knot j on it is value[j] + rise[j] * ((t - knot[j]) / span[j]), before them 0. */
function pieceAt(piece, t, limit) {
  const { knot, value, rise, span, inclusive } = piece;
  let last = -1;
  while (last + 1 < knot.length && (limit === BELOW ? knot[last + 1] < t : knot[last + 1] <= t)) last += 1;
  if (limit !== BELOW && last >= 0 && t === knot[last] && !inclusive[last]) last -= 1;
  return last < 0 ? 0 : value[last] + rise[last] * ((t - knot[last]) / span[last]);
}

/** A sine whose frequency may change linearly: [start, stop, amplitude, omega, chirp, phase]. */
function waveAt([start, stop, amplitude, omega, chirp, phase], t, limit) {
  const on = limit === BELOW ? t > start && t <= stop : t >= start && t < stop;
  const s = t - start;
  return on ? amplitude * Math.sin(phase + s * (omega + s * chirp)) : 0;
}

/** All that is injected into a cell: pieces and waves, in the order in which they are summed. */
export class Drive {
  constructor(pieces = [], waves = []) {
    this.pieces = pieces;
    this.waves = waves;
  }

  at(t, limit) {
    let total = 0;
    for (const piece of this.pieces) total += pieceAt(piece, t, limit);
    for (const wave of this.waves) total += waveAt(wave, t, limit);
    return total;
  }

  /** The times between two at which it jumps or bends. */
  knots(from, to) {
    const times = new Set([from, to]);
    for (const { knot } of this.pieces) for (const t of knot) if (t > from && t < to) times.add(t);
    for (const [start, stop] of this.waves) for (const t of [start, stop]) if (t > from && t < to) times.add(t);
    return [...times].sort((a, b) => a - b);
  }
}

/** Parameters as the equations read them, complete. */
export function complete(model, parameters) {
  const all = {};
  for (const { symbol, default: usual } of BOOK.models[model].parameters) all[symbol] = parameters[symbol] ?? usual;
  return all;
}

/** The same with those of the receptors. */
function withReceptors(model, parameters) {
  const all = { ...parameters };
  for (const { symbol, default: usual } of BOOK.models[model].conducting) all[symbol] ??= usual;
  return all;
}

/** Where a cell begins: {v, u} or {v, u, w}. */
export function beginning(model, parameters, initial = {}) {
  const { start, settle, state } = BOOK.models[model];
  const v = initial.v ?? start(parameters);
  const all = { v, u: initial.u ?? settle(v, parameters), w: initial.w ?? v };
  return state.map(({ symbol }) => all[symbol]);
}

/** One cell and its clock. */
export class Cell {
  constructor({ model, parameters, initial = {}, scheme, dt, drive = new Drive() }) {
    this.model = model;
    this.equations = BOOK.models[model];
    this.parameters = complete(model, parameters);
    this.drive = drive;
    this.offset = 0; // A current on top of the drive, held by hand.
    this.setScheme(scheme, dt);
    this.restart(beginning(model, this.parameters, initial));
  }

  setScheme(name, dt) {
    this.scheme = BOOK.schemes[name];
    this.schemeName = name;
    this.dt = dt;
    this.origin = this.time ?? 0; // Steps are counted from here, so that times on the grid are exact.
    this.steps = 0;
    this.memory = this.scheme.memory?.slice() ?? [];
  }

  restart(state) {
    this.state = state.slice();
    this.time = 0;
    this.origin = 0;
    this.steps = 0;
    this.memory = this.scheme.memory?.slice() ?? [];
    this.failed = false;
    this.events = []; // Synaptic events to come, {t, receptor, weight}, in order.
    this.conductances = null; // None until the first of them.
  }

  /** A synaptic event: it adds its weight to the conductance of a receptor at a time [ms], by default now. */
  receive(receptor, weight, t = this.time) {
    const after = this.events.findIndex((event) => event.t > t);
    this.events.splice(after < 0 ? this.events.length : after, 0, { t, receptor: BOOK.receptors.indexOf(receptor), weight });
    this.conductances ??= new Float64Array(BOOK.receptors.length);
  }

  /** The events until a time are taken from those to come. */
  #due(until, inclusive) {
    const later = this.events.findIndex(({ t }) => (inclusive ? t > until : t >= until));
    return this.events.splice(0, later < 0 ? this.events.length : later);
  }

  /** The right-hand sides at a state. */
  slope(state, current) {
    return this.equations.rhs(...state, current, this.parameters);
  }

  current(t, limit) {
    return this.drive.at(t, limit) + this.offset;
  }

  /**
   * Advance to a time [ms]; returns {time, state, current, spikes} with a row of `state` for each variable.
   * On a grid there is a sample for each step; a spike shows as its scheme shows it.
   */
  advance(until, every = this.dt) {
    const out = { time: [], state: this.state.map(() => []), current: [], spikes: [] };
    if (this.failed) return out;
    if (this.scheme.solve) this.#solve(until, every, out);
    else while (!this.failed && this.origin + (this.steps + 0.5) * this.dt < until) this.#step(out);
    return out;
  }

  /** One step of a scheme on a grid. */
  step() {
    const out = { time: [], state: this.state.map(() => []), current: [], spikes: [] };
    if (this.scheme.solve) this.#solve(this.time + this.dt, this.dt, out);
    else this.#step(out);
    return out;
  }

  #step(out) {
    const { scheme, dt, steps: k, origin, conductances: g } = this;
    const at = (n) => origin + n * dt;
    const p = g ? withReceptors(this.model, this.parameters) : { ...this.parameters };
    const decay = (elapsed) => Array.from(g, (x, r) => x * Math.exp(-elapsed / p[`tau_${BOOK.receptors[r]}`]));
    if (g) for (const { receptor, weight } of this.#due(at(k), true)) g[receptor] += weight;
    const currents = scheme.stages.map((stage) => this.current(at(k + stage), stage === 1 ? BELOW : "at"));
    const inputs = g ? currents.map((I, s) => [I, ...decay(scheme.stages[s] * dt)]) : currents;
    if (scheme.scaledRate) p[this.equations.rate] *= dt;
    const before = this.state;
    const step = (g ? scheme.conducting : scheme.steps)[this.model];
    const [x, m, fired, shown, lag] = step(before, this.memory, inputs, p, scheme.numbers(dt));
    this.failed = !x.every(Number.isFinite);
    if (this.failed) return;
    if (fired) out.spikes.push(at(k + lag));
    const start = scheme.sample === "start";
    const sample = start ? before : x;
    out.time.push(at(k + scheme.label + (start ? 0 : 1 - scheme.extra)));
    sample.forEach((value, r) => out.state[r].push(r === 0 && fired ? shown : value));
    out.current.push(currents[0]);
    if (g) g.set(decay(dt));
    this.state = x;
    this.memory = m;
    this.steps = k + 1;
    this.time = at(this.steps);
  }

  #solve(until, every, out) {
    const from = this.time;
    const span = until - from;
    if (!(span > 0)) return;
    const g = this.conductances;
    const p = g ? withReceptors(this.model, this.parameters) : this.parameters;
    const due = g ? this.#due(until, false) : [];
    const times = [...new Set([...this.drive.knots(from, until), ...due.map(({ t }) => Math.max(t, from))])].sort((a, b) => a - b);
    const knots = Float64Array.from(times, (t) => t - from);
    const values = new Float64Array(knots.length - 1);
    const slopes = new Float64Array(knots.length - 1);
    for (let j = 0; j + 1 < knots.length; j += 1) {
      const middle = (times[j] + times[j + 1]) / 2;
      const only = new Drive(this.drive.pieces);
      const end = only.at(times[j + 1], BELOW);
      values[j] = 2 * only.at(middle, "at") - end + this.offset;
      slopes[j] = (end + this.offset - values[j]) / (times[j + 1] - times[j]);
    }
    const waves = new Grid(this.drive.waves.length, 6);
    this.drive.waves.forEach((wave, r) => waves.data.set([wave[0] - from, wave[1] - from, ...wave.slice(2)], 6 * r));
    const count = Math.floor(span / every + 1e-9) + 1;
    const samples = new Grid(this.state.length, count);
    const spikes = new Float64Array(1000 + Math.ceil(span));
    const x = Float64Array.from(this.state);
    const seams = this.equations.seams.map((symbol) => this.parameters[symbol]);
    const tau = Float64Array.from(BOOK.receptors, (name) => p[`tau_${name}`] ?? 1);
    const [status, , taken, fired] = (g ? this.scheme.conducting : this.scheme.solve)[this.model](
      x, g ?? new Float64Array(5), p, tau, knots, values, slopes, waves,
      due.map(({ t }) => times.indexOf(Math.max(t, from))), due.map(({ receptor }) => receptor), due.map(({ weight }) => weight),
      seams, TOLERANCE, every, samples, new Grid(5, 0), spikes,
    );
    for (let k = 0; k < taken; k += 1) {
      const t = from + k * every;
      if (k === 0 && from > 0) continue; // It was the last of the samples before.
      out.time.push(t);
      out.state.forEach((row, r) => row.push(samples.data[r * count + k]));
      out.current.push(this.current(t, "at"));
    }
    for (let k = 0; k < fired; k += 1) out.spikes.push(from + spikes[k]);
    this.state = Array.from(x);
    this.time = until;
    this.failed = status !== 0;
  }
}

/** The cell of a preset, with the drive that shows it. */
export function published(name, { scheme, dt } = {}) {
  const row = BOOK.presets[name];
  return new Cell({
    model: row.model,
    parameters: row.parameters,
    initial: row.initial,
    scheme: scheme ?? row.scheme,
    dt: dt ?? row.dt,
    drive: new Drive(row.pieces, row.waves),
  });
}
