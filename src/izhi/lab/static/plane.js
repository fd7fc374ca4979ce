// The phase plane: what the equations make of every state, and where the cell is.

import { nullclines } from "./geometry.js";
import { FONT, Frame, Surface, line } from "./surface.js";

const MARGIN = { left: 66, top: 12, right: 14, bottom: 40 };
const BANDS = 12; // Of the tail, each fainter than the next.
const LONGEST_TAIL = 5000; // Samples.
const DRAGGED = 5; // A pointer that moves farther than this drags [px].
const ARROWS = [17, 11];

/** The plane of v and u of a laboratory. */
export class Plane {
  constructor(lab) {
    this.lab = lab;
    this.surface = new Surface(
      "Phase plane of v and u. A click sets the state, a drag kicks it; arrow keys move it, plus and minus zoom.",
      { class: "plane" },
    );
    this.fit();
    lab.on("measured", () => this.fit());
    this.#listen(this.surface.canvas);
  }

  /** All of a sweep in view. */
  fit() {
    const { extent, model, run } = this.lab;
    const [c] = model.reset(extent.v[1], extent.u[1], run.cell.parameters);
    const low = Math.min(extent.v[0], Number.isFinite(c) ? c : 0);
    const wide = extent.v[1] - low;
    const [u0, u1] = extent.u.every(Number.isFinite) ? extent.u : [0, 1];
    const high = Math.max(u1 - u0, 0.12 * wide);
    const middle = (u0 + u1) / 2;
    this.view = [low - 0.12 * wide, extent.v[1] + 0.06 * wide, middle - 0.75 * high, middle + 0.75 * high];
    this.lab.fresh = 40;
  }

  zoom(factor, [v, u] = [(this.view[0] + this.view[1]) / 2, (this.view[2] + this.view[3]) / 2]) {
    const [a, b, c, d] = this.view;
    const wide = (b - a) * factor;
    if (wide < 1e-3 || wide > 1e5) return;
    this.view = [v + (a - v) * factor, v + (b - v) * factor, u + (c - u) * factor, u + (d - u) * factor];
    this.lab.fresh = 40;
  }

  #listen(canvas) {
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", () => (this.drag = null));
    canvas.addEventListener("dblclick", () => {
      if (this.undo) this.lab.setState(this.undo); // Its two clicks were not meant.
      this.lab.measure();
    });
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.zoom(Math.exp(0.0015 * event.deltaY), this.frame?.value(...this.surface.at(event)));
      },
      { passive: false },
    );
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  #down(event) {
    if (event.button !== 0 || !this.frame?.contains(...this.surface.at(event))) return;
    this.surface.canvas.setPointerCapture?.(event.pointerId);
    this.drag = { from: this.surface.at(event), to: this.surface.at(event) };
  }

  #move(event) {
    if (!this.drag) return;
    this.drag.to = this.surface.at(event);
    this.lab.fresh = 40;
  }

  #up(event) {
    if (!this.drag) return;
    this.drag.to = this.surface.at(event);
    const { from, to } = this.drag;
    const kicked = this.kicks;
    this.drag = null;
    if (kicked) {
      const [a, b] = [this.frame.value(...from), this.frame.value(...to)];
      this.lab.kick(b[0] - a[0], b[1] - a[1]);
      return;
    }
    const { state } = this.lab.run.cell;
    if (event.detail < 2) this.undo = state.slice();
    const [v, u] = this.frame.value(...to);
    this.lab.setState([v, u, ...state.slice(2)]);
  }

  /** Whether the pointer drags. */
  get kicks() {
    const { from, to } = this.drag;
    return Math.hypot(to[0] - from[0], to[1] - from[1]) > DRAGGED;
  }

  #key(event) {
    const [a, b, c, d] = this.view;
    const share = event.shiftKey ? 0.05 : 0.01;
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (event.key in moves) {
      const [x, y] = moves[event.key];
      this.lab.kick(x * share * (b - a), y * share * (d - c));
    } else if (event.key === "+" || event.key === "-") this.zoom(event.key === "+" ? 0.8 : 1.25);
    else if (event.key === "0") this.lab.measure();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  paint() {
    this.surface.paint((pen, width, height) => this.draw(pen, width, height, this.lab.colours));
  }

  /** Draw with any pen. */
  draw(pen, width, height, colours) {
    const { run, model } = this.lab;
    const { left, top, right, bottom } = MARGIN;
    const [v0, v1, u0, u1] = this.view;
    const frame = new Frame([left, top, width - right, height - bottom], [v0, v1], [u0, u1]);
    this.frame = frame;
    frame.axes(pen, colours, { x: "v [mV]", y: `u [${model.state[1].unit}]`, yColour: colours.u });
    const current = run.current;
    frame.within(pen, () => {
      this.#field(pen, frame, current, colours);
      this.#limits(pen, frame, colours);
      this.#nullclines(pen, frame, current, colours);
      if (run.before.length) this.#tail(pen, frame, run.before, colours.v, 0.25);
      this.#tail(pen, frame, run.history, colours.v, 1);
      if (run.twin) this.#tail(pen, frame, run.twinHistory, colours.true, 1, 1.25);
      this.#equilibria(pen, frame, current, colours);
      this.#state(pen, frame, colours);
    });
    this.#names(pen, frame, colours);
  }

  #field(pen, frame, current, colours) {
    const { model, run } = this.lab;
    const [columns, rows] = ARROWS;
    pen.strokeStyle = colours.muted;
    pen.fillStyle = colours.muted;
    pen.lineWidth = 1;
    pen.globalAlpha = 0.45;
    pen.beginPath();
    for (let i = 0; i < columns; i += 1) {
      for (let j = 0; j < rows; j += 1) {
        const v = frame.x0 + ((i + 0.5) / columns) * (frame.x1 - frame.x0);
        const u = frame.y0 + ((j + 0.5) / rows) * (frame.y1 - frame.y0);
        const [dv, du] = model.rhs(v, u, ...run.cell.state.slice(2), current, run.cell.parameters);
        arrow(pen, frame.x(v), frame.y(u), dv * frame.kx, -du * frame.ky);
      }
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  /** Where a spike ends and where it leaves the cell. */
  #limits(pen, frame, colours) {
    const { model, run } = this.lab;
    const p = run.cell.parameters;
    const us = [frame.y0, frame.y1];
    pen.lineWidth = 1.5;
    pen.strokeStyle = colours.peak;
    line(
      pen,
      us.map((u) => [frame.x(model.peak(u, p)), frame.y(u)]),
    );
    pen.strokeStyle = colours.reset;
    line(
      pen,
      us.map((u) => [frame.x(model.reset(model.peak(u, p), u, p)[0]), frame.y(u)]),
    );
  }

  #nullclines(pen, frame, current, colours) {
    const { model, run } = this.lab;
    const [, , w] = run.cell.state;
    const { v, ofV, ofU, upright } = nullclines(model, run.cell.parameters, current, [frame.x0, frame.x1], w);
    pen.lineWidth = 2;
    for (const [row, colour] of [
      [ofV, colours.i],
      [ofU, colours.u],
    ]) {
      pen.strokeStyle = colour;
      const points = v.map((x, k) => [frame.x(x), frame.y(row[k])]).filter((_, k) => row[k] !== null);
      if (points.length)
        line(
          pen,
          points.map(([x, y]) => [x, Math.max(-1e4, Math.min(1e4, y))]),
        );
    }
    for (const x of upright)
      line(pen, [
        [frame.x(x), frame.top],
        [frame.x(x), frame.bottom],
      ]);
  }

  /** The way the cell came, fading, with dashes where it was reset. */
  #tail(pen, frame, history, colour, strength, width = 2) {
    const { model, run } = this.lab;
    const p = run.cell.parameters;
    const first = Math.max(history.from(run.time - this.lab.span), history.length - LONGEST_TAIL, 0);
    const start = strength < 1 ? Math.max(0, history.length - LONGEST_TAIL) : first;
    const { time, spikes } = history;
    const [v, u] = history.state;
    let s = spikes.findIndex((t) => t >= time[start]);
    if (s < 0) s = spikes.length;
    const jumps = [];
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.lineJoin = "round";
    const size = Math.max(1, Math.ceil((history.length - start) / BANDS));
    for (let k = start; k < history.length;) {
      const stop = Math.min(history.length, k + size);
      pen.globalAlpha = strength < 1 ? strength : 0.12 + 0.88 * ((stop - start) / (history.length - start)) ** 1.5;
      pen.beginPath();
      if (k > start && !(spikes[s - 1] > time[k - 2])) pen.moveTo(frame.x(v[k - 1]), frame.y(u[k - 1]));
      for (; k < stop; k += 1) {
        if (spikes[s] <= time[k] && k > start) {
          const high = model.peak(u[k - 1], p);
          const shows = spikes[s] === time[k]; // This sample shows the peak, or what follows it.
          const low = landing(model.reset(high, u[k - 1], p), history, shows ? k + 1 : k);
          pen.lineTo(frame.x(high), frame.y(u[k - 1]));
          jumps.push([high, u[k - 1], ...low, pen.globalAlpha]);
          pen.moveTo(frame.x(low[0]), frame.y(low[1]));
          while (spikes[s] <= time[k]) s += 1;
          if (shows) continue;
        }
        pen.lineTo(frame.x(Math.min(v[k], model.peak(u[k], p))), frame.y(u[k]));
      }
      pen.stroke();
    }
    this.#jumps(pen, frame, jumps);
    pen.globalAlpha = 1;
  }

  #jumps(pen, frame, jumps) {
    pen.lineWidth = 1.25;
    pen.setLineDash([5, 5]);
    for (const [v, u, c, after, alpha] of jumps.slice(-40)) {
      pen.globalAlpha = 0.7 * alpha;
      line(pen, [
        [frame.x(v), frame.y(u)],
        [frame.x(c), frame.y(after)],
      ]);
    }
    pen.setLineDash([]);
  }

  #equilibria(pen, frame, current, colours) {
    for (const { state, stable } of this.lab.equilibria(current)) {
      pen.beginPath();
      pen.arc(frame.x(state[0]), frame.y(state[1]), 6.5, 0, 2 * Math.PI);
      pen.fillStyle = stable ? colours.ink : colours.surface;
      pen.fill();
      pen.strokeStyle = colours.ink;
      pen.lineWidth = 2;
      pen.stroke();
    }
  }

  #state(pen, frame, colours) {
    const [v, u] = this.lab.run.cell.state;
    const [x, y] = [frame.x(v), frame.y(u)];
    pen.beginPath();
    pen.arc(x, y, 6, 0, 2 * Math.PI);
    pen.fillStyle = colours.v;
    pen.fill();
    pen.strokeStyle = colours.surface;
    pen.lineWidth = 1.5;
    pen.stroke();
    if (!this.drag || !this.kicks) return;
    const { from, to } = this.drag;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    pen.strokeStyle = colours.warn;
    pen.lineWidth = 3;
    line(pen, [
      [x, y],
      [x + dx, y + dy],
    ]);
    const angle = Math.atan2(dy, dx);
    const barb = (turn) => [x + dx - 12 * Math.cos(angle + turn), y + dy - 12 * Math.sin(angle + turn)];
    line(pen, [barb(0.45), [x + dx, y + dy], barb(-0.45)]);
  }

  /** What is what, in the corner. */
  #names(pen, frame, colours) {
    const entries = [
      ["v′ = 0", colours.i],
      ["u′ = 0", colours.u],
      ["peak", colours.peak],
      ["reset", colours.reset],
    ];
    if (this.lab.run.twin) entries.push(["accurate", colours.true]);
    pen.font = `600 ${FONT}`;
    pen.textBaseline = "top";
    pen.textAlign = "left";
    let x = frame.left + 8;
    const wide = entries.reduce((sum, [words]) => sum + words.length * 7.4 + 12, 0);
    pen.fillStyle = colours.surface;
    pen.globalAlpha = 0.85;
    pen.fillRect(frame.left + 2, frame.top + 2, wide + 8, 22);
    pen.globalAlpha = 1;
    for (const [words, colour] of entries) {
      pen.fillStyle = colour;
      pen.fillText(words, x, frame.top + 6);
      x += words.length * 7.4 + 12;
    }
  }
}

/** Where a reset leads: to the next sample if the step has ended there, whose u the step has also moved. */
function landing([c, u], { state, length }, next) {
  const [vs, us] = state;
  return next < length && Math.abs(vs[next] - c) < 1e-6 ? [c, us[next]] : [c, u];
}

/** A short arrow of fixed length in a direction. */
function arrow(pen, x, y, dx, dy) {
  const size = Math.hypot(dx, dy);
  if (!(size > 0) || !Number.isFinite(size)) return;
  const [cx, cy] = [dx / size, dy / size];
  const [ex, ey] = [x + 7 * cx, y + 7 * cy];
  pen.moveTo(x - 7 * cx, y - 7 * cy);
  pen.lineTo(ex, ey);
  pen.moveTo(ex - 4 * cx + 2.5 * cy, ey - 4 * cy - 2.5 * cx);
  pen.lineTo(ex, ey);
  pen.lineTo(ex - 4 * cx - 2.5 * cy, ey - 4 * cy + 2.5 * cx);
}
