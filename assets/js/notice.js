// Empty, busy and error states that stand in a page's place.
import {h, icon, count} from "./dom.js";

const WATCH = 800; // milliseconds between two looks at long work

// The text with its strong part in bold.
function sentence(text, strong) {
  const at = strong ? text.indexOf(strong) : -1;
  if (at < 0) return [text];
  return [text.slice(0, at), h("strong", {text: strong}), text.slice(at + strong.length)];
}

function press(act, what) {
  if (["predict", "cancel"].includes(what)) act("do", {do: what});
  else if (what === "home") location.assign(location.pathname);
  else if (what === "model") document.querySelector(".menu-model select")?.focus();
  else document.getElementById(`tab-${what}`)?.click();
}

function buttons(act, list) {
  if (!list.length) return null;
  return h("div", {class: "notice-buttons"}, list.map((button, at) => h("button", {
    type: "button", class: at === 0 && button.do !== "cancel" ? "button primary" : "button", text: button.text,
    on: {click: () => press(act, button.do)},
  })));
}

function steps(value) {
  if (!value.steps.length) return value.code ? h("p", null, h("code", {text: value.code})) : null;
  const list = value.steps.map((step, at) => h("li", null, step,
    at === value.steps.length - 1 && value.code ? h("code", {text: value.code}) : null));
  return [h("h3", {text: "What you can do"}), h("ol", null, list)];
}

function bar(value) {
  if (value.kind !== "busy") return null;
  const share = value.total ? value.done / value.total : 0;
  return h("div", {class: "progress", role: "progressbar", "aria-label": value.title, "aria-valuemin": 0,
    "aria-valuemax": value.total || 1, "aria-valuenow": value.done,
    "aria-valuetext": `${count(value.done)} of ${count(value.total)}`},
  h("div", {class: "progress-done", style: {width: `${100 * share}%`}}));
}

export function mount(root, act) {
  let timer = 0;
  return (value) => {
    clearInterval(timer);
    root.closest(".page")?.classList.toggle("has-notice", Boolean(value));
    if (!value) {
      root.replaceChildren();
      return;
    }
    const hadFocus = root.contains(document.activeElement);
    root.replaceChildren(
      h("section", {class: `notice notice-${value.kind}`, "aria-live": "polite"},
        value.kind === "error" ? icon("warning", 22) : null,
        h("div", {class: "notice-body"},
          h("h2", {text: value.title}),
          h("p", null, sentence(value.text, value.strong)),
          bar(value), steps(value), buttons(act, value.buttons))),
      value.safe ? h("p", {class: "notice-safe", text: value.safe}) : "",
    );
    if (hadFocus) root.querySelector("button")?.focus();
    if (value.kind === "busy") {
      timer = setInterval(() => { if (root.offsetParent) act("do", {do: "watch"}); }, WATCH);
    }
  };
}
