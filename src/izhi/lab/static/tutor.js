// Leads through the lessons.

import { h } from "./dom.js";
import { publishedExperiment } from "./experiment.js";
import { LESSONS, trioOf } from "./lessons.js";

const EVERY = 200; // A step is checked so often [ms].

/** The lessons of a laboratory, in a panel. */
export class Tutor {
  constructor(lab) {
    this.lab = lab;
    this.at = null; // {lesson, step, memory, done} of the step that is open.
    this.trio = null; // The cells of a lesson that has its own.
    this.due = 0;
    this.last = performance.now();
    this.panel = this.#build();
    this.#show();
  }

  #build() {
    const button = (name, words, act) =>
      (this[name] = h("button", { type: "button", class: name, onclick: act }, words));
    this.choose = h(
      "select",
      { "aria-label": "Lesson" },
      h("option", { value: "" }, "choose a lesson …"),
      LESSONS.map(({ title }, k) => h("option", { value: k }, `${k + 1}. ${title}`)),
    );
    this.choose.addEventListener("change", () =>
      this.start(this.choose.value === "" ? null : Number(this.choose.value)),
    );
    this.place = h("p", { class: "place" });
    this.task = h("p", { class: "task" });
    this.progress = h("p", { class: "progress", "aria-live": "polite" });
    this.own = h("div", { class: "own" });
    this.buttons = h(
      "div",
      { class: "buttons" },
      button("back", "back", () => this.go(this.at.step - 1)),
      button("again", "begin step again", () => this.go(this.at.step)),
      button("next", "next", () => this.go(this.at.step + 1)),
    );
    return h(
      "div",
      { id: "lesson-panel", class: "panel", hidden: true },
      this.choose,
      this.place,
      this.task,
      this.progress,
      this.own,
      this.buttons,
    );
  }

  /** Begin a lesson, or none. */
  start(lesson) {
    this.at = lesson === null ? null : { lesson, step: 0 };
    this.choose.value = lesson ?? "";
    this.trio = null;
    if (this.at) this.go(0);
    else this.#show();
  }

  /** To a step of the lesson; after its last, to the next lesson. */
  go(step) {
    const { lesson } = this.at;
    const { steps } = LESSONS[lesson];
    if (step >= steps.length) return this.start(lesson + 1 < LESSONS.length ? lesson + 1 : null);
    this.at = { lesson, step: Math.max(0, step), memory: {}, done: false };
    this.#prepare(steps[this.at.step]);
    return this.#show();
  }

  /** A step without a beginning of its own goes on from the one before. */
  #prepare({ setup, begin, trio }) {
    if (trio) this.trio = trioOf({ trio });
    if (setup) {
      const { preset, parameters, ...rest } = setup;
      const usual = publishedExperiment(preset);
      this.lab.load({ ...usual, ...rest, parameters: { ...usual.parameters, ...parameters } });
      this.lab.toggle(true);
    }
    begin?.(this.lab, this.at.memory);
  }

  #show() {
    this.buttons.hidden = !this.at;
    this.progress.textContent = "";
    this.progress.classList.remove("done");
    this.next.classList.remove("ready");
    this.own.replaceChildren(...(this.at && this.trio ? [this.trio.element] : []));
    if (!this.at) {
      this.place.textContent = "Six short lessons; what you do is checked by the cells themselves.";
      this.task.textContent = "";
      return;
    }
    const { lesson, step } = this.at;
    const { steps } = LESSONS[lesson];
    this.place.textContent = `Step ${step + 1} of ${steps.length}`;
    this.task.textContent = steps[step].text;
    this.back.disabled = step === 0;
    const after = lesson + 1 < LESSONS.length ? "next lesson" : "finish";
    this.next.textContent = step + 1 < steps.length ? "next" : after;
  }

  /** Once for each frame of the screen. */
  frame() {
    const now = performance.now();
    const elapsed = now - this.last;
    this.last = now;
    if (this.panel.hidden || !this.at) return;
    this.trio?.frame(this.lab.running ? elapsed : 0, this.lab.colours);
    if (now < this.due || this.at.done) return;
    this.due = now + EVERY;
    this.#check();
  }

  #check() {
    const step = LESSONS[this.at.lesson].steps[this.at.step];
    const { done, words = "", hint = "" } = step.check(this.trio ? { trio: this.trio } : this.lab, this.at.memory);
    const line = done ? `Done. ${words}` : words || hint;
    if (this.progress.textContent !== line) this.progress.textContent = line;
    if (!done) return;
    this.at.done = true;
    this.progress.classList.add("done");
    this.next.classList.add("ready");
    this.lab.say("step done");
  }
}
