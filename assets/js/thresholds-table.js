// All tags: held-out figures at each one's cut, sortable, one of them open.

import {countsAt, figuresAt, intervals} from "./cuts.js";
import {sparkline} from "./curves.js";
import {h} from "./dom.js";
import {labelled} from "./thresholds-counts.js";

const two = (value) => (value === null ? "–" : value.toFixed(2));
const short = (value) => (value >= 0.995 ? "1" : value < 0.005 ? "0" : value.toFixed(2).slice(1));
const percent = (value) => (value === null ? "–" : (value * 100).toFixed(1));

// key, heading, value to sort by, what stands in the cell
const COLUMNS = [
  ["name", "Tag, held-out with 95 % intervals", (row) => row.tag.name.toLowerCase(), null],
  ["cut", "Threshold", (row) => row.tag.cut, (row) => [(row.tag.cut / 1000).toFixed(3)]],
  ["precision", "Precision", (row) => row.precision, (row) => sure(row, "precision")],
  ["recall", "Recall", (row) => row.recall, (row) => sure(row, "recall")],
  ["f1", "F1", (row) => row.f1, (row) => sure(row, "f1")],
  ["curve", "Curve", null, null],
  ["ap", "AP", (row) => row.tag.heldout.ap, (row) => [two(row.tag.heldout.ap)]],
  ["support", "Support", (row) => row.support, (row) => [row.support.toLocaleString("en")]],
  ["tagged", "Tagged / true", (row) => row.tagged,
    (row) => [percent(row.tagged), dim(` / ${percent(row.truth)} %`)]],
  ["wrong", "Wrong per 10,000", (row) => row.wrong, (row) => [per(row.wrong)]],
  ["missed", "Missed per 10,000", (row) => row.missed, (row) => [per(row.missed)]],
];

export function tagTable(bench) {
  const rows = new Map(bench.tags.map((tag) => [tag, tagRow(bench, tag)]));
  const body = h("tbody", {});
  const heads = COLUMNS.map(([key, words, value]) => h("th", {scope: "col", class: key},
    value ? h("button", {type: "button", on: {click: () => sort(key)}}, words) : words));
  const order = () => {
    const {key, down } = bench.order;
    const value = COLUMNS.find(([name]) => name === key)[2];
    const known = (tag) => value(figures(tag)) ?? -Infinity;
    const sorted = [...bench.tags].sort((a, b) => {
      const [x, y] = [known(a), known(b)];
      return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1);
    });
    body.append(...sorted.map((tag) => rows.get(tag).element));
    COLUMNS.forEach(([name], i) => {
      if (name === key) heads[i].setAttribute("aria-sort", down ? "descending" : "ascending");
      else heads[i].removeAttribute("aria-sort");
    });
  };
  const sort = (key) => {
    bench.order = {key, down: bench.order.key === key ? !bench.order.down : key !== "name"};
    order();
  };
  order();
  const element = h("div", {
    class: "card tags-card", role: "region", tabindex: "0", "aria-label": "All tags",
  }, h("table", {class: "tags"},
    h("thead", {}, h("tr", {}, ...heads)), body));
  return {
    element,
    update: (tag) => rows.get(tag).update(),
    select: (open) => { for (const [tag, row] of rows) row.select(tag === open); },
  };
}

function tagRow(bench, tag) {
  const radio = h("input", {type: "radio", name: "tag", on: {change: () => bench.show(tag)}});
  const few = tag.heldout.positives[0] < bench.data.trusted
    ? h("span", {class: "chip chip-close"}, fewWords(tag.heldout.positives[0])) : null;
  const unsaved = h("span", {class: "chip", hidden: true}, "not saved");
  const cells = COLUMNS.map(([key]) => h("td", {class: key}));
  cells[0] = h("th", {scope: "row"},
    h("label", {}, radio, h("span", {class: "tag-name"}, tag.name), few, unsaved));
  cells[COLUMNS.findIndex(([key]) => key === "curve")].append(sparkline(tag.heldout));
  const choose = () => { if (!radio.checked) bench.show(tag); };
  const element = h("tr", {on: {click: choose}}, ...cells);
  const update = () => {
    const row = figures(tag);
    COLUMNS.forEach(([, , , cell], i) => { if (cell) cells[i].replaceChildren(...cell(row)); });
    unsaved.hidden = tag.cut === tag.savedCut;
  };
  update();
  const select = (open) => {
    radio.checked = open;
    element.classList.toggle("open", open);
  };
  return {element, update, select};
}

function figures(tag) {
  const counts = countsAt(tag.heldout, tag.cut);
  const n = labelled(tag.heldout);
  const rate = (items) => (n ? (items / n) * 10000 : null);
  return {
    tag, ...figuresAt(tag.heldout, tag.cut), sure: intervals(counts),
    support: tag.heldout.positives[0], wrong: rate(counts.fp), missed: rate(counts.fn),
  };
}

function sure(row, name) {
  const ends = row.sure[name];
  return [h("strong", {}, two(row[name])), dim(ends ? ` ${short(ends[0])} to ${short(ends[1])}` : "")];
}

const dim = (words) => h("span", {class: "dim"}, words);
const per = (rate) => (rate === null ? "–" : Math.round(rate).toLocaleString("en"));
const fewWords = (n) => (n === 0 ? "no item, nothing to judge by"
  : `${n} ${n === 1 ? "item" : "items"}, too few to trust`);
