// Findings, above: when the audit was run and whether it still holds; or how far it is.
import {h, icon, count} from "./dom.js";

const WATCH = 700; // milliseconds between two looks at a run

const bar = (value) => h("div", {class: "progress", role: "progressbar", "aria-label": value.title, "aria-valuemin": 0,
  "aria-valuemax": value.total || 1, "aria-valuenow": value.done, "aria-valuetext": `${count(value.done)} of ${count(value.total)}`},
h("div", {class: "progress-done", style: {width: `${value.total ? (100 * value.done) / value.total : 0}%`}}));

const steps = (value) => h("ol", {class: "run-steps"}, value.steps.map((text, at) => h("li", {
  class: at === value.step ? "run-now" : at < value.step ? "run-done" : "", "aria-current": at === value.step ? "step" : null,
}, at < value.step ? icon("tick", 14) : null, text)));

export function mount(root, act) {
  let timer = 0;
  const button = (text, event, kind = "") => h("button", {type: "button", class: `button ${kind}`, text, on: {click: () => act(event)}});

  const large = (value) => h("section", {class: `card audit-first ${value.first ? "" : "audit-again"} ${value.error ? "notice-error" : ""}`, "aria-label": value.title, "aria-live": "polite"},
    h("h2", {text: value.title}),
    value.error ? h("p", {class: "audit-error"}, icon("warning", 18), value.error) : null,
    value.busy ? [steps(value), bar(value), h("p", {class: "dense", text: value.text})] : h("p", {text: value.text}),
    value.notes.map((text) => h("p", {class: "caption", text})),
    value.busy ? button("Cancel", "cancel", "small") : value.button ? button(value.button, "start", "primary") : null);

  const line = (value) => h("section", {class: "audit-line", "aria-label": "Audit", "aria-live": "polite"},
    value.error ? h("p", {class: "audit-error"}, icon("warning", 18), value.error) : null,
    h("p", {class: "dense"}, value.text, value.notes.map((text) => [" ", h("strong", {text})])),
    value.button ? button(value.button, "start", value.stale ? "small primary" : "small") : null);

  return (value) => {
    clearInterval(timer);
    if (!value) return;
    const hadFocus = root.contains(document.activeElement);
    root.replaceChildren(value.busy || value.first ? large(value) : line(value));
    if (hadFocus) root.querySelector("button")?.focus();
    if (value.busy) timer = setInterval(() => { if (root.offsetParent) act("watch"); }, WATCH);
  };
}
