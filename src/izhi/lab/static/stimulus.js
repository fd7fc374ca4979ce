// Injected currents: tables as experiment files write them, made into the pieces and waves of a Drive.

import { Drive } from "./cell.js";

const current = "current";

/** The kinds on offer: what each is called and which fields it has. `scale` is a typical current of the cell. */
export const KINDS = {
  constant: { title: "constant", fields: { I: current }, fresh: (s) => ({ I: s }) },
  step: { title: "step", fields: { I: current, start: "ms" }, fresh: (s) => ({ I: s, start: 50 }) },
  pulse: {
    title: "pulse",
    fields: { I: current, start: "ms", stop: "ms" },
    fresh: (s) => ({ I: s, start: 50, stop: 60 }),
  },
  ramp: {
    title: "ramp",
    fields: { slope: "slope", start: "ms" },
    fresh: (s) => ({ slope: s / 200, start: 0 }),
  },
  train: {
    title: "pulse train",
    fields: { I: current, start: "ms", width: "ms", period: "ms", count: "" },
    fresh: (s) => ({ I: s, start: 20, width: 5, period: 40, count: 10 }),
  },
  sine: {
    title: "sine",
    fields: { I: current, frequency: "Hz", start: "ms" },
    fresh: (s) => ({ I: s / 2, frequency: 10, start: 0 }),
  },
  chirp: {
    title: "chirp",
    fields: { I: current, f0: "Hz", f1: "Hz", start: "ms", stop: "ms" },
    fresh: (s) => ({ I: s / 4, f0: 1, f1: 60, start: 0, stop: 2000 }),
  },
  noise: {
    title: "noise",
    fields: { std: current, tau: "ms", mean: current, seed: "" },
    fresh: (s) => ({ std: s / 4, tau: 5, mean: 0, seed: 1, interval: 0.1 }),
  },
};

// Fields that a table may have besides those that can be edited.
const MORE = { ramp: ["stop", "rise"], sine: ["phase", "stop"], chirp: ["phase"] };
const SHORTEST = 1e-3; // No pulse or period is shorter [ms].
const MOST_PULSES = 1000;

/** A table with every field of its kind finite and in order; null if it is of no known kind. */
export function checkedTable(table) {
  if (typeof table !== "object" || table === null || !Object.hasOwn(KINDS, table.kind)) return null;
  const usual = KINDS[table.kind].fresh(1);
  const clean = { kind: table.kind };
  for (const name of [...Object.keys(usual), ...(MORE[table.kind] ?? [])]) {
    const given = Number.isFinite(table[name]) ? table[name] : undefined;
    const value = given ?? (name === "slope" && Number.isFinite(table.rise) ? undefined : usual[name]);
    if (value !== undefined) clean[name] = value;
  }
  if (["left", "right", "both", "neither"].includes(table.closed)) clean.closed = table.closed;
  return inOrder(clean);
}

function inOrder(table) {
  if (table.kind === "train") {
    table.count = Math.min(MOST_PULSES, Math.max(1, Math.round(table.count)));
    table.period = Math.max(table.period, 2 * SHORTEST);
    table.width = Math.min(Math.max(table.width, SHORTEST), table.period * 0.999);
  }
  if (table.stop !== undefined) table.stop = Math.max(table.stop, (table.start ?? 0) + SHORTEST);
  if (table.kind === "noise") {
    table.tau = Math.max(table.tau, 0.01);
    table.std = Math.abs(table.std);
    table.seed = Math.min(2 ** 32 - 1, Math.abs(Math.round(table.seed)));
    table.interval = 0.1;
  }
  return table;
}

function piece(knot, value, { rise, span, inclusive } = {}) {
  return {
    knot,
    value,
    rise: rise ?? knot.map(() => 0),
    span: span ?? knot.map(() => 1),
    inclusive: inclusive ?? knot.map(() => true),
  };
}

const begins = ({ closed = "left" }) => closed === "left" || closed === "both";
const ends = ({ closed = "left" }) => closed === "right" || closed === "both";

function train(table) {
  const starts = Array.from({ length: table.count }, (_, k) => table.start + table.period * k);
  return piece(
    starts.flatMap((t) => [t, t + table.width]),
    starts.flatMap(() => [table.I, 0]),
    { inclusive: starts.flatMap(() => [begins(table), !ends(table)]) },
  );
}

function ramp(table) {
  const rise = table.rise ?? table.slope;
  const span = table.rise === undefined ? 1 : table.stop - table.start;
  if (table.stop === undefined)
    return piece([table.start], [0], { rise: [rise], span: [span], inclusive: [begins(table)] });
  return piece([table.start, table.stop], [0, 0], {
    rise: [rise, 0],
    span: [span, 1],
    inclusive: [begins(table), !ends(table)],
  });
}

const PIECES = {
  constant: ({ I }) => piece([0], [I]),
  step: (table) => piece([table.start], [table.I], { inclusive: [begins(table)] }),
  pulse: (table) => piece([table.start, table.stop], [table.I, 0], { inclusive: [begins(table), !ends(table)] }),
  train,
  ramp,
};

const FOREVER = Number.MAX_VALUE;
const WAVES = {
  sine: ({ start = 0, stop = FOREVER, I, frequency, phase = 0 }) => [
    start,
    stop,
    I,
    2e-3 * Math.PI * frequency,
    0,
    phase,
  ],
  chirp: ({ start, stop, I, f0, f1, phase = 0 }) => {
    const [first, last] = [2e-3 * Math.PI * f0, 2e-3 * Math.PI * f1];
    return [start, stop, I, first, (last - first) / (2 * (stop - start)), phase];
  },
};

/** Uniform numbers in (0, 1) from a seed (Marsaglia's xorshift of 32 bits, scrambled by a multiplication). */
function uniforms(seed) {
  let x = (Math.imul(seed + 1, 2654435761) ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return ((Math.imul(x, 0x2545f491) >>> 0) + 0.5) / 4294967296;
  };
}

/** Ornstein-Uhlenbeck noise by its exact update, held over each interval; made ahead of the cells as they go. */
export class Noise {
  constructor({ std, tau, mean = 0, seed = 0, interval = 0.1 }) {
    Object.assign(this, { std, mean, interval });
    this.decay = Math.exp(-interval / tau);
    this.uniform = uniforms(seed);
    this.first = 0; // The number of the first value kept.
    this.path = [this.#normal()]; // Stationary from the start.
  }

  #normal() {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The current between two times, later than those asked before. */
  between(from, to) {
    const [low, high] = [Math.max(0, Math.floor(from / this.interval) - 1), Math.ceil(to / this.interval) + 1];
    const fresh = Math.sqrt(1 - this.decay ** 2);
    while (this.first + this.path.length <= high)
      this.path.push(this.decay * this.path.at(-1) + fresh * this.#normal());
    if (low > this.first) {
      this.path.splice(0, low - this.first);
      this.first = low;
    }
    const knot = this.path.map((_, k) => (this.first + k) * this.interval);
    return piece(
      knot,
      this.path.map((x) => this.mean + this.std * x),
    );
  }
}

const AHEAD = 40; // So much noise is made at once [ms].

/** A Drive that is made of tables, to which pulses can be added by hand, and whose noise never ends. */
export class LiveDrive extends Drive {
  constructor(tables) {
    super();
    this.setTables(tables);
  }

  setTables(tables) {
    this.tables = tables;
    this.fixed = tables.filter(({ kind }) => kind in PIECES).map((table) => PIECES[table.kind](table));
    this.waves = tables.filter(({ kind }) => kind in WAVES).map((table) => WAVES[table.kind](table));
    this.restart();
  }

  /** Back to time 0: the same noise again, no pulses by hand. */
  restart() {
    this.injected = [];
    this.noises = this.tables.filter(({ kind }) => kind === "noise").map((table) => new Noise(table));
    this.ready = 0;
    this.#gather([]);
  }

  /** Make sure of the noise up to a time. */
  prepare(from, to) {
    if (!this.noises.length || to <= this.ready) return;
    this.ready = Math.max(to, from + AHEAD);
    this.#gather(this.noises.map((noise) => noise.between(from, this.ready)));
  }

  inject(I, start, width) {
    this.injected.push({ kind: "pulse", I, start, stop: start + width });
    const noise = this.pieces.slice(this.fixed.length, this.fixed.length + this.noises.length);
    this.#gather(noise);
  }

  #gather(noise) {
    this.pieces = [...this.fixed, ...noise, ...this.injected.slice(-50).map((table) => PIECES.pulse(table))];
  }
}

/** A Drive over a run of known length. */
export function driveOf(tables, duration) {
  const drive = new LiveDrive(tables);
  if (drive.noises.length) drive.prepare(0, duration);
  return drive;
}

/** The largest current of these tables, for scales. */
export function typicalCurrent(tables, unit) {
  const sizes = tables
    .flatMap(({ I, std, mean, rise }) => [I, std, mean, rise])
    .filter(Number.isFinite)
    .map(Math.abs);
  return Math.max(...sizes, unit === "pA" ? 50 : 1);
}
