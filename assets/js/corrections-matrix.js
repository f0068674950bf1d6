// Corrections: which cells of the confusion matrix moved, and the matrix before and after.
import {h, count} from "./dom.js";
import {onTheme, textOn, token} from "./cells.js";
import {saveTable} from "./plot-tools.js";

const STEPS = [0.1, 0.25, 0.5, 0.75];

const shade = (share, right) => token(`${right ? "right" : "wrong"}${1 + STEPS.filter((step) => share >= step).length}`);

function matrix(title, classes, counts, other) {
  return h("figure", {class: "before-after"}, h("figcaption", {class: "dense", text: title}),
    h("div", {class: "models-scroll", tabindex: "0", role: "region", "aria-label": `Matrix ${title.toLowerCase()}`},
      h("table", null,
        h("thead", null, h("tr", null, h("th", {scope: "col", class: "corner", text: "label \\ answer"}), classes.map((name) => h("th", {scope: "col", title: name, text: name})))),
        h("tbody", null, counts.map((row, r) => {
          const sum = row.reduce((a, b) => a + b, 0);
          return h("tr", null, h("th", {scope: "row", text: classes[r]}), row.map((number, c) => {
            const colour = number ? shade(number / sum, r === c) : null;
            const moved = number !== other[r][c];
            return h("td", {class: moved ? "moved" : "", style: colour ? {background: colour, color: textOn(colour)} : {},
              "aria-label": moved ? `${number}, moved` : null, text: number ? count(number) : "·"});
          }));
        })))));
}

export function mount(root) {
  let value = null;

  const draw = () => {
    if (!value) return;
    const cells = value.cells.length ? h("div", {class: "models-scroll corrections-moved", tabindex: "0", role: "region", "aria-label": "Cells that moved"},
      h("table", {class: "questions"},
        h("thead", null, h("tr", null, ["Label and answer", "imported", "corrected", "change"].map((text) => h("th", {scope: "col", text})))),
        h("tbody", null, value.cells.map((one) => h("tr", null,
          h("th", {scope: "row"}, h("a", {class: "link", href: one.link, text: one.name})),
          h("td", {text: one.before}), h("td", {text: one.after}),
          h("td", null, h("strong", {class: one.right ? "gain" : "", text: one.change}))))))) : h("p", {class: "empty", text: "No cell moved: no category of these photos was corrected."});
    root.replaceChildren(h("section", {class: "card", "aria-label": "Cells that moved"},
      h("div", {class: "card-head"}, h("h2", {text: "Cells that moved"}),
        value.table.rows.length ? h("button", {type: "button", class: "link", text: "CSV", "aria-label": "Save all cells as CSV", on: {click: () => saveTable(value.name, value.table)}}) : null),
      cells,
      value.more ? h("p", {class: "caption", text: `${count(value.more)} more cells moved; the CSV has all.`}) : null,
      value.classes.length && value.cells.length ? h("div", {class: "matrices"},
        matrix("As imported", value.classes, value.imported, value.corrected),
        matrix("As corrected", value.classes, value.corrected, value.imported)) : null));
  };
  onTheme(draw);

  return (next) => {
    value = next;
    root.closest(".block")?.classList.toggle("plot-none", !value);
    if (value) draw();
    else root.replaceChildren();
  };
}
