// The numbers of the cell that its dynamics decide, which the laboratory's server finds.

import { token } from "./link.js";
import { h } from "./dom.js";

/** The panel of the sheet: rest, bifurcations, thresholds, class and rates at the parameters as they are. */
export function sheetPanel(lab) {
  const text = h("pre", { class: "sheet", tabindex: "0", "aria-label": "The sheet of the cell" }, "");
  const words = h("p", { class: "hint", role: "status" }, "");
  const find = h("button", { type: "button", onclick: () => ask() }, "find for these parameters");
  const panel = h("div", { id: "sheet-panel", class: "panel", hidden: true }, find, words, text);
  async function ask() {
    words.textContent = "being computed …";
    const { run, experiment } = lab;
    try {
      const reply = await fetch("api/sheet", {
        method: "POST",
        headers: { "content-type": "application/json", "x-izhi-token": token() ?? "" },
        body: JSON.stringify({ model: run.model, parameters: experiment.parameters, current: experiment.held }),
      });
      const table = await reply.json();
      if (!reply.ok) throw new Error(table.error ?? `the server says ${reply.status}`);
      text.textContent = table.text;
      words.textContent = "At rest under the held current.";
    } catch (problem) {
      words.textContent = `No sheet: ${problem.message}`;
    }
  }
  return { panel, ask, available: token() !== null };
}
