// The panels of which one is open at a time: lessons, f-I curve, diagram, sheet, sharing and saving.

import { diagramPanel } from "./diagram.js";
import { h } from "./dom.js";
import { fiPanel } from "./fi.js";
import { savePanel } from "./save.js";
import { sheetPanel } from "./sheet.js";
import { Tutor } from "./tutor.js";

/** All panels of a laboratory; those that need a server are there only where one sent the page. */
export class Panels {
  constructor(parts) {
    const { lab } = parts;
    this.fi = fiPanel(lab);
    this.diagram = diagramPanel(lab);
    this.sheet = sheetPanel(lab);
    this.lessons = new Tutor(lab);
    this.save = { panel: h("div", { class: "panel", id: "save-panel", hidden: true }, savePanel(parts)) };
    this.all = [
      ["lessons", this.lessons],
      ["f-I curve", this.fi],
      ["bifurcation diagram", this.diagram],
      ["sheet", this.sheet],
      ["share and save", this.save],
    ].filter(([, { available = true }]) => available);
    this.buttons = this.all.map(([title, { panel }]) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          "aria-controls": panel.id,
          onclick: () => this.open(panel),
        },
        title,
      ),
    );
    this.element = h(
      "section",
      { class: "card tabs", "aria-label": "More" },
      h("div", { role: "tablist" }, this.buttons),
      this.all.map(([, { panel }]) => panel),
    );
    this.open(this.fi.panel);
  }

  open(panel) {
    this.all.forEach(([, each], k) => {
      const chosen = each.panel === panel;
      each.panel.hidden = !chosen;
      this.buttons[k].setAttribute("aria-selected", String(chosen));
      if (chosen) each.ask?.();
    });
  }

  /** Once for each frame of the screen. */
  frame() {
    for (const [, each] of this.all) each.frame?.();
  }
}
