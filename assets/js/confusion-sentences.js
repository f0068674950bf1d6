// Confusion, left below: the largest confusions, for those who read no matrices.
import {h} from "./dom.js";

export function mount(root, act) {
  return (value) => {
    if (!value) return;
    const buttons = [...root.querySelectorAll("button")];
    const focused = buttons.indexOf(document.activeElement);
    root.replaceChildren(h("section", {class: "card confusions", "aria-label": "Largest confusions"},
      h("h2", {text: "Largest confusions"}),
      value.sentences.length ? h("ul", null, value.sentences.map((one) => h("li", null, h("button", {
        type: "button", class: "confusion", "aria-pressed": one.open ? "true" : "false",
        on: {click: () => act("cell", {label: one.label, answer: one.answer})},
      }, h("span", {text: one.text}),
      h("span", {class: "bar-track"}, h("span", {class: "bar-fill bar-wrong", style: {width: `${100 * one.share}%`}}))))))
        : h("p", {class: "empty", text: "Nothing was confused: every answer is the label."})));
    if (focused >= 0) root.querySelectorAll("button")[focused]?.focus();
  };
}
