// Answers that are missing: who lacks them, how far they are, and the way to get them.
import {h, icon, count} from "./dom.js";

const WATCH = 700;

// `run(value)` gives an element; it asks the server again for as long as the work goes on and is seen.
export function runWatcher(root, act) {
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
    return h("div", {class: `run ${value.error ? "run-error" : ""}`},
      value.error ? h("p", {class: "run-wrong"}, icon("warning", 16), value.error) : null,
      h("p", {role: "status", text: value.text}),
      value.busy ? h("div", {class: "progress", role: "progressbar", "aria-label": "Predicting", "aria-valuemin": 0,
        "aria-valuemax": value.total || 1, "aria-valuenow": value.done, "aria-valuetext": `${count(value.done)} of ${count(value.total)}`},
      h("div", {class: "progress-done", style: {width: `${100 * share}%`}})) : null,
      value.busy ? h("button", {type: "button", class: "button small", text: "Cancel", "aria-label": "Cancel", on: {click: () => act("cancel")}}) : null,
      value.button ? h("button", {type: "button", class: "button primary small", text: value.button, "aria-label": value.button, on: {click: () => act("predict")}}) : null,
      value.busy || value.button ? h("p", {class: "caption", text: "This runs here, in the background; what was answered is kept." }) : null);
  };
}
