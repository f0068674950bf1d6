// Models, top: all of them side by side. Held-out figures, those of validation beneath.
import {h} from "./dom.js";

// [held-out, validation], each {text, interval, of} or null
const figure = ([held, validation]) => h("td", {class: "figure"},
  h("strong", {text: held?.text ?? "–"}), held?.interval ? h("span", {class: "range", text: held.interval}) : null,
  h("span", {class: "beneath"}, h("span", {text: validation?.text ?? "–"}),
    validation?.interval ? h("span", {class: "range", text: validation.interval}) : null));

const plain = (text, note) => h("td", {class: "figure"}, h("span", {text}), note ? h("span", {class: "beneath", text: note}) : null);

const OVERVIEW = [["top1", "Top-1"], ["top2", "Top-2"], ["macro_f1", "Macro F1"], ["ece", "Calibration error"]];
const OF_TAGS = [["ap", "AP"], ["f1", "F1"], ["ece", "Calibration error"]];
const NAME = ["name", "Model"];

export const chips = (list) => list.map((chip) => h("span", {class: `chip chip-${chip.kind}`, text: chip.text}));

export function mount(root, act) {
  let value = null;
  let view = "overview";

  const name = (model, span) => h("th", {scope: "row", colspan: span},
    h("button", {type: "button", class: "model-name", "aria-pressed": model.open ? "true" : "false", data: {model: model.name},
      on: {click: () => act("look", {model: model.name})}}, h("span", {text: model.name})),
    chips(model.chips),
    h("span", {class: "beneath", text: model.problem || model.measured}));

  const use = (model) => h("td", {class: "use"}, model.in_use || !model.usable ? null : h("button", {
    type: "button", class: "button small", text: "Use", "aria-label": `Use the model ${model.name}`,
    on: {click: () => act("use", {model: model.name})},
  }));

  const columns = () => (view === "tags"
    ? value.tags.flatMap(({name}) => OF_TAGS.map(([of, text]) => [`${of}:${name}`, text, `${name}, ${text}`]))
    : [...OVERVIEW.filter(([key]) => key !== "top2" || value.top2), ["size", "Size"], ["speed", "A photo"], ["made", "Made"], ["data", "Learned from"]]);

  // A column's head is a button: best first, worst first, back to the order of use.
  const sortable = (attributes, [column, text, words]) => {
    const here = value.sort.column === column;
    const way = value.sort.ascending ? "ascending" : "descending";
    return h("th", {scope: "col", "aria-sort": here ? way : "none", ...attributes},
      h("button", {type: "button", class: "sort", "aria-label": words ?? null, title: "Sort by this column", data: {column}, on: {click: () => act("sort", {column})}},
        h("span", {text}), h("span", {class: `sort-mark${here ? ` sort-${way}` : ""}`, "aria-hidden": "true"})));
  };

  const cells = (model) => {
    if (view === "tags") return model.tags.flatMap((tag) => OF_TAGS.map(([of]) => figure(tag[of])));
    return [
      ...OVERVIEW.filter(([key]) => key !== "top2" || value.top2).map(([key]) => figure(model.figures[key])),
      plain(model.size), plain(model.speed), plain(model.made), h("td", {class: "words"}, model.data,
        h("span", {class: "beneath", text: `${model.backbone}, ${model.image}`})),
    ];
  };

  const head = () => (view === "tags"
    ? [h("tr", null, sortable({rowspan: "2"}, NAME), value.tags.map((tag) => h("th", {colspan: `${OF_TAGS.length}`, scope: "colgroup", class: "group", title: tag.name}, tag.name, h("span", {class: "beneath", text: tag.support}))), h("td", {rowspan: "2"})),
      h("tr", null, columns().map((column) => sortable(null, column)))]
    : [h("tr", null, sortable(null, NAME), columns().map((column) => sortable({class: column[0] === "data" ? "words" : null}, column)), h("td"))]);

  const table = () => h("table", {class: "models"},
    h("caption", {class: "off-screen", text: "Models; figures on held-out photos with 95 % intervals, those on validation beneath"}),
    h("thead", null, head()),
    h("tbody", null, value.models.map((model) => h("tr", {class: [model.open ? "open" : "", model.usable ? "" : "unusable", model.comparable ? "" : "elsewhere"].join(" ")},
      name(model, model.usable ? null : columns().length + 1), model.usable ? cells(model) : null, use(model)))));

  const switcher = () => (value.tags.length ? h("div", {class: "segments", role: "group", "aria-label": "Columns"},
    [["overview", "Overview"], ["tags", "By tag"]].map(([key, text]) => h("button", {
      type: "button", text, "aria-pressed": view === key ? "true" : "false", data: {view: key},
      on: {click: () => {
        view = key;
        draw();
        root.querySelector(`[data-view="${key}"]`).focus();
      }},
    }))) : null);

  const draw = () => {
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset : {};
    const left = root.querySelector(".models-scroll")?.scrollLeft ?? 0;
    if (!value.tags.length) view = "overview";
    if (!value.models.length) {
      root.replaceChildren(h("section", {class: "card models-none", "aria-label": "No model yet"},
        h("h2", {text: "No model yet"}),
        h("p", {text: "This workspace has labels but no model that answers them. Train one:"}), h("code", {text: value.command})));
      return;
    }
    root.replaceChildren(h("section", {class: "card models-card", "aria-label": "All models"},
      h("div", {class: "card-head"}, h("h2", {text: value.models.length === 1 ? "One model" : `${value.models.length} models`}),
        h("p", {class: "caption", text: "Held-out photos with 95 % intervals; validation beneath"}), switcher()),
      h("div", {class: "models-scroll", tabindex: "0", role: "region", "aria-label": "Table of models"}, table())));
    root.querySelector(".models-scroll").scrollLeft = left;
    for (const word of ["model", "column"]) {
      if (focused[word]) root.querySelector(`[data-${word}="${CSS.escape(focused[word])}"]`)?.focus();
    }
  };

  return (next) => {
    if (!next) return;
    value = next;
    draw();
  };
}
