// Models, one of them: what it is, what it was made of, and the button that puts it to use.
import {h, icon, focusedLabel, refocus} from "./dom.js";
import {chips} from "./models-table.js";
import {runWatcher} from "./models-run.js";

const list = (pairs) => h("dl", {class: "facts"}, pairs.map(([name, text]) => [h("dt", {text: name}), h("dd", {text})]));

const fold = (title, content, kept) => h("details", {open: kept.has(title), data: {title}}, h("summary", {text: title}), content);

function useButton(value, act) {
  if (!value.usable) return null;
  if (value.in_use) return h("p", {class: "dense ink2 in-use"}, icon("tick", 16), "In use on every page and on the command line");
  return h("button", {type: "button", class: "button primary", text: "Use this model", "aria-label": `Use this model, ${value.name}`, on: {click: () => act("use", {model: value.name})}});
}

export function mount(root, act) {
  const run = runWatcher(root, act);
  return (value) => {
    if (!value) {
      run(null);
      root.replaceChildren();
      return;
    }
    const focused = focusedLabel(root);
    const kept = new Set([...root.querySelectorAll("details[open]")].map((one) => one.dataset.title));
    root.replaceChildren(h("section", {class: "card model-card", "aria-label": `Model ${value.name}`},
      h("div", {class: "model-title"}, h("h2", {text: value.name}), chips(value.chips)),
      value.problem ? h("p", {class: "model-problem"}, icon("warning", 18), h("span", {text: value.problem})) : null,
      useButton(value, act), run(value.run),
      value.sentences.map((text) => h("p", {class: "dense ink2", text})),
      value.report ? h("p", {class: "dense report-links"}, "Report to hand over: ",
        h("a", {class: "link", href: `download/report.html?${value.report}`, download: "", text: "HTML", "aria-label": "Save the report as HTML"}),
        h("a", {class: "link", href: `download/report.md?${value.report}`, download: "", text: "Summary", "aria-label": "Save its summary as Markdown"})) : null,
      value.facts.length ? list(value.facts) : null,
      value.recipe.length ? fold("Recipe", list(value.recipe), kept) : null,
      value.versions.length ? fold("Versions", list(value.versions), kept) : null,
      value.architecture ? fold("Architecture", h("pre", {class: "architecture", tabindex: "0", role: "region", "aria-label": "Architecture", text: value.architecture}), kept) : null));
    refocus(root, focused);
  };
}
