// A pen with the methods of a canvas's that writes SVG: pictures are drawn once and saved as lines and text.

const number = (x) => Number(x.toFixed(2));

function escaped(words) {
  return String(words).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
}

/** What pictures need of a canvas's context, as SVG. */
export class SvgPen {
  constructor() {
    this.parts = [];
    this.stack = [];
    this.clips = 0;
    this.open = 0;
    Object.assign(this, {
      strokeStyle: "#000",
      fillStyle: "#000",
      lineWidth: 1,
      globalAlpha: 1,
      font: "",
      textAlign: "left",
      textBaseline: "alphabetic",
      lineJoin: "round",
      dash: [],
      path: "",
      matrix: "",
    });
  }

  save() {
    const { strokeStyle, fillStyle, lineWidth, globalAlpha, font, textAlign, textBaseline, dash, matrix, open } = this;
    this.stack.push({
      strokeStyle,
      fillStyle,
      lineWidth,
      globalAlpha,
      font,
      textAlign,
      textBaseline,
      dash,
      matrix,
      open,
    });
  }

  restore() {
    const before = this.stack.pop();
    while (this.open > before.open) {
      this.parts.push("</g>");
      this.open -= 1;
    }
    Object.assign(this, before);
  }

  setLineDash(dash) {
    this.dash = dash;
  }

  translate(x, y) {
    this.matrix += ` translate(${number(x)} ${number(y)})`;
  }

  rotate(angle) {
    this.matrix += ` rotate(${number((angle * 180) / Math.PI)})`;
  }

  beginPath() {
    this.path = "";
  }

  moveTo(x, y) {
    this.path += `M${number(x)} ${number(y)}`;
  }

  lineTo(x, y) {
    this.path += `${this.path ? "L" : "M"}${number(x)} ${number(y)}`;
  }

  closePath() {
    this.path += "Z";
  }

  rect(x, y, w, h) {
    this.path += `M${number(x)} ${number(y)}h${number(w)}v${number(h)}h${number(-w)}Z`;
  }

  /** Whole circles, which are all that is drawn. */
  arc(x, y, r) {
    this.path += `M${number(x - r)} ${number(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  }

  clip() {
    this.clips += 1;
    this.parts.push(
      `<clipPath id="c${this.clips}"><path d="${this.path}"/></clipPath><g clip-path="url(#c${this.clips})">`,
    );
    this.open += 1;
  }

  stroke() {
    if (!this.path) return;
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    this.parts.push(
      `<path d="${this.path}" fill="none" stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}"${this.#alpha()}${dash} stroke-linejoin="round"/>`,
    );
  }

  fill() {
    this.parts.push(`<path d="${this.path}" fill="${this.fillStyle}"${this.#alpha()}/>`);
  }

  fillRect(x, y, w, h) {
    this.beginPath();
    this.rect(x, y, w, h);
    this.fill();
  }

  fillText(words, x, y) {
    const anchor = { left: "start", center: "middle", right: "end" }[this.textAlign];
    const drop = { top: "0.85em", middle: "0.35em", alphabetic: "0", bottom: "-0.2em" }[this.textBaseline];
    const size = /(\d+)px/.exec(this.font)?.[1] ?? 13;
    const turned = this.matrix ? ` transform="${this.matrix.trim()}"` : "";
    this.parts.push(
      `<text x="${number(x)}" y="${number(y)}" dy="${drop}" font-family="sans-serif" font-size="${size}" text-anchor="${anchor}" fill="${this.fillStyle}"${this.#alpha()}${turned}>${escaped(words)}</text>`,
    );
  }

  #alpha() {
    return this.globalAlpha < 1 ? ` opacity="${number(this.globalAlpha)}"` : "";
  }

  /** The picture so far. */
  text(width, height, background) {
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
      `<rect width="100%" height="100%" fill="${background}"/>`,
      ...this.parts,
      "</svg>\n",
    ].join("\n");
  }
}
