// The laboratory's page: its parts, where they are, and what ties them together.

import { BOOK } from "./book.js";
import { Cell, published } from "./cell.js";
import { chooser } from "./chooser.js";
import { experimentFile, python } from "./code.js";
import { currentPanel } from "./currents.js";
import { h } from "./dom.js";
import { keys } from "./keys.js";
import { Laboratory } from "./laboratory.js";
import { NetworkView } from "./network.js";
import { numbersPanel } from "./numbers.js";
import { numericsPanel } from "./numerics.js";
import { addressing, opening, syncing } from "./outside.js";
import { Panels } from "./panels.js";
import { parameterPanel } from "./parameters.js";
import { Plane } from "./plane.js";
import { Scope } from "./scope.js";
import { sound } from "./sound.js";
import { palette } from "./surface.js";
import { synapsePanel } from "./synapses.js";
import { transport } from "./transport.js";

/**
 * Fill an element with the laboratory; returns a function that ends it. `model` is that of a notebook's widget, if any:
 * its `experiment` is what is on the screen, as links hold it.
 */
export function render({ model, el }) {
  const { experiment, problem } = opening(model);
  const lab = new Laboratory(experiment);
  const [scope, plane] = [new Scope(lab), new Plane(lab)];
  const root = h("div", { class: `izhi-lab${model ? "" : " alone"}`, lang: "en" });
  const { dialog, stop } = keys(lab, model ? root : document);
  const tabs = new Panels({ lab, scope, plane });
  const network = !model && NetworkView.available ? new NetworkView(lab) : null;
  root.append(...layout({ lab, scope, plane, tabs, network, dialog, root }), dialog);
  el.replaceChildren(root);
  const ends = [
    stop,
    colouring(lab, root),
    drawing(lab, [scope, plane], [tabs, ...(network ? [{ frame: () => network.paint() }] : [])]),
    model ? syncing(lab, model) : addressing(lab),
    () => scope.surface.close(),
    () => plane.surface.close(),
    () => network?.close(),
  ];
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) lab.toggle(false);
  if (problem) lab.say(problem);
  window.izhi = { BOOK, Cell, published, lab, scope, plane, tabs, network, written: { experimentFile, python } };
  return () => {
    lab.running = false;
    for (const end of ends) end();
    root.remove();
  };
}

function layout({ lab, scope, plane, tabs, network, dialog, root }) {
  const { select, about } = chooser(lab);
  const help = h("button", { type: "button", "aria-label": "Keys", title: "keys (?)", onclick: () => dialog.showModal() }, "?");
  const controls = transport(lab);
  const zooms = h("div", { class: "zooms" },
    h("button", { type: "button", "aria-label": "Zoom in", onclick: () => plane.zoom(0.8) }, "+"),
    h("button", { type: "button", "aria-label": "Zoom out", onclick: () => plane.zoom(1.25) }, "−"),
    h("button", { type: "button", title: "all of the sweep (also: double click)", onclick: () => lab.measure() }, "fit"));
  const cell = h("main", { class: "cell" },
    h("section", { class: "card scope-card", "aria-label": "Traces" }, scope.surface.box, messages(lab)),
    h("section", { class: "card plane-card", "aria-label": "Phase plane" }, plane.surface.box, zooms),
    numbersPanel(lab),
    h("div", { class: "left" },
      h("section", { class: "card", "aria-label": "The cell" }, about), parameterPanel(lab), numericsPanel(lab)),
    h("div", { class: "right" }, currentPanel(lab), synapsePanel(lab), tabs.element));
  const head = h("header", { class: "head" }, h("h1", {}, "izhi lab"),
    network && rooms(lab, network, [cell, select, controls]), select, controls,
    h("div", { class: "aside" }, sound(lab), themes(root), help));
  return [head, cell, network?.element ?? ""];
}

/** One cell, or a network. */
function rooms(lab, network, ofCell) {
  const buttons = ["cell", "network"].map((name) => h("button", {
    type: "button", "aria-pressed": String(name === "cell"), onclick: () => enter(name),
  }, name));
  function enter(name) {
    const inside = name === "network";
    for (const element of ofCell) element.hidden = inside;
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.textContent === name)));
    if (inside) {
      lab.toggle(false);
      network.open();
    } else network.close();
  }
  return h("div", { class: "rooms", role: "group", "aria-label": "Cell or network" }, buttons);
}

/** What goes wrong is said on the traces; all is said to those who listen. */
function messages(lab) {
  const live = h("div", { class: "hidden", "aria-live": "polite", role: "status" });
  const words = h("span", {});
  const remedy = h("span", { class: "remedies" });
  const banner = h("div", { class: "banner", hidden: true }, words, remedy);
  lab.on("says", (text) => {
    live.textContent = text;
    banner.hidden = /^(running|paused|step done)/.test(text) || !text;
    words.textContent = text;
    const grid = lab.run.failed && !lab.run.cell.scheme.solve;
    remedy.replaceChildren(...(grid ? [
      h("button", { type: "button", onclick: () => lab.setScheme(lab.experiment.scheme, lab.experiment.dt / 2) }, "halve dt"),
      h("button", { type: "button", onclick: () => lab.setScheme("accurate", 0.1) }, "use accurate"),
    ] : []));
  });
  for (const event of ["changed", "restart"]) lab.on(event, () => (banner.hidden = true));
  return [live, banner];
}

function themes(root) {
  const order = ["auto", "light", "dark"];
  const button = h("button", { type: "button", title: "light or dark", onclick: () => {
    const next = order[(order.indexOf(root.dataset.theme ?? "auto") + 1) % order.length];
    root.dataset.theme = next;
    button.textContent = `theme: ${next}`;
    root.dispatchEvent(new Event("izhi-theme"));
  } }, "theme: auto");
  return button;
}

/** Keep the colours of the pictures those of the stylesheet. */
function colouring(lab, root) {
  const look = () => {
    lab.colours = palette(root);
    lab.fresh = 40;
  };
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", look);
  root.addEventListener("izhi-theme", look);
  look();
  return () => media.removeEventListener("change", look);
}

/** A frame for each of the screen. */
function drawing(lab, views, others) {
  let asked = requestAnimationFrame(function frame(now) {
    asked = requestAnimationFrame(frame);
    lab.tick(now);
    const resized = views.some(({ surface }) => surface.changed);
    if (lab.fresh > 0 || resized) {
      for (const view of views) {
        view.surface.changed = false;
        view.paint();
      }
    }
    for (const other of others) other.frame();
  });
  return () => cancelAnimationFrame(asked);
}
