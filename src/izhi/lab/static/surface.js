// A canvas that keeps the size of its box and the resolution of the screen, and the strokes all pictures share.

import { h } from "./dom.js";

export const FONT = "13px system-ui, sans-serif";
const NAMES = [
  "ink",
  "muted",
  "grid",
  "surface",
  "v",
  "u",
  "w",
  "i",
  "true",
  "ghost",
  "peak",
  "reset",
  "warn",
  "accent",
];

/** The colours of the page as the stylesheet has them at the moment. */
export function palette(root) {
  const probe = h("span", { style: "display:none" });
  root.append(probe);
  const colours = {};
  for (const name of NAMES) {
    probe.style.color = `var(--${name})`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return colours;
}

/** A canvas in a box, drawn anew whenever `paint` is called. */
export class Surface {
  constructor(label, attributes = {}) {
    this.canvas = h("canvas", { role: "img", "aria-label": label, tabindex: "0", ...attributes });
    this.box = h("div", { class: "surface" }, this.canvas);
    this.width = 0;
    this.height = 0;
    this.pen = this.canvas.getContext("2d");
    this.observer = new ResizeObserver(() => this.#fit());
    this.observer.observe(this.box);
  }

  #fit() {
    const { clientWidth, clientHeight } = this.box;
    const ratio = window.devicePixelRatio || 1;
    [this.width, this.height] = [clientWidth, clientHeight];
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    this.changed = true;
  }

  /** Draw by a function of a pen, the width and the height in CSS pixels. */
  paint(draw) {
    if (this.width < 40 || this.height < 40) return;
    const ratio = this.canvas.width / this.width;
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.clearRect(0, 0, this.width, this.height);
    draw(this.pen, this.width, this.height);
  }

  /** Where a pointer is, in CSS pixels of the canvas. */
  at(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  close() {
    this.observer.disconnect();
  }
}

/** Round numbers between two, about so many. */
export function ticks(low, high, about) {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, Math.min(count, 50)) }, (_, k) =>
    Number(((first + k) * step).toPrecision(12)),
  );
}

/** A box in a picture with a scale along each side. */
export class Frame {
  constructor([left, top, right, bottom], [x0, x1], [y0, y1]) {
    Object.assign(this, { left, top, right, bottom, x0, x1, y0, y1 });
    this.kx = (right - left) / (x1 - x0);
    this.ky = (bottom - top) / (y1 - y0);
  }

  x(value) {
    return this.left + (value - this.x0) * this.kx;
  }

  y(value) {
    return this.bottom - (value - this.y0) * this.ky;
  }

  value(px, py) {
    return [this.x0 + (px - this.left) / this.kx, this.y0 + (this.bottom - py) / this.ky];
  }

  contains(px, py) {
    return px >= this.left && px <= this.right && py >= this.top && py <= this.bottom;
  }

  /** Draw something that stays inside. */
  within(pen, draw) {
    pen.save();
    pen.beginPath();
    pen.rect(this.left, this.top, this.right - this.left, this.bottom - this.top);
    pen.clip();
    draw();
    pen.restore();
  }

  /** Lines of a grid with numbers, and the names of the axes. */
  axes(pen, colours, { x, y, numbersX = true, yColour } = {}) {
    pen.font = FONT;
    pen.lineWidth = 1;
    pen.strokeStyle = colours.grid;
    pen.fillStyle = colours.muted;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const tick of ticks(this.y0, this.y1, (this.bottom - this.top) / 34)) {
      line(pen, [
        [this.left, this.y(tick)],
        [this.right, this.y(tick)],
      ]);
      pen.fillText(text(tick), this.left - 6, this.y(tick));
    }
    pen.textAlign = "center";
    pen.textBaseline = "top";
    for (const tick of ticks(this.x0, this.x1, (this.right - this.left) / 62)) {
      line(pen, [
        [this.x(tick), this.top],
        [this.x(tick), this.bottom],
      ]);
      if (numbersX) pen.fillText(text(tick), this.x(tick), this.bottom + 5);
    }
    if (x) pen.fillText(x, (this.left + this.right) / 2, this.bottom + 21);
    if (y) sideways(pen, y, this.left - 46, (this.top + this.bottom) / 2, yColour ?? colours.muted);
  }
}

const text = (tick) => String(tick).replace("-", "−");

function sideways(pen, words, x, y, colour) {
  pen.save();
  pen.translate(x, y);
  pen.rotate(-Math.PI / 2);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = colour;
  pen.fillText(words, 0, 0);
  pen.restore();
}

/** A line through points. */
export function line(pen, points) {
  pen.beginPath();
  points.forEach(([x, y], k) => (k ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.stroke();
}

/** A row of samples as a line; where there are many to a pixel, their extremes. */
export function trace(pen, frame, time, row, first, last, most = Infinity) {
  const perPixel = (last - first) / Math.max(1, frame.right - frame.left);
  pen.beginPath();
  if (perPixel <= 2) {
    for (let k = first; k < last; k += 1) pen.lineTo(frame.x(time[k]), frame.y(Math.min(row[k], most)));
  } else {
    for (let k = first; k < last;) {
      const column = Math.floor(frame.x(time[k]));
      let [low, high] = [Infinity, -Infinity];
      for (; k < last && Math.floor(frame.x(time[k])) === column; k += 1) {
        low = Math.min(low, row[k]);
        high = Math.max(high, row[k]);
      }
      pen.lineTo(column, frame.y(Math.min(low, most)));
      pen.lineTo(column, frame.y(Math.min(high, most)));
    }
  }
  pen.stroke();
}
