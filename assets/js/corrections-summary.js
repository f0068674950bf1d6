// Corrections, top: how many labels were corrected, and which way that moved the figures.
import {h, icon} from "./dom.js";

export function mount(root, act) {
  const tile = (one) => h("li", null, h("button", {
    type: "button", class: `outcome outcome-${one.way}`, "aria-pressed": one.open ? "true" : "false", disabled: one.none,
    "aria-label": `${one.count} ${one.words}`, on: {click: () => act("narrow", {way: one.open ? "" : one.way})},
  }, h("span", {class: "outcome-count", text: one.count}), h("span", {class: "caption", text: one.words})));

  return (value) => {
    if (!value) return;
    const focused = root.contains(document.activeElement) ? document.activeElement.className : null;
    root.replaceChildren(h("section", {class: "card corrections-summary", "aria-label": "What was corrected"},
      h("h2", {text: value.labels ? "What was corrected" : "Nothing was corrected"}),
      h("p", {class: "dense", text: value.text}),
      value.warning ? h("p", {class: "corrections-warning", role: "status"}, icon("warning", 18), h("span", {text: value.warning})) : null,
      value.tiles.length && value.judged ? [h("p", {class: "caption", text: `Of the corrected ${value.part} labels that the model answered:`}),
        h("ul", {class: "corrections-ways"}, value.tiles.map(tile))] : null,
      value.looked ? h("p", {class: "caption", text: value.looked}) : null,
      value.action ? h("p", null, h("button", {type: "button", class: "button primary", text: value.action.text, on: {click: () => document.getElementById(`tab-${value.action.page}`)?.click()}})) : null));
    if (focused) root.querySelector(`button[class="${focused}"]`)?.focus();
  };
}
