// Confusion, right: the item that is looked at, large, and what it is; or several, to be relabelled.
import {h, icon, count, plural} from "./dom.js";
import {itemView} from "./item-view.js";
import {picked} from "./picked.js";
import {answered, relabelForm} from "./relabel.js";

export function mount(root, act) {
  let value = null;

  const one = () => {
    const button = (name, words, by, off) => h("button", {
      type: "button", class: "button square", "aria-label": words, disabled: off, on: {click: () => act("step", {by})},
    }, icon(name, 16));
    const title = `Item ${count(value.number)} of ${count(value.total)}`;
    const {item} = value;
    const form = relabelForm({
      questions: item.questions, now: item.now, id: item.id, guess: true,
      save: (wish) => act("relabel", {...wish, items: [item.id]}),
      skip: value.number < value.total ? () => act("step", {by: 1}) : null,
    });
    root.replaceChildren(h("section", {class: "card item-panel", "aria-label": title},
      h("div", {class: "card-head"}, h("h2", {text: title, "aria-live": "polite"}), h("div", {class: "pager-buttons"},
        button("left", "Item before", -1, value.number <= 1),
        button("right", "Next item", 1, value.number >= value.total))),
      itemView(item, {form: form.node, folded: true})));
    form.reveal();
  };

  const several = () => {
    const title = `${plural(picked.size, "item")} chosen`;
    const form = relabelForm({
      questions: value.questions, now: null, number: picked.size, words: plural(picked.size, "item"),
      save: (wish) => act("relabel", picked.all
        ? {...wish, scope: "cell", expected: picked.all} : {...wish, items: [...picked.items.keys()]}),
      skip: () => picked.clear(), skipWords: "Cancel",
    });
    root.replaceChildren(h("section", {class: "card item-panel", "aria-label": title},
      h("h2", {text: title, "aria-live": "polite"}), form.node));
  };

  const draw = () => {
    if (!value) return;
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    const label = focused?.getAttribute("aria-label");
    const onSave = focused?.classList.contains("choice-save");
    if (picked.size && value.questions) several();
    else if (value.item) one();
    else {
      root.replaceChildren(h("section", {class: "card", "aria-label": "Item"},
        h("p", {class: "empty", text: "Choose a photo to see it large."})));
    }
    if (onSave) root.querySelector(".choice-save")?.focus({preventScroll: true});
    else if (label) {
      const again = root.querySelector(`[aria-label="${CSS.escape(label)}"]`);
      (again?.disabled ? root.querySelector(".pager-buttons button:not(:disabled)") : again)?.focus();
    }
  };
  picked.watch(draw);

  return (next) => {
    value = next;
    if (value?.answered) answered(value.answered);
    const done = value?.answered && !value.answered.startsWith("refused");
    if (done && picked.size) picked.clear(); // draws
    else draw();
  };
}
