// Work in the background: how far it is, and the ways to start and to stop it.
import {h, icon, count} from "./dom.js";

const WATCH = 700;

// The returned function draws {text, busy, done, total, error, button} or null; it says `watch` for
// as long as the work goes on and is seen, `cancel` to stop it, and `start` to begin.
export function workWatcher(root, act, {start = "", words, safe = "", primary = true}) {
  let timer = 0;
  return (value) => {
    if (value?.busy) {
      timer ||= setInterval(() => { if (root.offsetParent) act("watch"); }, WATCH);
    } else {
      clearInterval(timer);
      timer = 0;
    }
    if (!value) return null;
    const share = value.total ? value.done / value.total : 0;
    return h("div", {class: "run"},
      value.error ? h("p", {class: "run-wrong"}, icon("warning", 16), value.error) : null,
      h("p", {role: "status", text: value.text}),
      value.busy ? h("div", {class: "progress", role: "progressbar", "aria-label": words, "aria-valuemin": 0,
        "aria-valuemax": value.total || 1, "aria-valuenow": value.done, "aria-valuetext": `${count(value.done)} of ${count(value.total)}`},
      h("div", {class: "progress-done", style: {width: `${100 * share}%`}})) : null,
      value.busy ? h("button", {type: "button", class: "button small", text: "Cancel", on: {click: () => act("cancel")}}) : null,
      value.button ? h("button", {type: "button", class: `button small${primary ? " primary" : ""}`, text: value.button, on: {click: () => act(start)}}) : null,
      safe && (value.busy || value.button) ? h("p", {class: "caption", text: safe}) : null);
  };
}
