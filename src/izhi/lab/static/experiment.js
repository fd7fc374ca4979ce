// What is being run, as plain data: it can be checked, shared and written down.

import { BOOK } from "./book.js";
import { complete } from "./cell.js";
import { checkedTable, typicalCurrent } from "./stimulus.js";

export const FIRST = "2007/RS";
export const SPEEDS = [0.01, 10];
// Times that traces can cover [ms]; 0 is the whole sweep.
export const WINDOWS = [0, 50, 100, 200, 500, 1000, 2000, 5000];
const SHOWN_FOR = 4; // A published sweep takes about so long on the screen [s].
const FINEST = 0.001;
const COARSEST = 10;

/** The experiment that shows a published cell. */
export function publishedExperiment(name) {
  const row = BOOK.presets[name];
  const scale = typicalCurrent(row.stimulus, BOOK.models[row.model].current);
  return {
    preset: name,
    parameters: complete(row.model, row.parameters),
    initial: { ...row.initial },
    stimulus: row.stimulus.map(checkedTable),
    events: [],
    scheme: row.scheme,
    dt: row.dt,
    duration: row.duration,
    repeat: true,
    held: 0,
    overlay: false,
    speed: Number(Math.min(1, row.duration / 1000 / SHOWN_FOR).toPrecision(1)),
    window: 0,
    pulse: { I: scale, width: 5 },
  };
}

const inside = (x, low, high) => Number.isFinite(x) && x >= low && x <= high;

/** What differs from the published experiment, for a link. */
export function differences(experiment) {
  const usual = publishedExperiment(experiment.preset);
  const short = { preset: experiment.preset };
  for (const key of Object.keys(usual)) {
    if (key === "parameters") {
      const moved = Object.entries(experiment.parameters).filter(([symbol, x]) => x !== usual.parameters[symbol]);
      if (moved.length) short.parameters = Object.fromEntries(moved);
    } else if (JSON.stringify(experiment[key]) !== JSON.stringify(usual[key])) short[key] = experiment[key];
  }
  return short;
}

/** A whole experiment from what a link says; what makes no sense is left out and named: {experiment, refused}. */
export function restored(short) {
  const refused = [];
  const known = typeof short === "object" && short !== null && Object.hasOwn(BOOK.presets, short.preset);
  if (!known) return { experiment: publishedExperiment(FIRST), refused: ["preset"] };
  const experiment = publishedExperiment(short.preset);
  for (const [key, value] of Object.entries(short)) {
    if (key === "preset") continue;
    const read = Object.hasOwn(READERS, key) ? READERS[key](value, experiment) : undefined;
    if (read === undefined) refused.push(key);
    else experiment[key] = read;
  }
  return { experiment, refused };
}

const whether = (value) => (typeof value === "boolean" ? value : undefined);
const within = (low, high) => (value) => (inside(value, low, high) ? value : undefined);
const model = ({ preset }) => BOOK.models[BOOK.presets[preset].model];

const READERS = {
  parameters(value, experiment) {
    if (typeof value !== "object" || value === null) return undefined;
    const parameters = { ...experiment.parameters };
    for (const { symbol, positive } of model(experiment).parameters) {
      if (Number.isFinite(value[symbol]) && !(positive && value[symbol] <= 0)) parameters[symbol] = value[symbol];
    }
    return parameters;
  },
  initial(value, experiment) {
    if (typeof value !== "object" || value === null) return undefined;
    const symbols = model(experiment).state.map(({ symbol }) => symbol);
    return {
      ...experiment.initial,
      ...Object.fromEntries(symbols.filter((s) => Number.isFinite(value[s])).map((s) => [s, value[s]])),
    };
  },
  stimulus(value) {
    if (!Array.isArray(value) || value.length > 20) return undefined;
    const tables = value.map(checkedTable);
    return tables.includes(null) ? undefined : tables;
  },
  events(value) {
    const series = ({ receptor, t, weight } = {}) =>
      BOOK.receptors.includes(receptor) && inside(weight, 0, 1e6) && Array.isArray(t) && t.length > 0 && t.length <= 1000 &&
      t.every((x) => inside(x, 0, 1e6));
    if (!Array.isArray(value) || value.length > 20 || !value.every((each) => each && series(each))) return undefined;
    return value.map(({ receptor, t, weight }) => ({ receptor, t: [...t], weight }));
  },
  scheme: (value) => (Object.hasOwn(BOOK.schemes, value) ? value : undefined),
  dt: within(FINEST, COARSEST),
  duration: within(1, 60_000),
  repeat: whether,
  held: within(-1e5, 1e5),
  overlay: whether,
  speed: within(...SPEEDS),
  window: (value) => (WINDOWS.includes(value) ? value : undefined),
  pulse: (value) =>
    inside(value?.I, -1e6, 1e6) && inside(value?.width, 1e-3, 1e4) ? { I: value.I, width: value.width } : undefined,
};

/** A step that a scheme can take, near the wanted one. */
export function allowedStep(scheme, dt) {
  const { multiple } = BOOK.schemes[scheme];
  const step = Math.min(COARSEST, Math.max(FINEST, dt));
  return multiple ? Number((Math.max(1, Math.round(step / multiple)) * multiple).toPrecision(12)) : step;
}
