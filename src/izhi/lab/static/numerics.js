// The numerics: scheme and step, what the scheme does, and the true solution beside it.

import { BOOK } from "./book.js";
import { h, numberField } from "./dom.js";

const STEPS = [0.01, 0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 1];

/** The chooser of scheme and step of a laboratory. */
export function numericsPanel(lab) {
  const select = h("select", { "aria-label": "Scheme", class: "scheme" },
    Object.keys(BOOK.schemes).map((name) => h("option", { value: name }, name)));
  select.addEventListener("change", () => lab.setScheme(select.value, BOOK.schemes[select.value].dt));
  const dt = numberField({ label: "dt", value: 0.1, unit: "ms", min: 0.001, onset: (x) => lab.setScheme(lab.experiment.scheme, x) });
  dt.setAttribute("list", "lab-steps");
  const options = h("datalist", { id: "lab-steps" }, STEPS.map((x) => h("option", { value: x })));
  const overlay = h("input", { type: "checkbox", onchange: () => lab.setOverlay(overlay.checked) });
  const title = h("summary", {});
  const conventions = h("p", {});
  const used = h("p", {});
  function show() {
    const { scheme, dt: step, overlay: on } = lab.experiment;
    const row = BOOK.schemes[scheme];
    select.value = scheme;
    if (document.activeElement !== dt || dt.valueAsNumber !== step) dt.value = step;
    overlay.checked = on;
    title.textContent = row.title;
    conventions.textContent = row.conventions;
    used.textContent = `Used by ${row.usedBy}.`;
  }
  lab.on("changed", show);
  show();
  const chosen = h("div", { class: "line" }, select, h("label", { class: "step" }, "dt ", dt, h("span", { class: "unit" }, "ms")), options);
  return h("section", { class: "card", "aria-label": "Numerics" }, h("header", {}, h("h2", {}, "Numerics")), chosen,
    h("details", {}, title, conventions, used),
    h("label", { class: "check" }, overlay, "overlay the accurate solution"));
}
