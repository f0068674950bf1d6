// One item, large, with all that can be done about it; or several that were picked, in one go.
// Every page shows items with this panel.
import {h, icon, count, plural} from "./dom.js";
import {oneItem, previewOf} from "./item-server.js";
import {itemView} from "./item-view.js";
import {answered, relabelForm} from "./relabel.js";

export class ItemPanel {
  // `save(wish)` and `step(by)` tell the page; `wish` says which items are meant.
  //   guess: the model's answer is chosen at first, else the label; noun: how items are called;
  //   empty: a sentence when none is looked at; extra(value): more beneath one item;
  //   suggested(value): {category, tags} chosen at first.
  constructor(root, {picked, save, step, guess = false, folded = true, noun = "Item", empty = "", extra = null, suggested = null}) {
    Object.assign(this, {root, picked, save, step, guess, folded, noun, empty, extra, suggested});
    this.value = null;
    this.visit = null; // a look-alike that is looked at instead
    picked?.watch(() => this.#draw());
  }

  // value: {item, number, total, questions, list, seen, answered}; number null: not in the list.
  show(value) {
    const {answered: key} = value ?? {};
    if (this.visit && value?.item?.id !== this.value?.item?.id && !key) this.visit = null;
    this.value = value;
    if (key) answered(key);
    if (key && !key.startsWith("refused") && this.picked?.size) this.picked.clear(); // draws
    else this.#draw();
    if (this.visit) this.#refresh();
  }

  #save(wish, item = null) {
    const {list, seen} = this.value;
    const meant = item ? {items: [item.id]} : this.picked.all ? {list, expected: this.picked.all} : {items: [...this.picked.items.keys()]};
    return {...wish, ...meant, seen: item?.seen ?? seen};
  }

  async #open(id) {
    const {item} = this.value;
    try {
      this.visit = await oneItem({...item, id});
    } catch (error) {
      this.visit = {...item, id, problem: error.message};
    }
    this.#draw();
    const back = this.root.querySelector(".back");
    back?.focus({preventScroll: true});
    back?.scrollIntoView({block: "nearest"});
  }

  #refresh() { // after a save or an undo: the labels of the look-alike
    const {id} = this.visit;
    oneItem(this.visit).then((item) => {
      if (this.visit?.id !== id) return;
      this.visit = item;
      this.#draw();
    }, () => {});
  }

  #buttons() {
    const {number, total} = this.value;
    const button = (name, words, by, off) => h("button", {
      type: "button", class: "button square", "aria-label": words, disabled: off, on: {click: () => this.step(by)},
      title: `${words} (${by < 0 ? "," : "."})`, "aria-keyshortcuts": by < 0 ? "," : ".",
    }, icon(name, 16));
    const noun = this.noun.toLowerCase();
    return h("div", {class: "pager-buttons"},
      button("left", `${this.noun} before`, -1, !total || (number !== null && number <= 1)),
      button("right", `Next ${noun}`, 1, !total || (number !== null && number >= total)));
  }

  #form(item) {
    const {number, total, questions} = this.value;
    return relabelForm({
      questions: item.questions ?? questions, now: item.now, id: item.id, guess: this.guess && !this.visit,
      suggested: this.visit ? null : this.suggested?.(this.value) ?? null,
      save: (wish) => this.save(this.#save(wish, item)),
      other: (key) => this.#key(key),
      skip: !this.visit && number !== null && number < total ? () => this.step(1) : null,
    });
  }

  // Comma and full stop: the item before, and the next.
  #key(key) {
    const by = {",": -1, ".": 1}[key];
    const button = by && this.root.querySelector(`.pager-buttons button:${by < 0 ? "first" : "last"}-child`);
    if (!button || button.disabled) return false;
    this.step(by);
    return true;
  }

  #one() {
    const {item, number, total} = this.value;
    const title = number === null ? this.noun : `${this.noun} ${count(number)} of ${count(total)}`;
    const form = this.#form(item);
    return [title, [
      h("div", {class: "card-head"}, h("h2", {text: title, "aria-live": "polite"}), this.#buttons()),
      number === null ? h("p", {class: "caption", text: "Its labels have changed, so it is not in this list any more."}) : null,
      itemView(item, {form: form.node, folded: this.folded, visit: (id) => this.#open(id), extra: this.extra?.(this.value)}),
    ], form];
  }

  #visited() {
    const item = this.visit;
    const title = "A look-alike";
    const back = h("button", {type: "button", class: "link back", on: {click: () => {
      this.visit = null;
      this.#draw();
    }}}, icon("left", 14), ` Back to ${this.value.item.words.split(",")[0].toLowerCase()}`);
    if (item.problem) return [title, [back, h("p", {class: "empty", text: item.problem})]];
    const form = this.#form(item);
    return [title, [back, h("h2", {text: title, "aria-live": "polite"}),
      itemView(item, {form: form.node, folded: this.folded, visit: (id) => this.#open(id)})], form];
  }

  #several() {
    const {questions} = this.value;
    const words = plural(this.picked.size, "item");
    const title = `${words} chosen`;
    const form = relabelForm({
      questions, now: null, number: this.picked.size, words,
      save: (wish) => this.save(this.#save(wish)),
      preview: (wish) => previewOf({...this.#place(), ...this.#save(wish)}),
      skip: () => this.picked.clear(), skipWords: "Cancel",
    });
    return [title, [h("h2", {text: title, "aria-live": "polite"}), form.node], form];
  }

  // The workspace and model that a preview is about: the words of the list's link.
  #place() {
    const place = new URLSearchParams(this.value.list ?? "");
    return {workspace: place.get("workspace"), model: place.get("model") ?? ""};
  }

  #draw() {
    const {root, value} = this;
    if (!value) {
      root.replaceChildren();
      return;
    }
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    const label = focused?.getAttribute("aria-label");
    const onSave = focused?.classList.contains("choice-save");
    const shown = this.picked?.size && value.questions ? this.#several() : !value.item ? null : this.visit ? this.#visited() : this.#one();
    if (!shown) {
      root.replaceChildren(...(this.empty ? [h("section", {class: "card", "aria-label": this.noun}, h("p", {class: "empty", text: this.empty}))] : []));
      return;
    }
    const [title, content, form] = shown;
    root.replaceChildren(h("section", {class: "card item-panel", "aria-label": title}, content));
    form?.reveal();
    if (onSave) root.querySelector(".choice-save")?.focus({preventScroll: true});
    else if (label) {
      const again = root.querySelector(`[aria-label="${CSS.escape(label)}"]`);
      (again?.disabled ? root.querySelector(".pager-buttons button:not(:disabled)") : again)?.focus({preventScroll: true});
    }
  }
}
