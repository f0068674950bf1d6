// Cuts per category: where another cut than the tag's own is better on photos that the model calls
// this category. A cell is offered only where cross-validation shows a gain.

import {roam} from "./cells.js";
import {h, plural} from "./dom.js";
import {plotFoot} from "./plot-tools.js";
import {wishToWord} from "./reasons.js";
import {getSlowly} from "./thresholds-fetch.js";

const HELP = "A tag may need another cut on one category than on another. Fitted on validation, drawn towards the tag's own"
  + " cut where items are few, and kept only where cross-validation shows a gain. Choose a cell to switch it on or off.";
const GRID = 24;
const CELLS = 1200;
const three = (value) => value.toFixed(3);

export function categoriesView(bench) {
  const area = h("div", {class: "cells-area"});
  const element = h("section", {class: "card cells-card", "aria-label": "Cuts per category"},
    h("p", {class: "dim", text: HELP}),
    area);
  const draw = (found) => area.replaceChildren(...grid(bench, found));
  const shown = async () => {
    const found = await getSlowly(bench, "categories", {by: wishToWord(reasonOf(bench)),
      thresholds: JSON.stringify(bench.draft().thresholds)}, area);
    if (found.error) area.replaceChildren(h("p", {role: "status", text: found.error}));
    else draw(found);
  };
  return {element, shown, all: shown};
}

// Gains are counted in cost where cuts were chosen by cost, else in F1.
const reasonOf = (bench) => bench.tags.find((tag) => tag.reason?.reason === "cost")?.reason ?? {reason: "f_beta", beta: 1};

const isOn = (bench, cell) => bench.cells[cell.tag]?.[cell.category] !== undefined;

function turn(bench, cells, on) {
  const all = structuredClone(bench.cells);
  for (const cell of cells) {
    const own = (all[cell.tag] ??= {});
    if (on) own[cell.category] = cell.threshold;
    else delete own[cell.category];
    if (!Object.keys(own).length) delete all[cell.tag];
  }
  bench.cells = all;
  bench.placeDrafts();
  bench.bar.update();
}

function grid(bench, {cells, classes, gain}) {
  const kept = cells.filter((cell) => cell.kept);
  const status = h("p", {class: "cells-status", role: "status"});
  const said = h("p", {class: "cells-said", text: "Go to a cell to read what it rests on. A dot: the tag's own cut holds. Empty: no tagged, or no other item there."});
  const buttons = [];
  const update = () => {
    const on = kept.filter((cell) => isOn(bench, cell)).length;
    status.textContent = kept.length
      ? `Cross-validation shows a gain for ${plural(kept.length, "cell")} of ${cells.length}; ${on} switched on.`
      : `Cross-validation shows no gain for any of ${plural(cells.length, "cell")}: one cut for each tag is as good.`;
    for (const [cell, button] of buttons) button.setAttribute("aria-pressed", isOn(bench, cell));
  };
  const all = (on) => h("button", {type: "button", class: "button small", text: on ? "Switch all of these on" : "Switch all off", on: {click: () => {
    turn(bench, on ? kept : cells, on);
    update();
  }}});
  const button = (cell, row, column) => {
    const made = h("button", {
      type: "button", class: cell.kept ? "cut-cell kept" : "cut-cell", data: {row: String(row), column: String(column)}, "aria-pressed": "false",
      "aria-label": words(cell), text: cell.kept || isOn(bench, cell) ? three(cell.threshold) : "·",
      "aria-disabled": cell.kept || isOn(bench, cell) ? null : "true",
      on: {
        focus: () => { said.textContent = words(cell); },
        pointerenter: () => { said.textContent = words(cell); },
        click: () => { if (cell.kept || isOn(bench, cell)) { turn(bench, [cell], !isOn(bench, cell)); update(); } },
      },
    });
    buttons.push([cell, made]);
    return made;
  };
  const body = classes.length <= GRID && cells.length <= CELLS ? wide(bench, cells, classes, button) : sparse(bench, kept, button);
  update();
  const foot = plotFoot({title: "Cuts per category", name: `cuts per category ${bench.data.key[1]}`, table: () => ({
    columns: [{name: "tag"}, {name: "category"}, {name: "cut", form: "number"}, {name: "the tag's own", form: "number"},
      {name: "items", form: "count"}, {name: "tagged", form: "count"}, {name: `gain in ${gain}`, form: "number"}, {name: "kept"}, {name: "because"}],
    rows: cells.map((cell) => [cell.tag, cell.title, cell.threshold, cell.own, cell.items, cell.positives, cell.gain,
      cell.kept ? "yes" : "no", cell.because]),
  })});
  return [h("div", {class: "cells-head"}, status, kept.length ? [all(true), all(false)] : null),
    body, said, foot.element].filter(Boolean);
}

function wide(bench, cells, classes, button) {
  const at = new Map(cells.map((cell) => [JSON.stringify([cell.tag, cell.category]), cell]));
  const table = h("table", {class: "cells"},
    h("caption", {class: "off-screen", text: "Cuts by tag and predicted category"}),
    h("thead", {}, h("tr", {}, h("th", {scope: "col", text: "Tag, its own cut"}), classes.map((one) => h("th", {scope: "col", text: one.title})))),
    h("tbody", {}, bench.tags.map((tag, row) => h("tr", {},
      h("th", {scope: "row"}, tag.name, h("span", {class: "dim", text: ` ${three(tag.cut / 1000)}`})),
      classes.map((one, column) => {
        const cell = at.get(JSON.stringify([tag.name, one.name]));
        return h("td", {}, cell ? button(cell, row, column) : null);
      })))));
  roam(table, bench.tags.length, classes.length);
  return h("div", {class: "tags-scroll"}, table);
}

// Of very many cells only those that are kept.
function sparse(bench, kept, button) {
  return h("ul", {class: "cells-list"}, kept.map((cell, row) =>
    h("li", {}, h("span", {text: `${cell.tag} on ${cell.title}`}), button(cell, row, 0))));
}

function words(cell) {
  const rest = `${plural(cell.items, "item")}, ${cell.positives} tagged`;
  const cut = cell.kept ? `${three(cell.threshold)} instead of ${three(cell.own)}` : `${three(cell.own)}, as everywhere`;
  return `${cell.tag} on ${cell.title}: ${cut} (${rest}). ${cell.because[0].toUpperCase()}${cell.because.slice(1)}.`;
}
