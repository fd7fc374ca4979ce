// The experiment for other programs, as the laboratory's server writes it from the experiment file.

import { experimentFile, remarks } from "./code.js";
import { download, h } from "./dom.js";
import { token } from "./link.js";

const FORMS = [
  { form: "nmodl", label: "NMODL", title: "mod file for NEURON: the cell and its scheme", note: "Its current and its events are yours to give." },
  { form: "neuroml", label: "NeuroML", title: "NeuroML 2 with a LEMS simulation" },
  { form: "brian2", label: "Brian 2", title: "Python script for Brian 2" },
  { form: "nest", label: "NEST", title: "Python script for NEST" },
  { form: "nwb", label: "NWB", title: "recording of a whole run, with the current" },
];

/** Buttons for what the server writes, and what is said of it; without a server, why there are none. */
export function elsewhere(lab) {
  if (token() === null)
    return h("p", { class: "hint" }, "NMODL, NeuroML, Brian 2, NEST and NWB are written by the server of izhi lab.");
  const words = h("p", { class: "hint made", role: "status" });
  let busy = false;
  async function take({ form, note = "" }) {
    if (busy) return;
    busy = true;
    words.textContent = "being made …";
    const shown = lab.experiment.scheme;
    const left = remarks(lab).map((line) => line.replace("# ", ""));
    try {
      const { name, scheme, content } = await asked(form, experimentFile(lab));
      download(name, content);
      const other = scheme === shown ? "" : `, where the screen has ${shown}`;
      words.textContent = [`${name}, by ${scheme}${other}.`, note, ...left].join(" ");
    } catch (problem) {
      words.textContent = `Not made: ${problem.message}`;
    }
    busy = false;
  }
  const buttons = FORMS.map((each) =>
    h("button", { type: "button", title: each.title, onclick: () => take(each) }, each.label),
  );
  return h("div", { class: "elsewhere" },
    h("p", { class: "hint", id: "for-others" }, "for other programs"),
    h("div", { class: "buttons", role: "group", "aria-labelledby": "for-others" }, buttons), words);
}

async function asked(form, text) {
  const reply = await fetch(`api/export/${form}`, {
    method: "POST",
    headers: { "content-type": "application/toml", "x-izhi-token": token() ?? "" },
    body: text,
  });
  if (!reply.ok) throw new Error((await reply.json().catch(() => ({}))).error ?? `the server says ${reply.status}`);
  const [, name] = reply.headers.get("content-disposition").match(/filename="([^"]*)"/);
  return { name, scheme: reply.headers.get("x-izhi-scheme"), content: await reply.blob() };
}
