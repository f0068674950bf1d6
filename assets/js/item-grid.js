// A grid of items. A click looks at one; with Ctrl or Shift, or while choosing, it picks several.
// By keys: arrows walk, with Shift they pick on the way, Ctrl+Space picks one, Ctrl+A all of the
// page and then all of the list, Esc none.
import {h, count, plural} from "./dom.js";
import {itemCard} from "./items.js";

const HINT = "Shift picks a range, Ctrl one more, Ctrl+A all, Esc none.";
const typing = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable='true']");

// `look(id)` opens an item; `list` names what all items together are; `card(item, click)` draws one.
export class ItemGrid {
  constructor(picked, {look, list = "list", card = itemCard, kind = "cards"}) {
    Object.assign(this, {picked, look, list, card});
    this.value = {items: [], total: 0};
    this.choosing = false;
    this.anchor = 0; // where a range begins
    this.bar = h("div", {class: "cell-choose"});
    this.element = h("ul", {class: kind, on: {keydown: (event) => this.#key(event)}});
    picked.watch(() => this.mark());
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || typing(event.target)) return;
      if (picked.size && this.element.isConnected && this.element.checkVisibility()) this.done();
    });
  }

  get buttons() { return [...this.element.querySelectorAll(":scope > li > button")]; }

  // Other photos; those that were picked stay picked.
  show(value) {
    this.value = value;
    this.anchor = Math.max(0, value.selected ?? 0);
    this.element.replaceChildren(...value.items.map((item, at) => h("li", null,
      this.card(item, (event) => this.#click(at, event)))));
    this.mark();
  }

  // Another list: nothing of the one before is meant any more.
  leave() {
    this.choosing = false;
    this.picked.clear();
  }

  done() {
    this.choosing = false;
    if (this.picked.size) this.picked.clear();
    else this.mark();
  }

  // Show which item is looked at and which are picked; `selected`: its place on the page.
  mark(selected = this.value.selected) {
    this.value.selected = selected;
    const buttons = this.buttons;
    const focused = buttons.indexOf(document.activeElement);
    const stop = focused >= 0 ? focused : Math.min(buttons.length - 1, Math.max(0, selected ?? 0));
    for (const [at, button] of buttons.entries()) {
      const isPicked = this.picked.has(this.value.items[at].id);
      button.classList.toggle("picked", isPicked);
      button.setAttribute("aria-pressed", (this.picked.size ? isPicked : at === selected) ? "true" : "false");
      button.tabIndex = at === stop ? 0 : -1;
    }
    this.bar.replaceChildren(...this.#choices().filter(Boolean));
  }

  #choices() {
    const {items, total} = this.value;
    const link = (text, click) => h("button", {type: "button", class: "link", text, on: {click}});
    if (!items.length) return [];
    if (!this.choosing && !this.picked.size) {
      return [link("Choose several", () => {
        this.choosing = true;
        this.mark();
        this.bar.querySelector("button")?.focus();
      })];
    }
    const whole = items.every((item) => this.picked.items.has(item.id));
    return [
      items.length < total || !whole ? link(`All ${count(items.length)} on this page`, () => this.page()) : null,
      items.length < total ? link(`All ${plural(total, "item")} of the ${this.list}`, () => this.everything()) : null,
      link("Done choosing", () => this.done()),
      h("span", {class: "caption cell-hint", text: HINT}),
    ];
  }

  page() { this.picked.add(this.value.items.map((item) => item.id)); }

  everything() { this.picked.set([], this.value.total); }

  #click(at, event) {
    const {id} = this.value.items[at];
    if (event.shiftKey) return this.#range(at);
    this.anchor = at;
    if (this.choosing || event.ctrlKey || event.metaKey) return this.picked.toggle(id);
    this.picked.clear();
    return this.look(id);
  }

  #range(to) {
    const [first, last] = [Math.min(this.anchor, to), Math.max(this.anchor, to)];
    this.picked.add(this.value.items.slice(first, last + 1).map((item) => item.id));
  }

  #key(event) {
    const buttons = this.buttons;
    const at = buttons.indexOf(event.target.closest("button"));
    if (at < 0 || event.altKey) return;
    const many = event.ctrlKey || event.metaKey;
    const top = (button) => Math.round(button.getBoundingClientRect().top);
    const across = buttons.filter((button) => top(button) === top(buttons[0])).length;
    const next = {ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - across, ArrowDown: at + across,
      Home: 0, End: buttons.length - 1}[event.key];
    if (next !== undefined) {
      event.preventDefault();
      if (!buttons[next]) return;
      buttons[at].tabIndex = -1;
      buttons[next].tabIndex = 0;
      buttons[next].focus();
      if (!event.shiftKey || !this.picked.size) this.anchor = event.shiftKey ? at : next;
      if (event.shiftKey) this.#range(next);
    } else if (many && event.key.toLowerCase() === "a") {
      event.preventDefault();
      if (this.value.items.every((item) => this.picked.has(item.id))) this.everything();
      else this.page();
    } else if (many && (event.key === " " || event.key === "Enter")) {
      event.preventDefault();
      this.anchor = at;
      this.picked.toggle(this.value.items[at].id);
    }
  }
}
