// The experiment as Python and as an experiment file, which give the same spikes outside of the browser.

import { BOOK } from "./book.js";
import { publishedExperiment } from "./experiment.js";
import { driveOf } from "./stimulus.js";

const LONGEST_PATH = 5000; // Of longer noise not the path but the process is written down [ms].

const CLASSES = {
  constant: "Constant",
  step: "Step",
  pulse: "Pulse",
  train: "PulseTrain",
  ramp: "Ramp",
  sine: "Sine",
  chirp: "Chirp",
  noise: "OrnsteinUhlenbeck",
  sampled: "Sampled",
};

/** All currents of the experiment as tables: its own, the held one, and the pulses by hand of this sweep. */
function everything(lab) {
  const { stimulus, held } = lab.experiment;
  const own = stimulus.map((table) => (hasPath(table, lab) ? sampled(table, lab.run.end) : table));
  return [...own, ...(held ? [{ kind: "constant", I: held }] : []), ...lab.run.drive.injected];
}

const hasPath = ({ kind }, lab) => kind === "noise" && lab.run.end <= LONGEST_PATH;

/** Noise as the page has it: its path over a run, held over each interval. */
function sampled(table, duration) {
  const { interval = 0.1 } = table;
  const [{ value }] = driveOf([table], duration + 1).pieces;
  return { kind: "sampled", interval, I: value.slice(0, Math.ceil(duration / interval) + 1) };
}

/** All synaptic events: those of the experiment, and those by hand of this sweep. */
function synaptic(lab) {
  return [...lab.experiment.events, ...lab.run.received];
}

function moved(lab) {
  const usual = publishedExperiment(lab.experiment.preset).parameters;
  return Object.entries(lab.experiment.parameters).filter(([symbol, x]) => x !== usual[symbol]);
}

/** How long to run: whole steps. */
function length({ duration, dt, scheme }) {
  return BOOK.schemes[scheme].solve ? duration : Number((Math.max(1, Math.round(duration / dt)) * dt).toPrecision(12));
}

/** What a file cannot say, as comments. */
export function remarks(lab) {
  const lines = [];
  if (lab.experiment.stimulus.some((table) => table.kind === "noise" && !hasPath(table, lab))) {
    lines.push("# The noise is the same process; its path is another than in the page.");
  }
  if (lab.run.touched) lines.push("# The state was also set by hand in the page, which is not repeated here.");
  return lines;
}

/** Python that runs the experiment. */
export function python(lab) {
  const { preset, scheme, dt, initial } = lab.experiment;
  const given = moved(lab).map(([symbol, x]) => `, ${symbol}=${x}`);
  const usual = publishedExperiment(preset).initial;
  const start = JSON.stringify(initial) === JSON.stringify(usual) ? "" : `, initial=${JSON.stringify(initial)}`;
  const terms = everything(lab).map(({ kind, ...fields }) => {
    const named = Object.entries(fields).map(([name, x]) => `${name}=${JSON.stringify(x)}`);
    return `izhi.${CLASSES[kind]}(${named.join(", ")})`;
  });
  for (const { receptor, t, weight } of synaptic(lab)) {
    terms.push(`izhi.Events(${JSON.stringify(receptor)}, ${JSON.stringify(t)}, weight=${weight})`);
  }
  const stimulus = terms.length > 1 ? `(\n    ${terms.join("\n    + ")}\n)` : (terms[0] ?? "None");
  return [
    "import izhi",
    "",
    ...remarks(lab),
    `cell = izhi.Cell.preset(${JSON.stringify(preset)}${start}${given.join("")})`,
    `stimulus = ${stimulus}`,
    `recording = izhi.simulate(cell, stimulus, ${length(lab.experiment)}, scheme=${JSON.stringify(scheme)}, dt=${dt})`,
    "print(recording)",
    "print(recording.spike_times)",
    "",
  ].join("\n");
}

const toml = (x) =>
  Array.isArray(x) ? `[${x.map(toml).join(", ")}]` : scalar(x);
const scalar = (x) => (typeof x === "string" || Number.isInteger(x) ? JSON.stringify(x) : String(x));

/** An experiment file for `izhi run`. */
export function experimentFile(lab) {
  const { preset, scheme, dt, initial } = lab.experiment;
  const lines = [
    ...remarks(lab),
    `preset = ${toml(preset)}`,
    `scheme = ${toml(scheme)}`,
    `dt = ${toml(dt)}`,
    `duration = ${toml(length(lab.experiment))}`,
  ];
  const table = (head, entries) =>
    entries.length && lines.push("", head, ...entries.map(([name, x]) => `${name} = ${toml(x)}`));
  table("[parameters]", moved(lab));
  table("[initial]", Object.entries(initial));
  for (const term of everything(lab)) table("[[stimulus]]", Object.entries(term));
  for (const series of synaptic(lab)) table("[[events]]", Object.entries(series));
  return `${lines.join("\n")}\n`;
}

/** The samples in view, with a column for each variable. */
export function samples(lab, [from, to]) {
  const { run, model } = lab;
  const { history } = run;
  const names = [...model.state.map(({ symbol, unit }) => `${symbol} [${unit}]`), `I [${model.current}]`];
  const rows = [
    `# izhi lab: ${lab.experiment.preset}, ${lab.experiment.scheme}, dt ${lab.experiment.dt} ms; spikes [ms]: ${history.between(from, to).join(" ")}`,
    ["t [ms]", ...names].join(","),
  ];
  for (let k = history.from(from); k < history.length && history.time[k] <= to; k += 1) {
    rows.push([history.time[k], ...history.state.map((row) => row[k]), history.current[k]].join(","));
  }
  return `${rows.join("\n")}\n`;
}
