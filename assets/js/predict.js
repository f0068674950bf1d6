// Predict: photos go to the server one by one, answers come back in the order of the drop.
// Previews are local object URLs: nothing uploaded is kept anywhere.

import {h, icon, plural, say} from "./dom.js";
import {photoBox} from "./items.js";
import {answerCard, waitingCard} from "./predict-card.js";
import {listen} from "./predict-intake.js";
import {askItem, askPhoto, download} from "./predict-server.js";

const AT_ONCE = 3;

export function mount(root) {
  const page = new PredictPage(root);
  listen(root, (files) => page.add(files), () => page.value !== null);
  return (value) => page.show(value);
}

class PredictPage {
  constructor(root) {
    this.root = root;
    this.value = null;
    this.jobs = [];
    this.said = h("p", {class: "summary-words", role: "status"});
    this.picker = h("input", {
      type: "file", multiple: true, class: "off-screen", tabindex: "-1", "aria-hidden": "true",
      on: {change: () => this.picked()},
    });
  }

  picked() {
    const files = [...this.picker.files];
    this.picker.value = "";
    this.add(files);
  }

  // Another workspace, model or bundle: answers of the one before would mislead.
  show(value) {
    const place = (other) => JSON.stringify([other?.workspace, other?.model, other?.model_id, other?.bundle]);
    const same = this.value && value && place(this.value) === place(value);
    this.value = value;
    if (!same) this.clear();
    else if (!this.jobs.length) this.draw();
  }

  clear() {
    this.cancel();
    for (const job of this.jobs) if (job.local) URL.revokeObjectURL(job.preview);
    this.jobs = [];
    this.seconds = 0;
    this.dismissed = new Set();
    this.draw();
  }

  cancel() {
    this.running?.abort();
    this.running = null;
    this.jobs = this.jobs.filter((job) => job.answer || job.refused);
  }

  add(files) {
    const taken = files.slice(0, this.value.max_files);
    this.left = files.length - taken.length;
    this.start(taken.map((file) => ({
      name: file.name, local: true, preview: URL.createObjectURL(file),
      ask: (signal) => askPhoto(this.value, file, signal),
    })));
  }

  addItem(example) {
    this.left = 0;
    this.start([{
      name: example.id, local: false, preview: example.photo,
      ask: (signal) => askItem(this.value, example.id, signal),
    }]);
  }

  // Ask for all jobs that are not answered yet, a few at a time, until done or cancelled.
  async start(jobs) {
    if (!jobs.length) return;
    this.jobs.push(...jobs);
    if (this.running) { this.draw(); return; }
    const running = new AbortController();
    this.running = running;
    const begun = performance.now();
    this.draw();
    const work = async () => {
      for (let job = this.next(); job; job = this.next()) {
        job.asked = true;
        const found = await job.ask(running.signal);
        if (running.signal.aborted) return;
        Object.assign(job, found);
        this.draw();
      }
    };
    await Promise.all(Array.from({length: AT_ONCE}, work));
    if (running.signal.aborted) return;
    this.running = null;
    this.seconds += (performance.now() - begun) / 1000;
    this.draw();
    this.root.querySelector(".answers")?.focus({preventScroll: true});
  }

  next() {
    return this.jobs.find((job) => !job.asked);
  }

  draw() {
    if (!this.value) { this.root.replaceChildren(); return; }
    const parts = this.jobs.length || this.left ? this.results() : this.empty();
    const focused = this.root.contains(document.activeElement) ? document.activeElement : null;
    this.root.replaceChildren(this.picker, ...parts);
    if (focused) this.focusAgain(focused);
  }

  // Drawing anew must not throw a person off the button that they are on.
  focusAgain(focused) {
    const twin = focused.isConnected ? focused : [...this.root.querySelectorAll("button")]
      .find((one) => one.textContent === focused.textContent && !one.disabled);
    twin?.focus({preventScroll: true});
  }

  choose() { this.picker.click(); }

  empty() {
    const {examples, max_mb: megabytes } = this.value;
    const zone = h("div", {class: "drop-zone"}, icon("upload", 36),
      h("h2", {}, "Drop photos here"),
      h("p", {}, `JPEG, PNG or WebP, up to ${megabytes} MB each.${this.speed()}`),
      button("Choose photos", () => this.choose(), "primary large"),
      h("p", {class: "dim"}, "Photos are forgotten after the answer."));
    if (!examples.length) return [zone];
    const list = h("ul", {class: "examples"}, ...examples.map((example) => h("li", {},
      h("button", {
        type: "button", "aria-label": `Answer ${example.id}`, on: {click: () => this.addItem(example)},
      }, photoBox(example.thumb, "")))));
    return [zone, h("h2", {class: "examples-title"}, "Or try one from this workspace"), list];
  }

  speed() {
    const {milliseconds } = this.value;
    return milliseconds ? ` An answer takes about ${Math.round(milliseconds)} ms a photo.` : "";
  }

  results() {
    const refused = this.jobs.filter((job) => job.refused && !this.dismissed.has(job));
    const cards = this.jobs.filter((job) => !job.refused)
      .map((job) => this.card(job));
    const parts = [this.summary(), this.progress(), this.tooMany(), ...refused.map((job) => this.refusal(job)),
      h("ul", {class: "answers", tabindex: "-1", "aria-label": "Answers"}, ...cards), this.footnote()];
    return parts.filter(Boolean);
  }

  // A card is built once, so that what a person opened in it stays open.
  card(job) {
    if (!job.answer) return waitingCard(job);
    job.card ??= answerCard(job, this.value.words);
    return job.card;
  }

  summary() {
    const answered = this.jobs.filter((job) => job.answer);
    const refused = this.jobs.filter((job) => job.refused).length;
    this.said.replaceChildren(h("strong", {}, `${plural(answered.length, "photo")} answered`),
      refused ? `, ${refused} refused` : "");
    const file = (kind, name) => {
      const found = button(name, () => this.save(kind));
      found.disabled = !answered.length || Boolean(this.running);
      return found;
    };
    return h("div", {class: "card summary"}, this.said,
      h("p", {class: "summary-time"}, this.timing(answered)),
      h("div", {class: "summary-buttons"},
        h("button", {type: "button", class: "link", on: {click: () => this.clear()}}, "Clear"),
        file("csv", [h("span", {class: "wide"}, "Download "), "CSV"]), file("parquet", "Parquet"),
        button(["Add", h("span", {class: "wide"}, " photos")], () => this.choose(), "primary")));
  }

  // What the share behind a list of categories promises.
  footnote() {
    const sets = this.jobs.map((job) => job.answer?.prediction_set).filter(Boolean);
    if (!sets.length) return null;
    const share = Math.round(sets[0].coverage * 100);
    return h("p", {class: "dim footnote"}, `(${share} %): of 100 photos like those of the catalog, `
      + `${share} have their category among those named.`);
  }

  timing(answered) {
    if (this.running || !answered.length) return "";
    const each = answered.reduce((sum, job) => sum + job.answer.milliseconds, 0) / answered.length;
    const whole = this.seconds < 10 ? this.seconds.toFixed(1) : Math.round(this.seconds);
    return `${whole} s in all, ${Math.max(1, Math.round(each))} ms a photo. No photo is kept after its answer.`;
  }

  progress() {
    if (!this.running) return null;
    const done = this.jobs.filter((job) => job.answer || job.refused).length;
    const all = this.jobs.length;
    const words = `Reading ${Math.min(done + 1, all)} of ${plural(all, "photo")}`;
    return h("div", {class: "card reading"},
      h("span", {class: "turning", "aria-hidden": "true"}),
      h("span", {}, words),
      h("progress", {max: all, value: done, "aria-label": words}),
      button("Cancel", () => { this.cancel(); this.draw(); }));
  }

  tooMany() {
    if (!this.left) return null;
    const most = this.value.max_files;
    const text = `You dropped ${this.left + most} files; ${most} are answered at a time.`
      + ` The last ${this.left === 1 ? "one was" : `${this.left} were`} left out: drop ${this.left === 1 ? "it" : "them"} again.`;
    return message([text], () => { this.left = 0; this.draw(); });
  }

  refusal(job) {
    const begins = job.refused.startsWith(job.name);
    const words = begins ? [h("strong", {}, job.name), job.refused.slice(job.name.length)]
      : [h("strong", {}, job.name), ": ", job.refused];
    job.box ??= message(words, () => { this.dismissed.add(job); this.draw(); });
    return job.box;
  }

  async save(kind) {
    try {
      await download(this.value, kind, this.jobs.filter((job) => job.answer)
        .map(({answer: {why, ...rest}}) => rest));
    } catch (error) {
      say(`The file was not made: ${error.message}`);
    }
  }
}

function message(words, dismiss) {
  return h("div", {class: "refusal", role: "alert"}, icon("warning"), h("p", {}, ...words),
    button("Dismiss", dismiss, "small"));
}

const button = (words, click, kind = "") =>
  h("button", {type: "button", class: `button ${kind}`, on: {click}}, words);
