// The four counts and three figures at the cut: validation, held-out, and per 10,000 items.

import {countsAt, figuresAt} from "./cuts.js";
import {h} from "./dom.js";

const COUNTS = [
  ["tp", "rightly tagged", ""], ["fp", "wrongly tagged", "wrong"],
  ["fn", "missed", "wrong"], ["tn", "rightly left", ""],
];
const FIGURES = [["precision", "precision"], ["recall", "recall"], ["f1", "F1"]];

export function countsTable(bench, tag) {
  const cells = {};
  const row = (name, words, kind) => {
    cells[name] = [0, 1, 2].map((i) => h("td", {class: i === 2 ? "dim" : ""}));
    return h("tr", {class: name === "precision" ? "first" : ""},
      h("th", {scope: "row", class: kind}, words), ...cells[name]);
  };
  const table = h("table", {class: "counts"},
    h("caption", {class: "off-screen"}, `Counts of ${tag.name} at this cut`),
    h("thead", {}, h("tr", {}, h("td", {}),
      head(`Validation, ${labelled(tag.validation)}`, "chosen here"),
      head(`Held-out, ${labelled(tag.heldout)}`, "judged here"),
      head("per 10,000", "held-out"))),
    h("tbody", {}, ...COUNTS.map(([name, words, kind]) => row(name, words, kind))),
    h("tbody", {}, ...FIGURES.map(([name, words]) => row(name, words, ""))));
  const move = (k) => {
    const parts = [tag.validation, tag.heldout];
    const [validation, heldout] = parts.map((part) => ({...countsAt(part, k), ...figuresAt(part, k)}));
    const n = labelled(tag.heldout);
    for (const [name] of COUNTS) {
      const per = n ? Math.round((heldout[name] / n) * 10000).toLocaleString("en") : "–";
      set(cells[name], whole(validation[name]), whole(heldout[name]), per);
    }
    for (const [name] of FIGURES) {
      set(cells[name], three(validation[name]), three(heldout[name]),
        signed(gap(validation[name], heldout[name]), 3));
    }
  };
  return {
    element: h("section", {class: "card counts-card", "aria-label": "Counts"}, table,
      h("p", {class: "dim"}, "Beside the figures: optimism, validation minus held-out.",
        bench.data.left_out_seen
          ? ` ${bench.data.left_out_seen} held-out items whose photo the model was trained on are left out.`
          : "")),
    move,
  };
}

export const labelled = (part) => part.positives[0] + part.negatives[0];

const head = (words, below) => h("th", {scope: "col"}, words, h("br"), below);
export const gap = (validation, heldout) =>
  (validation === null || heldout === null ? null : validation - heldout);
const whole = (n) => n.toLocaleString("en");
const three = (value) => (value === null ? "–" : value.toFixed(3));
const set = (cells, ...texts) => texts.forEach((text, i) => { cells[i].textContent = text; });

// +0.12, −0.03 with a real minus sign, 0, or a dash where undefined
export function signed(value, digits) {
  if (value === null) return "–";
  const text = value.toFixed(digits);
  return Number(text) === 0 ? "0" : text.replace("-", "−").replace(/^(?=\d)/, "+");
}
