// A click for each spike.

import { h } from "./dom.js";

const MOST = 8; // Clicks in one frame: more are one noise.
const LASTS = 0.012; // [s]

/** The switch of the sound of a laboratory. */
export function sound(lab) {
  const box = h("input", { type: "checkbox" });
  let audio = null;
  let heard = 0;
  box.addEventListener("change", () => {
    heard = lab.run.history.count;
    if (!box.checked) return;
    audio ??= new AudioContext();
    audio.resume();
  });
  lab.on("restart", () => (heard = 0)).on("new", () => (heard = 0));
  lab.on("frame", () => {
    const { count } = lab.run.history;
    const fresh = count < heard ? count : count - heard;
    heard = count;
    if (box.checked && audio) for (let k = 0; k < Math.min(fresh, MOST); k += 1) click(audio, k / MOST / 60);
  });
  return h("label", { class: "check" }, box, "sound");
}

function click(audio, delay) {
  const at = audio.currentTime + delay;
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  tone.type = "square";
  tone.frequency.value = 900;
  gain.gain.setValueAtTime(0.12, at);
  gain.gain.exponentialRampToValueAtTime(1e-4, at + LASTS);
  tone.connect(gain).connect(audio.destination);
  tone.start(at);
  tone.stop(at + LASTS);
}
