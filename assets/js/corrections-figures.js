// Corrections: every figure on labels as imported, as corrected, and without the corrected ones.
import {h, count} from "./dom.js";
import {saveTable} from "./plot-tools.js";

const KINDS = ["As imported", "As corrected", "Without the corrected"];

const cell = (one) => h("td", {class: "figure"}, h("strong", {text: one.text}), one.interval ? h("span", {class: "range", text: one.interval}) : null);

const row = (one) => h("tr", {class: one.any ? "" : "unmoved"}, h("th", {scope: "row", text: one.title}),
  cell(one.cells[0]), cell(one.cells[1]),
  h("td", {class: one.change === "0" || one.change === "–" ? "change none" : "change", text: one.change}),
  cell(one.cells[2]), h("td", {text: one.changed}));

const tableOf = (value, view) => ({
  columns: [{name: "figure"}, ...KINDS.flatMap((kind) => [{name: kind.toLowerCase()}, {name: `${kind.toLowerCase()}, 95 %`}]), {name: "corrected labels"}],
  rows: view.rows.map((one) => [one.title, ...one.cells.flatMap((each) => [each.value, each.interval]), one.changed]),
});

export function mount(root) {
  let value = null;
  let open = "overview";

  const draw = () => {
    const view = value.views.find((one) => one.key === open) ?? value.views[0];
    const left = root.querySelector(".models-scroll")?.scrollLeft ?? 0;
    const switcher = h("div", {class: "segments", role: "group", "aria-label": "Figures"}, value.views.map((one) => h("button", {
      type: "button", text: one.name, "aria-pressed": one === view ? "true" : "false", data: {view: one.key},
      on: {click: () => {
        open = one.key;
        draw();
        root.querySelector(`[data-view="${open}"]`).focus();
      }},
    })));
    root.replaceChildren(h("section", {class: "card", "aria-label": "Figures before and after"},
      h("div", {class: "card-head"}, h("h2", {text: "Figures before and after"}),
        h("p", {class: "caption", text: value.caption}), switcher),
      h("div", {class: "models-scroll corrections-scroll", tabindex: "0", role: "region", "aria-label": "Figures before and after, table"},
        h("table", {class: "questions corrections-table"},
          h("thead", null, h("tr", null, ["Figure", KINDS[0], KINDS[1], "Change", KINDS[2], "Corrected labels"].map((text) => h("th", {scope: "col", text}))),
            h("tr", {class: "beneath-head"}, ["labelled photos", value.n[0], value.n[1], "", value.n[2], ""].map((text, at) => h(at ? "td" : "th", {scope: at ? null : "row", text})))),
          h("tbody", null, view.rows.map(row)))),
      h("div", {class: "corrections-foot"},
        h("p", {class: "caption", text: view.more ? `The ${count(view.rows.length / 3)} categories with most corrected labels; ${count(view.more)} more are not shown.` : "To leave out the corrected labels is no remedy by itself: where only wrong answers were looked at, it takes wrong answers away."}),
        h("button", {type: "button", class: "link", text: "CSV", "aria-label": "Save the figures as CSV", on: {click: () => saveTable(value.name, tableOf(value, view))}}))));
    root.querySelector(".models-scroll").scrollLeft = left;
  };

  return (next) => {
    value = next;
    root.closest(".block")?.classList.toggle("plot-none", !value);
    if (value) draw();
    else root.replaceChildren();
  };
}
