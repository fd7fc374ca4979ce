// Where an experiment comes from and is kept: the address of the page, or the model of a notebook's widget.

import { differences, restored } from "./experiment.js";
import { packed, unpacked } from "./share.js";

const WRITTEN_AFTER = 400; // It is kept so long after its last change [ms].

/** What to begin with: {experiment, problem}. */
export function opening(model) {
  if (model) return { experiment: restored(model.get("experiment") ?? null).experiment, problem: "" };
  if (location.hash.length > 1) return unpacked(location.hash.slice(1));
  return { experiment: restored(null).experiment, problem: "" };
}

/** Call `write` some time after each change; returns a function that ends that. */
function keeping(lab, write) {
  let timer = 0;
  lab.on("changed", () => {
    clearTimeout(timer);
    timer = setTimeout(write, WRITTEN_AFTER);
  });
  return () => clearTimeout(timer);
}

/** Keep the experiment in the address, and follow a new one there. */
export function addressing(lab) {
  let written = location.hash.slice(1);
  const end = keeping(lab, () => {
    written = packed(lab.experiment);
    history.replaceState(null, "", `#${written}`);
  });
  const follow = () => {
    const text = location.hash.slice(1);
    if (!text || text === written) return;
    const { experiment, problem } = unpacked(text);
    lab.load(experiment);
    if (problem) lab.say(problem);
  };
  window.addEventListener("hashchange", follow);
  return () => {
    end();
    window.removeEventListener("hashchange", follow);
  };
}

/** Keep the experiment in a widget's model, and follow what Python sets there. */
export function syncing(lab, model) {
  let written = "";
  const end = keeping(lab, () => {
    const short = differences(lab.experiment);
    written = JSON.stringify(short);
    model.set("experiment", short);
    model.save_changes();
  });
  const follow = () => {
    const short = model.get("experiment");
    if (JSON.stringify(short) !== written) lab.load(restored(short).experiment);
  };
  model.on("change:experiment", follow);
  return () => {
    end();
    model.off?.("change:experiment", follow);
  };
}
