// Models, two of them: who is right where, on the same held-out photos.
import {h, icon, copyLinkButton, focusedLabel} from "./dom.js";
import {runWatcher} from "./models-run.js";

function chooser(act, value, side, words) {
  const select = h("select", {"aria-label": words, on: {change: () => act("choose", {[side]: select.value})}},
    value.options.map((name) => h("option", {value: name, text: name})));
  select.value = value[side];
  return h("span", {class: "choose"}, select, icon("down", 14));
}

const row = (act, one) => h("tr", {class: one.open ? "open" : ""},
  h("th", {scope: "row"}, h("button", {type: "button", class: "model-name", "aria-label": `Question: ${one.name}`, "aria-pressed": one.open ? "true" : "false",
    on: {click: () => act("ask", {question: one.key})}}, h("span", {text: one.name}))),
  [one.n, one.a, one.b].map((text) => h("td", {text})),
  h("td", null, h("strong", {text: one.difference}), one.interval ? h("span", {class: "range", text: one.interval}) : null),
  [one.mended, one.broken, one.p].map((text) => h("td", {text})));

const table = (act, value) => h("div", {class: "models-scroll", tabindex: "0", role: "region", "aria-label": "Questions"},
  h("table", {class: "questions"},
    h("thead", null, h("tr", null, ["Right in", "photos", value.a, value.b, "difference, points", "mended", "broken", "McNemar p"].map((text, at) =>
      h("th", {scope: "col", class: at === 2 || at === 3 ? "own-name" : null, title: at === 2 || at === 3 ? text : null, text})))),
    h("tbody", null, value.questions.map((one) => row(act, one)))));

const tiles = (act, value) => h("div", {class: "outcomes", role: "group", "aria-label": "Show photos"}, value.counts.map((one) =>
  h("button", {type: "button", class: `outcome outcome-${one.key}`, "aria-pressed": one.open ? "true" : "false", "aria-label": `${one.title}: ${one.count}, ${one.words}`,
    on: {click: () => act("ask", {question: value.question, shown: one.key})}},
  h("span", {class: "outcome-count", text: one.count}), h("span", {class: "outcome-title", text: one.title}), h("span", {class: "caption", text: one.words}))));

export function mount(root, act) {
  const run = runWatcher(root, act);
  return (value) => {
    if (!value) {
      run(null);
      root.replaceChildren();
      return;
    }
    const focused = focusedLabel(root);
    const left = root.querySelector(".models-scroll")?.scrollLeft ?? 0;
    const title = h("h2", {text: "Two models on the same photos"});
    if (value.alone) {
      run(null);
      root.replaceChildren(h("section", {class: "card compare-card", "aria-label": "Comparison"}, title,
        h("p", {class: "ink2", text: value.alone}), h("code", {text: value.command})));
      return;
    }
    const waiting = run(value.run);
    const known = value.questions ? [
      h("p", {class: "verdict", "aria-live": "polite", text: value.verdict}),
      h("p", {class: "caption", text: value.facts}),
      h("div", {class: "compare-figures"}, table(act, value), tiles(act, value)),
    ] : [];
    root.replaceChildren(h("section", {class: "card compare-card", "aria-label": "Comparison"},
      h("div", {class: "card-head"}, title,
        h("div", {class: "compare-who"}, chooser(act, value, "a", "Model to start from"), h("span", {class: "ink2", text: "against"}), chooser(act, value, "b", "Model to hold against it"),
          copyLinkButton({class: "link"}))),
      waiting, ...known));
    const scroll = root.querySelector(".models-scroll");
    if (scroll) scroll.scrollLeft = left;
    if (focused) {
      // a tile's words change with its count: find it by its title
      const again = root.querySelector(`[aria-label="${CSS.escape(focused)}"]`)
        ?? [...root.querySelectorAll("[aria-label]")].find((one) => one.getAttribute("aria-label").split(":")[0] === focused.split(":")[0]);
      again?.focus();
    }
  };
}
