// Sharing and saving: a link, the samples, pictures, and the experiment as code.

import { experimentFile, python, samples } from "./code.js";
import { download, h } from "./dom.js";
import { elsewhere } from "./elsewhere.js";
import { packed } from "./share.js";
import { SvgPen } from "./svg.js";

const SIZE = [1200, 900];
const SHARE = 0.52; // Of the height for the traces.

/** Traces above, plane below, drawn by any pen. */
function both(pen, { lab, scope, plane }, [width, height]) {
  const upper = height * SHARE;
  scope.draw(pen, width, upper, lab.colours);
  pen.save();
  pen.translate(0, upper);
  plane.draw(pen, width, height - upper, lab.colours);
  pen.restore();
}

/** The traces and the plane as SVG. */
export function picture(parts) {
  const [width, height] = SIZE;
  const [upper, lower] = [new SvgPen(), new SvgPen()];
  lower.clips = 1000; // Names of clips must differ within one file.
  parts.scope.draw(upper, width, height * SHARE, parts.lab.colours);
  parts.plane.draw(lower, width, height * (1 - SHARE), parts.lab.colours);
  const pen = new SvgPen();
  parts.lab.fresh = 40; // What the screen shows is drawn again at its own size.
  pen.parts = [...upper.parts, `<g transform="translate(0 ${height * SHARE})">`, ...lower.parts, "</g>"];
  return pen.text(width, height, parts.lab.colours.surface);
}

function png(parts) {
  const [width, height] = SIZE;
  const canvas = h("canvas", { width: 2 * width, height: 2 * height });
  const pen = canvas.getContext("2d");
  pen.scale(2, 2);
  pen.fillStyle = parts.lab.colours.surface;
  pen.fillRect(0, 0, width, height);
  both(pen, parts, SIZE);
  parts.lab.fresh = 40;
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** The address of this page with the experiment in it. */
export function link(lab) {
  return `${location.href.split("#")[0]}#${packed(lab.experiment)}`;
}

/** The panel of sharing and saving. */
export function savePanel(parts) {
  const { lab, scope } = parts;
  const name = () => lab.experiment.preset.replace(/\W+/g, "-");
  const code = h("textarea", {
    class: "code", rows: 9, readonly: true, spellcheck: "false", "aria-label": "Python code of this experiment",
  });
  const button = (label, act) => h("button", { type: "button", onclick: act }, label);
  const copy = async (text, what) => {
    try {
      await navigator.clipboard.writeText(text);
      lab.say(`${what} copied`);
    } catch {
      code.value = text;
      code.select();
      lab.say(`Copying is not allowed here; the ${what.toLowerCase()} is in the field below.`);
    }
  };
  const show = () => (code.value = python(lab));
  lab.on("changed", show).on("injected", show).on("moved", show);
  show();
  return h("div", { class: "save" },
    h("div", { class: "buttons" },
      button("copy link", () => copy(link(lab), "Link")),
      button("copy Python", () => copy(python(lab), "Python")),
      button("Python", () => download(`${name()}.py`, python(lab), "text/x-python")),
      button("TOML", () => download(`${name()}.toml`, experimentFile(lab), "application/toml")),
      button("CSV", () => download(`${name()}.csv`, samples(lab, scope.span), "text/csv")),
      button("PNG", async () => download(`${name()}.png`, await png(parts))),
      button("SVG", () => download(`${name()}.svg`, picture(parts), "image/svg+xml")),
    ), elsewhere(lab), code);
}
