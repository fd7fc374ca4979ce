// Elements of the page, made in one line each.

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "textContent", "selected"]);

/** An element with attributes (`onclick` and the like are listeners) and children. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || PROPERTIES.has(name)) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  // A select's value must be one of its options, and a slider's lie in its range: these come last.
  for (const name of PROPERTIES) if (name in attributes) element[name] = attributes[name];
  return element;
}

/** A number as people read it: so many significant digits, no needless zeros. */
export function shown(x, digits = 4) {
  if (x === null || x === undefined || Number.isNaN(x)) return "–";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const rounded = Number(x.toPrecision(digits));
  const size = Math.abs(rounded);
  const text = size !== 0 && (size < 1e-4 || size >= 1e6) ? rounded.toExponential() : String(rounded);
  return text.replace("-", "−");
}

/** A round step (1, 2 or 5 times a power of ten) that is not larger than `x`. */
export function roundStep(x) {
  const power = 10 ** Math.floor(Math.log10(x));
  return [5, 2, 1].map((m) => m * power).find((step) => step <= x * 1.0001) ?? power;
}

/** A file for the reader to keep. */
export function download(name, content, type) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A labelled number field that reports finite numbers only. */
export function numberField({ label, value, unit = "", step = "any", min, onset, id, title }) {
  const input = h("input", {
    type: "number",
    step,
    min,
    id,
    title,
    value: String(value),
    "aria-label": `${label}${unit ? ` [${unit}]` : ""}`,
  });
  input.addEventListener("change", () => {
    const x = input.valueAsNumber;
    const allowed = Number.isFinite(x) && (min === undefined || x >= min);
    input.setAttribute("aria-invalid", String(!allowed));
    if (allowed) onset(x);
  });
  return input;
}
