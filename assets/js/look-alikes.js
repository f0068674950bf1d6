// The labelled items whose photo is most like one; or why there are none, and the work to find them.
import {h, icon, count} from "./dom.js";
import {alikeOf, searchAlike} from "./item-server.js";
import {photoBox} from "./items.js";

const PAUSE = 120; // milliseconds: who only leafs through asks for nothing
const WATCH = 700;

// `visit(id)` opens one of them.
export function lookAlikes(item, visit) {
  const body = h("div", {class: "alike-body"}, h("p", {class: "caption", text: "Looking for the likest photos"}));
  const element = h("section", {class: "item-alike", "aria-label": "Nearest labelled photos"},
    h("h3", {text: "Nearest labelled photos"}), body);
  const say = (error) => body.replaceChildren(h("p", {class: "caption", role: "status", text: error.message}));
  const ask = (what) => (what ? searchAlike(item, what) : alikeOf(item)).then(draw).catch(say);
  const later = (time) => setTimeout(() => { if (element.isConnected) ask(); }, time);
  const draw = (value) => {
    if (!element.isConnected) return;
    const focused = body.contains(document.activeElement);
    body.replaceChildren(...(value.busy ? busy(value, ask) : value.items.length ? near(value, visit) : none(value, ask)));
    if (focused) body.querySelector("button")?.focus();
    if (value.busy) later(WATCH);
  };
  later(PAUSE);
  return element;
}

const near = (value, visit) => [
  h("p", {class: "caption", role: "status", text: value.text}),
  h("ul", {class: "alikes"}, value.items.map((one) => h("li", null, h("button", {
    type: "button", class: "alike", on: {click: () => visit(one.id)},
    "aria-label": [one.like, one.label, ...one.tags].join(", "), title: [one.label, ...one.tags].join(", "),
  }, photoBox(one.thumb, "", {crop: true}),
  h("span", {class: "alike-label", text: one.label}),
  one.tags.length ? h("span", {class: "alike-tags", text: one.tags.join(", ")}) : null,
  h("span", {class: "alike-like", text: one.like}))))),
];

const none = (value, ask) => [
  value.error ? h("p", {class: "run-wrong"}, icon("warning", 16), value.error) : null,
  h("p", {class: "dense ink2", role: "status", text: value.text}),
  value.button ? h("button", {type: "button", class: "button small", text: value.button, on: {click: () => ask("find")}}) : null,
].filter(Boolean);

const busy = (value, ask) => [
  h("p", {class: "dense ink2", role: "status", text: value.total ? `${value.what}: ${count(value.done)} of ${count(value.total)}` : value.what}),
  h("div", {class: "progress", role: "progressbar", "aria-label": value.what, "aria-valuemin": 0,
    "aria-valuemax": value.total || 1, "aria-valuenow": value.done},
  h("div", {class: "progress-done", style: {width: `${value.total ? 100 * value.done / value.total : 0}%`}})),
  h("button", {type: "button", class: "button small", text: "Cancel", on: {click: () => ask("cancel")}}),
];
