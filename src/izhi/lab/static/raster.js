// The scrolling raster of a network: a ring of columns, one for each ms, in a picture of its own.

import { Frame, Surface } from "./surface.js";

const SPAN = 1500; // How much of the past is shown [ms].
const EXCITATORY = 0.8;

/** Spikes against time; `chosen(first, last)` is called with the shares of the cells between which one clicked. */
export class Raster {
  constructor(chosen) {
    this.surface = new Surface("Raster: the spikes of all cells in the last seconds", { class: "raster" });
    this.span = SPAN;
    this.chosen = chosen;
    this.clear();
    const { canvas } = this.surface;
    canvas.addEventListener("pointerdown", (event) => (this.from = this.#share(event)));
    canvas.addEventListener("pointerup", (event) => this.#choose(this.#share(event)));
  }

  clear() {
    this.rows = 0;
    this.end = 0;
    this.seen = 0;
    this.counts = [new Float64Array(SPAN), new Float64Array(SPAN)];
    this.image = null;
  }

  /** Take in the columns of a frame. */
  add({ first, columns, rows, counts, raster }) {
    if (rows !== this.rows) this.#begin(rows);
    for (let k = 0; k < columns; k += 1) {
      const at = (first + k) % SPAN;
      counts.forEach((row, which) => (this.counts[which][at] = row[k]));
      for (let r = 0; r < rows; r += 1) this.level[(rows - 1 - r) * SPAN + at] = raster[k * rows + r];
    }
    this.end = first + columns;
  }

  #begin(rows) {
    this.rows = rows;
    this.level = new Uint8Array(rows * SPAN);
    this.picture = new OffscreenCanvas(SPAN, rows);
    this.pen = this.picture.getContext("2d");
    this.image = this.pen.createImageData(SPAN, rows);
  }

  /** The rates of the excitatory and inhibitory cells [Hz], oldest first, in bins of some ms. */
  rates(width) {
    const bins = Math.floor(SPAN / width);
    return this.counts.map((row, which) => {
      const cells = (this.size ?? this.rows) * (which ? 1 - EXCITATORY : EXCITATORY);
      return Array.from({ length: bins }, (_, b) => {
        let total = 0;
        for (let k = 0; k < width; k += 1) total += row[(this.end + b * width + k) % SPAN];
        return (total / Math.max(1, cells) / width) * 1000;
      });
    });
  }

  paint(colours) {
    this.surface.paint((pen, width, height) => {
      this.frame = new Frame([58, 8, width - 8, height - 40], [-SPAN / 1000, 0], [0, 100]);
      this.frame.axes(pen, colours, { x: "time [s]", y: "cells [%]" });
      if (!this.image) return;
      this.#develop(colours);
      const { left, top, right, bottom } = this.frame;
      const split = this.end % SPAN;
      const scale = (right - left) / SPAN;
      pen.imageSmoothingEnabled = this.rows > bottom - top;
      pen.drawImage(this.picture, split, 0, SPAN - split, this.rows, left, top, (SPAN - split) * scale, bottom - top);
      if (split) pen.drawImage(this.picture, 0, 0, split, this.rows, left + (SPAN - split) * scale, top, split * scale, bottom - top);
    });
  }

  /** Counts as ink, of the columns that are new: the more of a row's cells spike at once, the stronger. */
  #develop(colours) {
    const key = colours.v + colours.u;
    const fresh = key === this.key ? Math.min(SPAN, this.end - this.seen) : SPAN;
    this.key = key;
    const inks = [colours.v, colours.u].map((c) => c.match(/[\d.]+/g).slice(0, 3).map(Number));
    for (let k = this.end - fresh; k < this.end; k += 1) this.#ink(((k % SPAN) + SPAN) % SPAN, inks);
    this.seen = this.end;
    const start = (((this.end - fresh) % SPAN) + SPAN) % SPAN;
    const one = Math.min(fresh, SPAN - start);
    if (one) this.pen.putImageData(this.image, 0, 0, start, 0, one, this.rows);
    if (fresh > one) this.pen.putImageData(this.image, 0, 0, 0, 0, fresh - one, this.rows);
  }

  #ink(column, inks) {
    const { level, image, rows } = this;
    const most = Math.max(1, (this.size ?? rows) / rows / 8);
    const border = rows * (1 - EXCITATORY);
    for (let r = 0; r < rows; r += 1) {
      const at = r * SPAN + column;
      const [red, green, blue] = inks[r < border ? 1 : 0];
      image.data[4 * at] = red;
      image.data[4 * at + 1] = green;
      image.data[4 * at + 2] = blue;
      image.data[4 * at + 3] = level[at] ? Math.min(255, 60 + (195 * level[at]) / most) : 0;
    }
  }

  #share(event) {
    const [px, py] = this.surface.at(event);
    return this.frame ? Math.min(1, Math.max(0, this.frame.value(px, py)[1] / 100)) : 0;
  }

  #choose(to) {
    const [low, high] = [Math.min(this.from ?? to, to), Math.max(this.from ?? to, to)];
    this.from = undefined;
    // A click takes a tenth of the cells around it.
    if (high - low < 0.02) this.chosen(Math.max(0, low - 0.05), Math.min(1, high + 0.05));
    else this.chosen(low, high);
  }
}
