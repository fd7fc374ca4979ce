// Run, pause, step, restart, speed, window and repetition.

import { h, numberField, shown } from "./dom.js";
import { SPEEDS, WINDOWS } from "./experiment.js";

const LONGEST = 60_000; // A sweep [ms].
const NOTCHES = 300;
const span = Math.log10(SPEEDS[1] / SPEEDS[0]);
const speedAt = (notch) => Number((SPEEDS[0] * 10 ** ((span * notch) / NOTCHES)).toPrecision(2));
const notchOf = (speed) => Math.round((NOTCHES * Math.log10(speed / SPEEDS[0])) / span);

/** The controls of time of a laboratory. */
export function transport(lab) {
  const run = h("button", { type: "button", class: "run", onclick: () => lab.toggle() }, "pause");
  const step = h("button", { type: "button", onclick: () => lab.stepOnce(), title: "one step of the scheme (.)" }, "step");
  const restart = h("button", { type: "button", onclick: () => lab.restart(), title: "from the start (r)" }, "restart");
  const speed = h("input", { type: "range", min: 0, max: NOTCHES, step: 1, "aria-label": "Speed: model time per real time" });
  const reading = h("output", { class: "speed" });
  speed.addEventListener("input", () => lab.set("speed", speedAt(Number(speed.value))));
  const repeat = h("input", { type: "checkbox", onchange: () => lab.set("repeat", repeat.checked) });
  const duration = numberField({
    label: "repeat after", value: 0, unit: "ms", min: 1, onset: (x) => lab.set("duration", Math.min(x, LONGEST)),
  });
  const window_ = h("select", { "aria-label": "Time window", onchange: () => lab.set("window", Number(window_.value)) },
    WINDOWS.map((w) => h("option", { value: w }, w ? `${w} ms` : "sweep")));
  function show() {
    const { experiment } = lab;
    speed.value = notchOf(experiment.speed);
    repeat.checked = experiment.repeat;
    duration.value = experiment.duration;
    window_.value = experiment.window;
    showRunning();
  }
  function showRunning() {
    const going = lab.running && !lab.run.failed;
    run.textContent = lab.running ? "pause" : "run";
    run.setAttribute("aria-pressed", String(going));
  }
  lab.on("changed", show).on("running", showRunning).on("frame", () => {
    const { speed: x } = lab.experiment;
    const late = lab.slow && lab.running ? ", slower than asked" : "";
    const text = `${shown(x, 2)}× (${shown(1000 * x, 2)} ms/s)${late}`;
    if (reading.textContent !== text) reading.textContent = text;
  });
  show();
  return h("div", { class: "transport", role: "group", "aria-label": "Run" }, run, step, restart,
    h("label", {}, "speed ", speed, reading),
    h("label", {}, "window ", window_),
    h("span", { class: "repeat" }, h("label", { class: "check" }, repeat, "repeat after"), duration, h("span", { class: "unit" }, "ms")));
}
