// All tags: held-out figures at each one's cut, sortable, searchable, one of them open.

import {caution} from "./cautions.js";
import {countsAt, figuresAt} from "./cuts.js";
import {sparkline} from "./curves.js";
import {h, plural} from "./dom.js";
import {saveTable} from "./plot-tools.js";
import {resampled} from "./resample.js";
import {gap, labelled, signed} from "./thresholds-counts.js";

const SEARCHED = 8;
const two = (value) => (value === null ? "–" : value.toFixed(2));
const short = (value) => (value >= 0.995 ? "1" : value < 0.005 ? "0" : value.toFixed(2).slice(1));
const percent = (value) => (value === null ? "–" : (value * 100).toFixed(1));

// key, heading, value to sort by, what stands in the cell
const COLUMNS = [
  ["name", "Tag", (row) => row.tag.name.toLowerCase(), null],
  ["cut", "Threshold", (row) => row.tag.cut, (row) => [(row.tag.cut / 1000).toFixed(3)]],
  ["precision", "Precision", (row) => row.precision, (row, ends) => [h("strong", {}, two(row.precision)), ends.precision]],
  ["recall", "Recall", (row) => row.recall, (row, ends) => [h("strong", {}, two(row.recall)), ends.recall]],
  ["f1", "F1", (row) => row.f1, (row, ends) => [h("strong", {}, two(row.f1)), ends.f1]],
  ["optimism", "Optimism", (row) => row.optimism, (row) => [signed(row.optimism, 2)]],
  ["curve", "Curve", null, null],
  ["ap", "AP", (row) => row.tag.heldout.ap, (row) => [two(row.tag.heldout.ap)]],
  ["support", "Support", (row) => row.support, (row) => [row.support.toLocaleString("en")]],
  ["tagged", "Tagged / true", (row) => row.tagged,
    (row) => [percent(row.tagged), dim(` / ${percent(row.truth)} %`)]],
  ["wrong", "Wrong per 10,000", (row) => row.wrong, (row) => [per(row.wrong)]],
  ["missed", "Missed per 10,000", (row) => row.missed, (row) => [per(row.missed)]],
];

const NOTE = "Held-out figures; small: 95 % bootstrap intervals (Wilson's where all or none are right)."
  + " Optimism: F1 on validation minus held-out.";

export function tagTable(bench) {
  const rows = new Map(bench.tags.map((tag) => [tag, tagRow(bench, tag)]));
  watchRows(rows);
  const body = h("tbody", {});
  const heads = COLUMNS.map(([key, words, value]) => h("th", {scope: "col", class: key},
    value ? h("button", {type: "button", on: {click: () => sort(key)}}, words) : words));
  const order = () => {
    const {key, down} = sortOf(bench.place.words.sort);
    const value = COLUMNS.find(([name]) => name === key)[2];
    const known = new Map(bench.tags.map((tag) => [tag, value(figures(tag)) ?? -Infinity]));
    const sorted = [...bench.tags].sort((a, b) => {
      const [x, y] = [known.get(a), known.get(b)];
      return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1);
    });
    body.append(...sorted.map((tag) => rows.get(tag).element));
    COLUMNS.forEach(([name], i) => {
      if (name === key) heads[i].setAttribute("aria-sort", down ? "descending" : "ascending");
      else heads[i].removeAttribute("aria-sort");
    });
  };
  const sort = (key) => {
    const now = sortOf(bench.place.words.sort);
    const down = now.key === key ? !now.down : key !== "name";
    bench.place.put({sort: `${down ? "-" : ""}${key}`});
    order();
  };
  const search = bench.tags.length > SEARCHED ? searchField(bench, rows) : null;
  order();
  const card = h("div", {class: "tags-scroll", role: "region", tabindex: "0", "aria-label": "All tags"},
    h("table", {class: "tags"}, h("thead", {}, h("tr", {}, heads)), body));
  const csv = h("button", {
    type: "button", class: "link", text: "CSV", "aria-label": "Save all tags as CSV",
    on: {click: () => saveTable(`tags ${bench.data.key[1]}`, asTable(bench.tags))},
  });
  return {
    element: h("div", {class: "card tags-card"}, search, card,
      h("p", {class: "tags-foot caption"}, h("span", {text: NOTE}), csv)),
    update: (tag) => rows.get(tag).update(),
    updateAll: () => { for (const row of rows.values()) row.update(); order(); },
    select: (open) => { for (const [tag, row] of rows) row.select(tag === open); },
  };
}

// "-f1": by F1, the highest first; by name when the word makes no sense
function sortOf(word) {
  const down = word?.startsWith("-") ?? false;
  const key = down ? word.slice(1) : word;
  return COLUMNS.some(([name, , value]) => name === key && value) ? {key, down} : {key: "name", down: false};
}

function searchField(bench, rows) {
  const found = h("span", {class: "dim", role: "status"});
  const field = h("input", {type: "search", placeholder: `Find one of ${bench.tags.length} tags`, "aria-label": "Find a tag"});
  const filter = () => {
    const word = field.value.trim().toLowerCase();
    let n = 0;
    for (const [tag, row] of rows) {
      row.element.hidden = !tag.name.toLowerCase().includes(word);
      n += row.element.hidden ? 0 : 1;
    }
    found.textContent = word ? `${plural(n, "tag")} found` : "";
  };
  field.addEventListener("input", () => {
    bench.place.put({find: field.value.trim() || null});
    filter();
  });
  field.value = bench.place.words.find ?? "";
  filter();
  return h("div", {class: "tags-find"}, field, found);
}

// Intervals are drawn for rows that are seen: of 200 tags that is a few.
function watchRows(rows) {
  const of = new Map([...rows.values()].map((row) => [row.element, row]));
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) of.get(entry.target).see(entry.isIntersecting);
  }, {rootMargin: "200px"});
  for (const row of rows.values()) observer.observe(row.element);
}

function tagRow(bench, tag) {
  const radio = h("input", {type: "radio", name: "tag", on: {change: () => bench.show(tag)}});
  const warning = h("span", {class: "caution"});
  const unsaved = h("span", {class: "chip", hidden: true}, "not saved");
  const cells = COLUMNS.map(([key]) => h("td", {class: key}));
  const ends = {precision: dim(""), recall: dim(""), f1: dim("")};
  cells[0] = h("th", {scope: "row"},
    h("label", {}, radio, h("span", {class: "tag-name"}, tag.name), unsaved), warning);
  cells[COLUMNS.findIndex(([key]) => key === "curve")].append(sparkline(tag.heldout));
  const choose = () => { if (!radio.checked) bench.show(tag); };
  const element = h("tr", {on: {click: choose}}, cells);
  let [seen, drawn] = [false, null];
  const intervals = () => {
    if (!seen || drawn === tag.cut) return;
    drawn = tag.cut;
    const found = resampled(tag.heldout, tag.cut);
    for (const name of Object.keys(ends)) ends[name].textContent = between(found[name]);
  };
  const update = () => {
    const row = figures(tag);
    COLUMNS.forEach(([, , , cell], i) => { if (cell) cells[i].replaceChildren(...cell(row, ends)); });
    unsaved.hidden = tag.cut === tag.savedCut;
    warning.textContent = caution(tag.heldout, tag.cut) ?? "";
    intervals();
  };
  const see = (on) => {
    seen = on;
    intervals();
  };
  update();
  const select = (open) => {
    radio.checked = open;
    element.classList.toggle("open", open);
  };
  return {element, update, select, see};
}

function figures(tag) {
  const {fp, fn} = countsAt(tag.heldout, tag.cut);
  const n = labelled(tag.heldout);
  const rate = (items) => (n ? (items / n) * 10000 : null);
  const held = figuresAt(tag.heldout, tag.cut);
  const chosen = figuresAt(tag.validation, tag.cut).f1;
  return {
    tag, ...held, support: tag.heldout.positives[0], wrong: rate(fp), missed: rate(fn),
    optimism: gap(chosen, held.f1),
  };
}

function asTable(tags) {
  const names = ["precision", "recall", "f1"];
  const ends = (name) => [`${name} from`, `${name} to`];
  const columns = ["tag", "threshold", ...names.flatMap((name) => [name, ...ends(name)]), "optimism of f1", "ap",
    "support", "tagged rate", "true rate", "wrong per 10,000", "missed per 10,000"];
  return {
    columns: columns.map((name) => ({name})),
    rows: tags.map((tag) => {
      const [row, found] = [figures(tag), resampled(tag.heldout, tag.cut)];
      return [tag.name, tag.cut / 1000, ...names.flatMap((name) => [row[name], ...(found[name] ?? [null, null])]),
        row.optimism, tag.heldout.ap, row.support, row.tagged, row.truth, row.wrong, row.missed];
    }),
  };
}

const between = (ends) => (ends ? ` ${short(ends[0])} to ${short(ends[1])}` : "");

const dim = (words) => h("span", {class: "dim"}, words);
const per = (rate) => (rate === null ? "–" : Math.round(rate).toLocaleString("en"));
