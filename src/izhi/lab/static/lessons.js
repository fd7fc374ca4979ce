// Guided lessons. Each step says what to do, and finds out from the cells themselves whether it has been done.

import { published } from "./cell.js";
import { driveOf } from "./stimulus.js";
import { Trio } from "./trio.js";

const constant = (I) => [{ kind: "constant", I }];
const steady = { repeat: false, window: 1000, speed: 0.3 };

// What the checks are made of.

const recent = (lab, span) => lab.run.history.between(lab.run.time - span, Infinity);
const fires = (lab, least = 3, span = 1000) => recent(lab, span).length >= least;
const turning = ({ eigenvalues }) => eigenvalues.some(([, im]) => im !== 0);
const resting = (lab) => lab.equilibria().find(({ stable }) => stable);

function nearRest(lab, within = 0.5) {
  const rest = resting(lab);
  return rest !== undefined && Math.abs(lab.run.cell.state[0] - rest.state[0]) < within;
}

/** How often v went from one side of a voltage to the other. */
function crossings(lab, voltage, span) {
  const { history, time } = lab.run;
  let [count, side] = [0, 0];
  for (let k = history.from(time - span); k < history.length; k += 1) {
    const now = Math.sign(history.state[0][k] - voltage);
    if (side && now && now !== side) count += 1;
    if (now) side = now;
  }
  return count;
}

/** Spikes in groups: a pause of more than three times the shortest interval, and of 15 ms, ends a group. */
function groups(lab, span = 1000) {
  const spikes = recent(lab, span);
  const gaps = spikes.slice(1).map((t, k) => t - spikes[k]);
  const pause = Math.max(15, 3 * Math.min(...gaps));
  const sizes = [1];
  for (const gap of gaps) {
    if (gap > pause) sizes.push(1);
    else sizes[sizes.length - 1] += 1;
  }
  return spikes.length > 1 ? sizes.slice(1, -1) : []; // The first and the last may have been cut.
}

const apart = (lab) => Math.abs(lab.run.history.count - (lab.run.twinHistory?.count ?? 0));

/** What two pulses at this distance do to the resonator and to the integrator of 2004, at their published strength. */
function pulsePairs(lab) {
  const train = lab.experiment.stimulus.find(({ kind }) => kind === "train");
  if (!train) return null;
  const spikes = (preset, I, width) => {
    const cell = published(preset);
    cell.drive = driveOf(
      [{ kind: "train", I, start: 60, width, period: Math.max(train.period, width + 0.5), count: 2 }],
      400,
    );
    return cell.advance(60 + 2 * train.period + 100).spikes.length;
  };
  return { period: train.period, resonator: spikes("2004/K", 0.65, 4), integrator: spikes("2004/L", 9, 2) };
}

function pulseWords(found) {
  if (!found) return "Give it a pulse train in the panel of the current.";
  return `Two pulses ${found.period} ms apart: the resonator spikes ${found.resonator}×, the integrator ${found.integrator}×.`;
}

/** Work that is done again only when what it depends on has changed. */
function kept(memory, key, work) {
  if (memory.key !== key) Object.assign(memory, { key, value: work() });
  return memory.value;
}

const restingAndSpiking = {
  title: "Resting and spiking",
  steps: [
    {
      setup: { preset: "2007/RS", stimulus: [], scheme: "euler", dt: 0.1, ...steady },
      text: "The cell rests where the nullclines cross: the filled circle. Drag a little in the phase plane to kick it, and let it come back without a spike.",
      check: (lab) => ({
        done: lab.run.touched && lab.run.history.count === 0 && nearRest(lab),
        hint: lab.run.history.count
          ? "It spiked: restart, and kick more gently."
          : lab.run.touched
            ? "On its way back …"
            : "",
      }),
    },
    {
      text: "Now a push that counts. Choose amplitude and width of the pulse under ‘Current’ and press ‘pulse now’: exactly one spike, then rest again.",
      begin: (lab, memory) => (memory.pulses = lab.run.drive.injected.length),
      check(lab, memory) {
        const last = lab.run.drive.injected.at(-1);
        if (!last || lab.run.drive.injected.length <= memory.pulses) return { done: false, words: "No pulse yet." };
        const count = lab.run.history.between(last.start, Infinity).length;
        return {
          done: count === 1 && lab.run.time > last.stop + 100,
          words: `${count} spike${count === 1 ? "" : "s"} since the last pulse.`,
        };
      },
    },
    {
      text: "Raise the held current (+ I) until the cell fires again and again. Watch the two circles in the plane meet and vanish.",
      check: (lab) => ({
        done: fires(lab) && !resting(lab),
        words: `${recent(lab, 1000).length} spikes in the last second.`,
      }),
    },
    {
      text: "Bring the current back down, slowly, as close to the threshold as you can: firing with more than 200 ms from spike to spike.",
      check: (lab) => ({
        done: (lab.run.interval ?? 0) > 200 && !resting(lab) && fires(lab, 1, 1000),
        words: lab.run.interval ? `Last interval: ${lab.run.interval.toFixed(0)} ms.` : "It does not fire.",
      }),
    },
  ],
};

const integratorAndResonator = {
  title: "Integrator and resonator",
  steps: [
    {
      setup: { preset: "2004/K", stimulus: [], ...steady, speed: 0.05, window: 200 },
      text: "A resonator. Kick it gently in the plane (or by a pulse) and watch it ring: v must cross its resting value at least four times, with no spike.",
      check(lab) {
        const rest = resting(lab);
        const count = rest ? crossings(lab, rest.state[0], 150) : 0;
        return {
          done: lab.run.touched && count >= 4 && !recent(lab, 150).length,
          words: `${count} crossings; eigenvalues ${rest && turning(rest) ? "complex" : "real"}.`,
        };
      },
    },
    {
      setup: { preset: "2004/L", stimulus: [], ...steady, speed: 0.05, window: 200 },
      text: "An integrator. Kick it as well: it comes back without swinging, because the eigenvalues at rest are real.",
      check(lab) {
        const rest = resting(lab);
        return {
          done:
            lab.run.touched &&
            lab.run.history.count === 0 &&
            nearRest(lab) &&
            rest &&
            !turning(rest) &&
            crossings(lab, rest.state[0], 150) <= 2,
          hint: lab.run.touched ? "Wait until it is back at rest, without a spike." : "",
        };
      },
    },
    {
      setup: {
        preset: "2004/K",
        stimulus: [{ kind: "train", I: 0.65, start: 60, width: 4, period: 25, count: 2 }],
        duration: 200,
        window: 200,
        speed: 0.05,
      },
      text: "Two weak pulses, 25 ms apart, do nothing. Change the period, above 20 ms, until they make the resonator spike but not the integrator.",
      check(lab, memory) {
        const found = kept(memory, JSON.stringify(lab.experiment.stimulus), () => pulsePairs(lab));
        return {
          done: Boolean(found && found.period > 20 && found.resonator && !found.integrator),
          words: pulseWords(found),
        };
      },
    },
    {
      text: "A resonator asks whether the second pulse comes in step with its own swing. An integrator only adds up: find a period at which it spikes, too.",
      check(lab, memory) {
        const found = kept(memory, JSON.stringify(lab.experiment.stimulus), () => pulsePairs(lab));
        return { done: Boolean(found?.integrator), words: pulseWords(found) };
      },
    },
  ],
};

const excitability = {
  title: "Four bifurcations of excitability",
  steps: [
    {
      setup: { preset: "2004/L", stimulus: [], ...steady, speed: 0.2 },
      text: "Saddle-node on an invariant circle. Raise + I until node and saddle merge and the cell fires more slowly than once in 100 ms: such a cell can fire at any low rate.",
      check: (lab) => ({
        done: !lab.equilibria().length && (lab.run.interval ?? 0) > 100,
        words: lab.equilibria().length
          ? "Node and saddle are still there."
          : lab.run.interval
            ? `Last interval: ${lab.run.interval.toFixed(0)} ms.`
            : "Wait for spikes.",
      }),
    },
    {
      setup: {
        preset: "2004/L",
        stimulus: constant(1.5),
        parameters: { d: 0.5 },
        ...steady,
        speed: 0.2,
        pulse: { I: 20, width: 5 },
      },
      text: "Saddle-node off the circle. At rest now, with d = 0.5. Raise the reset c so far that, after one pulse, the cell fires on and on while the resting state is still stable: it can do both.",
      check: (lab) => ({
        done: Boolean(resting(lab)) && fires(lab, 5, 500) && lab.run.time > 500,
        words: resting(lab)
          ? `Rest is stable; ${recent(lab, 500).length} spikes in the last 500 ms.`
          : "Rest is gone: lower I.",
      }),
    },
    {
      setup: { preset: "2004/P", stimulus: [], ...steady, speed: 0.2, scheme: "rk4", dt: 0.1 },
      text: "Andronov–Hopf. Here rest is a focus. Raise + I until it loses its stability without vanishing (the circle opens), and the cell fires.",
      check(lab) {
        const focus = lab.equilibria().find(turning);
        return {
          done: Boolean(focus && !focus.stable && fires(lab)),
          words: focus
            ? `The focus is ${focus.stable ? "stable" : "unstable"}: λ = ${focus.eigenvalues[0][0].toFixed(4)} ± … /ms.`
            : "There is no focus at this current: lower it.",
        };
      },
    },
    {
      text: "Now lower + I until the focus is stable again, and the cell still fires. Between rest and firing lies an unstable cycle: this Andronov–Hopf bifurcation is subcritical. The fourth kind, supercritical, with small oscillations that grow from nothing, needs a nullcline that bends otherwise than a parabola.",
      check(lab) {
        const focus = lab.equilibria().find(turning);
        return {
          done: Boolean(focus?.stable && fires(lab, 3, 400)),
          words: focus
            ? `The focus is ${focus.stable ? "stable" : "unstable"}; ${recent(lab, 400).length} spikes in the last 400 ms.`
            : "No focus.",
        };
      },
    },
  ],
};

const bursting = {
  title: "Bursting",
  steps: [
    {
      setup: { preset: "2003/RS", stimulus: constant(10), scheme: "euler", dt: 0.1, ...steady, speed: 0.2 },
      text: "A regular spiking cell. After each spike v starts at c, and u is higher by d. Raise c and lower d until it fires bursts of three spikes or more.",
      check(lab) {
        const sizes = groups(lab);
        return {
          done: sizes.length >= 2 && sizes.every((n) => n >= 3),
          words: `Spikes in the last bursts: ${sizes.slice(-6).join(", ") || "none yet"}.`,
        };
      },
    },
    {
      text: "u climbs by d at each spike until the reset falls on the left of the parabola: then v must go the long way round. Make bursts of seven or more.",
      check(lab) {
        const sizes = groups(lab);
        return {
          done: sizes.length >= 2 && sizes.every((n) => n >= 7),
          words: `Spikes in the last bursts: ${sizes.slice(-6).join(", ") || "none yet"}.`,
        };
      },
    },
    {
      setup: { preset: "2007/TC", stimulus: [], scheme: "euler", dt: 0.1, ...steady, speed: 0.2 },
      text: "A burst from inhibition. Hold the thalamic cell down with a large negative + I for a while, then let go (+ I back to 0): it rebounds. Get three spikes at I = 0.",
      check(lab) {
        const [low] = lab.run.history.range(lab.run.history.state[0], lab.run.time - 600);
        const spikes = recent(lab, 250).length;
        return {
          done: lab.experiment.held === 0 && low < -75 && spikes >= 3,
          words: `Lowest v of late: ${Number.isFinite(low) ? low.toFixed(0) : "–"} mV; ${spikes} spikes in the last 250 ms.`,
        };
      },
    },
  ],
};

const numerics = {
  title: "When the step is too large",
  steps: [
    {
      setup: { preset: "2003/FS", stimulus: constant(10), scheme: "published-2003", dt: 1, ...steady },
      text: "The fast spiking cell by the scheme of the first programs, at a step of 1 ms. Overlay the accurate solution and wait until at least ten spikes are missing.",
      check: (lab) => ({
        done: Boolean(lab.run.twin) && apart(lab) >= 10,
        words: lab.run.twin ? `${apart(lab)} spikes apart after ${lab.run.time.toFixed(0)} ms.` : "The overlay is off.",
      }),
    },
    {
      text: "Choose any other scheme but the accurate one, and a dt, so that after 500 ms the counts differ by one spike at most.",
      check: (lab) => ({
        done: Boolean(lab.run.twin) && lab.experiment.scheme !== "accurate" && lab.run.time >= 500 && apart(lab) <= 1,
        words: `${lab.experiment.scheme}, dt ${lab.experiment.dt} ms: ${apart(lab)} apart after ${lab.run.time.toFixed(0)} of 500 ms.`,
      }),
    },
    {
      text: "A higher order pays. With rk4 and a dt of 0.2 ms or more, find a step at which the counts still agree to one spike after 500 ms.",
      check: (lab) => ({
        done:
          Boolean(lab.run.twin) &&
          lab.experiment.scheme === "rk4" &&
          lab.experiment.dt >= 0.2 &&
          lab.run.time >= 500 &&
          apart(lab) <= 1,
        words: `${lab.experiment.scheme}, dt ${lab.experiment.dt} ms: ${apart(lab)} apart after ${lab.run.time.toFixed(0)} of 500 ms.`,
      }),
    },
    {
      setup: { preset: "2004/T", speed: 0.2 },
      text: "Sometimes the step hides the truth. This cell is bounded in its published program. Choose the scheme ‘accurate’ and see what the equations say.",
      check: (lab) => ({
        done: lab.experiment.scheme === "accurate" && (lab.run.failed || lab.run.history.count > 100),
        words: lab.experiment.scheme === "accurate" ? `${lab.run.history.count} spikes so far.` : "",
      }),
    },
  ],
};

const rhythms = {
  title: "From cells to rhythms",
  steps: [
    {
      trio: { ei: 0, ie: 0, tau: 10 },
      text: "Two excitatory cells, E₁ and E₂, fire at rates of their own; a fast spiking one, I, has no current. Raise E→I until I answers every one of their spikes.",
      check({ trio }) {
        const [a, b, c] = trio.recent(500).map((spikes) => spikes.length);
        return {
          done: a > 5 && Math.abs(c - a - b) <= 1,
          words: `In the last 500 ms: E₁ ${a}, E₂ ${b}, I ${c} spikes.`,
        };
      },
    },
    {
      text: "Now let I answer back: raise I→E until E₁ and E₂ are locked in turns, always the same time apart.",
      check({ trio }) {
        const gaps = trio.distances(6);
        const spread = Math.max(...gaps) - Math.min(...gaps);
        return {
          done: gaps.length === 6 && spread < 1.5 && Math.min(...gaps) > 8,
          words: gaps.length
            ? `From E₁ to the nearest spike of E₂: ${gaps.map((x) => x.toFixed(0)).join(", ")} ms.`
            : "",
        };
      },
    },
    {
      text: "Weaken E→I, so that I needs both of them at once to fire, and make its inhibition strong and long. Find a rhythm in which every spike of E₁ has one of E₂ within 6 ms.",
      check({ trio }) {
        const gaps = trio.distances(7);
        return {
          done: gaps.length === 7 && Math.max(...gaps) < 6 && trio.recent(500)[2].length > 0,
          words: gaps.length
            ? `From E₁ to the nearest spike of E₂: ${gaps.map((x) => x.toFixed(0)).join(", ")} ms.`
            : "",
        };
      },
    },
  ],
};

/** The lessons in their order. A step's `check` gets the laboratory and a memory of its own. */
export const LESSONS = [restingAndSpiking, integratorAndResonator, excitability, bursting, numerics, rhythms];

/** Cells of a lesson that has some of its own. */
export function trioOf(step) {
  return step.trio ? new Trio(step.trio) : null;
}
