// Which published cell: by collection, with its source and what there is to know about it.

import { BOOK } from "./book.js";
import { h } from "./dom.js";

const COLLECTIONS = {
  2003: "2003: simple model",
  2004: "2004: twenty features",
  2007: "2007: cells of the book",
  2008: "2008: thalamus and cortex",
};

/** The chooser of presets of a laboratory. */
export function chooser(lab) {
  const groups = new Map();
  for (const [name, { title }] of Object.entries(BOOK.presets)) {
    const [collection, short] = [name.slice(0, name.indexOf("/")), name.slice(name.indexOf("/") + 1)];
    if (!groups.has(collection))
      groups.set(collection, h("optgroup", { label: COLLECTIONS[collection] ?? collection }));
    groups.get(collection).append(h("option", { value: name }, title.startsWith(short) ? title : `${short}: ${title}`));
  }
  const ordered = [...groups.keys()].sort().map((key) => groups.get(key));
  const select = h(
    "select",
    { class: "preset", "aria-label": "Published cell", onchange: () => lab.choose(select.value) },
    ordered,
  );
  const source = h("p", { class: "source" });
  const notes = h("p", { class: "notes" });
  const equations = h("p", { class: "equations" });
  lab.on("new", show);
  function show() {
    const row = lab.published;
    select.value = lab.experiment.preset;
    equations.textContent = lab.model.title;
    source.textContent = `Source: ${row.source} (${row.evidence})`;
    notes.textContent = row.notes ? `Note: ${row.notes}` : "";
  }
  show();
  return { select, about: h("div", { class: "about" }, equations, source, notes) };
}
