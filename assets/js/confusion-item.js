// Confusion, right: the item that is looked at, large.
import {h, icon, count} from "./dom.js";
import {itemView} from "./item-view.js";

export function mount(root, act) {
  return (value) => {
    if (!value) return;
    if (!value.item) {
      root.replaceChildren(h("section", {class: "card", "aria-label": "Item"},
        h("p", {class: "empty", text: "Choose a photo to see it large."})));
      return;
    }
    const focused = root.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    const button = (name, words, by, off) => h("button", {
      type: "button", class: "button square", "aria-label": words, disabled: off, on: {click: () => act("step", {by})},
    }, icon(name, 16));
    const title = `Item ${count(value.number)} of ${count(value.total)}`;
    root.replaceChildren(h("section", {class: "card item-panel", "aria-label": title},
      h("div", {class: "card-head"}, h("h2", {text: title, "aria-live": "polite"}), h("div", {class: "pager-buttons"},
        button("left", "Item before", -1, value.number <= 1),
        button("right", "Next item", 1, value.number >= value.total))),
      itemView(value.item)));
    if (focused) {
      const again = root.querySelector(`[aria-label="${CSS.escape(focused)}"]`);
      (again?.disabled ? root.querySelector(".pager-buttons button:not(:disabled)") : again)?.focus();
    }
  };
}
