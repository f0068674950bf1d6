// Models, right: one photo large, with what both models say of it; or several, to be relabelled.
import {h, percent} from "./dom.js";
import {ItemPanel} from "./item-panel.js";
import {pickedOn} from "./picked.js";

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
  const panel = new ItemPanel(root, {
    picked: pickedOn("models"), noun: "Photo", save: (wish) => act("relabel", wish), step: (by) => act("step", {by}),
    extra: (value) => [classes(value), value.tags.length ? tags(value) : null],
  });
  return (value) => panel.show(value?.item || value?.answered ? value : null);
}
