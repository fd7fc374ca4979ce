// A live network: it runs on the server, and here one sees its raster, rates and spectrum, and pulls its levers.

import { h, shown } from "./dom.js";
import { Link } from "./link.js";
import { Raster } from "./raster.js";
import { Frame, line, Surface } from "./surface.js";

const RATE_BIN = 5; // The width of a bin of the drawn rates [ms].
const FACTORS = { min: 0, max: 3, step: 0.05 };
const LEVERS = [
  { name: "excitation", label: "excitation", meaning: "factor of all weights from E", ...FACTORS },
  { name: "inhibition", label: "inhibition", meaning: "factor of all weights from I", ...FACTORS },
  { name: "noise", label: "noise", meaning: "factor of the standard deviation of the noise", ...FACTORS },
  { name: "delay", label: "mean delay", unit: "ms", meaning: "delays are uniform from 1 ms; the network is built anew", min: 1, max: 20, step: 0.5 },
  { name: "speed", label: "speed", unit: "×", meaning: "model time over wall time, at most", min: 0.05, max: 10, step: 0.05 },
];
const SIZES = [[1000, 1000], [1000, 100], [10000, 100], [10000, 1000], [30000, 1000], [100000, 100], [100000, 1000]];
const USUAL = { cells: 1000, indegree: 1000, excitation: 1, inhibition: 1, noise: 1, delay: 1, speed: 1 };

/** The view of a live network in a page that a server sent; `lab` gives the colours. */
export class NetworkView {
  constructor(lab) {
    this.lab = lab;
    this.values = { ...USUAL };
    this.state = h("span", { class: "network-state", role: "status" }, "not running");
    this.raster = new Raster((first, last) => this.#stimulate(first, last));
    this.rates = new Surface("Rates of the excitatory and inhibitory cells");
    this.power = new Surface("Power spectrum of the rate of all cells");
    this.spectrum = null;
    this.told = {};
    this.current = h("input", { type: "number", value: "10", step: "any", "aria-label": "Current of a stimulus [mV/ms]" });
    this.duration = h("input", { type: "number", value: "50", min: "1", max: "1000", "aria-label": "Duration of a stimulus [ms]" });
    this.element = h("main", { class: "network", hidden: true }, this.#controls(), h("div", { class: "network-pictures" },
      h("section", { class: "card raster-card", "aria-label": "Raster" }, this.raster.surface.box),
      h("section", { class: "card", "aria-label": "Rates" }, this.rates.box),
      h("section", { class: "card", "aria-label": "Spectrum" }, this.power.box)));
  }

  /** Whether the page comes from a server that runs networks. */
  static get available() {
    return Link.available;
  }

  open() {
    this.element.hidden = false;
    if (this.link?.open) return;
    this.link = new Link({ frame: (x) => this.#frame(x), spectrum: (x) => (this.spectrum = x), told: (x) => this.#told(x) });
    this.link.send("settings", { values: this.values });
  }

  close() {
    this.element.hidden = true;
    this.link?.close();
    this.link = null;
  }

  /** Once for each frame of the screen. */
  paint() {
    if (this.element.hidden) return;
    this.raster.paint(this.lab.colours);
    this.rates.paint((pen, width, height) => this.#drawRates(pen, width, height));
    this.power.paint((pen, width, height) => this.#drawPower(pen, width, height));
  }

  #controls() {
    const size = h("select", { "aria-label": "Size", onchange: () => {
      const [cells, indegree] = SIZES[size.selectedIndex];
      this.raster.clear();
      this.#set({ cells, indegree });
    } }, SIZES.map(([cells, k]) => h("option", {}, `${cells.toLocaleString("en")} cells × ${k.toLocaleString("en")} synapses`)));
    this.paused = h("button", { type: "button", "aria-pressed": "false", onclick: () => this.#pause() }, "pause");
    const all = h("button", { type: "button", title: "a current into all cells", onclick: () => this.#stimulate(0, 1) }, "stimulate all");
    return h("section", { class: "card network-controls", "aria-label": "Network" },
      h("h2", {}, "The network of 2003"), size, this.paused,
      LEVERS.map((lever) => this.#lever(lever)),
      h("div", { class: "lever" }, h("span", {}, "stimulus"), this.current, h("span", { class: "unit" }, "mV/ms"), this.duration, h("span", { class: "unit" }, "ms"), all),
      h("p", { class: "hint" }, "A click or a drag on the raster stimulates the cells there."), this.state);
  }

  #lever({ name, label, unit = "", meaning, min, max, step }) {
    const number = h("output", {}, shown(this.values[name]));
    const slider = h("input", { type: "range", min, max, step, value: String(this.values[name]), "aria-label": `${label}${unit ? ` [${unit}]` : ""}`, title: meaning });
    // A delay builds the network anew, so it waits until the slider rests.
    slider.addEventListener("input", () => (number.textContent = shown(slider.valueAsNumber)));
    slider.addEventListener(name === "delay" ? "change" : "input", () => this.#set({ [name]: slider.valueAsNumber }));
    return h("label", { class: "lever", title: meaning }, h("span", {}, label), slider, number, h("span", { class: "unit" }, unit));
  }

  #set(values) {
    Object.assign(this.values, values);
    if (!this.link?.open) this.open();
    else this.link.send("settings", { values });
  }

  #pause() {
    const paused = this.paused.getAttribute("aria-pressed") !== "true";
    this.paused.setAttribute("aria-pressed", String(paused));
    this.paused.textContent = paused ? "run" : "pause";
    this.link?.send("pause", { paused });
  }

  #stimulate(first, last) {
    const [current, duration] = [this.current.valueAsNumber, this.duration.valueAsNumber];
    if (Number.isFinite(current) && Number.isFinite(duration)) this.link?.send("stimulate", { first, last, current, duration });
  }

  #frame(frame) {
    this.raster.add(frame);
    this.last = frame;
    const { pace, e, i } = frame;
    this.state.textContent = `${shown(frame.first / 1000, 3)} s · E ${shown(e, 3)} Hz, I ${shown(i, 3)} Hz · one second takes ${shown(pace, 2)} s`;
  }

  #told(news) {
    this.told = { ...this.told, ...news };
    const words = {
      building: () => `building ${news.cells.toLocaleString("en")} cells (the first time the engine is compiled) …`,
      running: () => `${news.synapses.toLocaleString("en")} synapses, ${shown(news.memory / 2 ** 20, 3)} MB`,
      failed: () => `it cannot go on: ${news.reason}`,
      refused: () => news.reason,
      closed: () => `the server closed the connection: ${news.reason || "no reason given"}`,
    };
    if (news.status === "building") this.raster.clear();
    if (news.cells) this.raster.size = news.cells;
    this.state.textContent = words[news.status]?.() ?? "";
  }

  #drawRates(pen, width, height) {
    const { colours } = this.lab;
    const [e, i] = this.raster.rates(RATE_BIN);
    const span = this.raster.span / 1000;
    const most = Math.max(20, ...e, ...i);
    const frame = new Frame([58, 8, width - 8, height - 40], [-span, 0], [0, most * 1.05]);
    frame.axes(pen, colours, { x: "time [s]", y: "rate [Hz]" });
    frame.within(pen, () => {
      for (const [rate, colour] of [[e, colours.v], [i, colours.u]]) {
        pen.strokeStyle = colour;
        line(pen, rate.map((x, k) => [frame.x((k + 0.5 - rate.length) * RATE_BIN / 1000), frame.y(x)]));
      }
    });
    legend(pen, width, [["E", colours.v], ["I", colours.u]]);
  }

  #drawPower(pen, width, height) {
    const { colours } = this.lab;
    const { frequency = [], power = [] } = this.spectrum ?? {};
    const shownPower = Array.from(power, (p, k) => (frequency[k] >= 1 ? p : 0));
    const most = Math.max(1e-9, ...shownPower);
    const frame = new Frame([72, 8, width - 18, height - 40], [0, 100], [0, most * 1.05]);
    frame.axes(pen, colours, { x: "frequency [Hz]", y: "power [Hz²/Hz]" });
    pen.strokeStyle = colours.i;
    pen.lineWidth = 1.5;
    frame.within(pen, () => line(pen, shownPower.map((p, k) => [frame.x(frequency[k]), frame.y(p)])));
  }
}

function legend(pen, width, entries) {
  pen.textAlign = "right";
  pen.textBaseline = "top";
  entries.forEach(([name, colour], k) => {
    pen.fillStyle = colour;
    pen.fillText(name, width - 14, 12 + 16 * k);
  });
}
