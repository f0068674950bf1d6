// Models, right: one photo large, with what both models say of it.
import {h, icon, count, percent} from "./dom.js";
import {itemView} from "./item-view.js";

const bar = (share, first) => h("span", {class: "bar-track"}, h("span", {class: `bar-fill${first ? " bar-first" : ""}`, style: {width: `${100 * share}%`}}));

const score = (share, first, text) => h("td", {class: first ? "first" : ""}, bar(share, first), h("span", {text}));

const head = (value, what) => h("thead", null, h("tr", null, h("th", {scope: "col", text: what}),
  h("th", {scope: "col", class: "own-name", title: value.a, text: value.a}), h("th", {scope: "col", class: "own-name", title: value.b, text: value.b})));

const classes = (value) => h("table", {class: "both"}, head(value, "Category"),
  h("tbody", null, value.classes.map((one) => h("tr", null,
    h("th", {scope: "row"}, h("span", {text: one.name}), one.label ? h("span", {class: "caption", text: "label"}) : null),
    score(one.a, one.a_first, percent(one.a, 1)), score(one.b, one.b_first, percent(one.b, 1))))));

const labelled = ["not labelled", "label"];

const tags = (value) => h("table", {class: "both"}, head(value, "Tags"),
  h("tbody", null, value.tags.map((one) => h("tr", null,
    h("th", {scope: "row"}, h("span", {text: one.name}), one.label === 1 ? h("span", {class: "caption", text: "label"}) : one.label < 0 ? h("span", {class: "caption", text: labelled[0]}) : null),
    score(one.a, one.a_on, `${one.a.toFixed(2)} ${one.a_on ? "tagged" : "not"}`), score(one.b, one.b_on, `${one.b.toFixed(2)} ${one.b_on ? "tagged" : "not"}`)))));

export function mount(root, act) {
  return (value) => {
    if (!value?.item) {
      root.replaceChildren();
      return;
    }
    const focused = root.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    const button = (name, words, by, off) => h("button", {
      type: "button", class: "button square", "aria-label": words, disabled: off, on: {click: () => act("step", {by})},
    }, icon(name, 16));
    const title = `Photo ${count(value.number)} of ${count(value.total)}`;
    root.replaceChildren(h("section", {class: "card item-panel", "aria-label": title},
      h("div", {class: "card-head"}, h("h2", {text: title, "aria-live": "polite"}), h("div", {class: "pager-buttons"},
        button("left", "Photo before", -1, value.number <= 1), button("right", "Next photo", 1, value.number >= value.total))),
      itemView(value.item), classes(value), value.tags.length ? tags(value) : null));
    if (focused) {
      const again = root.querySelector(`[aria-label="${CSS.escape(focused)}"]`);
      (again?.disabled ? root.querySelector(".pager-buttons button:not(:disabled)") : again)?.focus();
    }
  };
}
