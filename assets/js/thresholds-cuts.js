// All tags in one table and one of them open: its slider, curves, counts, price and flips.

import {h} from "./dom.js";
import {plotFoot, plotKeys, svgImage} from "./plot-tools.js";
import {costCard} from "./thresholds-cost.js";
import {countsTable} from "./thresholds-counts.js";
import {flipsCard} from "./thresholds-flips.js";
import {cutSlider} from "./thresholds-slider.js";
import {tagTable} from "./thresholds-table.js";
import {curveRows, precisionRecallPlot, rocPlot, scoreRows, scoresPlot} from "./curves.js";

export function cutsView(bench) {
  const table = tagTable(bench);
  const detail = h("div", {class: "bench-detail"});
  let movers = [];
  let flips = null;
  const moved = (tag) => {
    for (const mover of movers) mover.move(tag.cut);
    table.update(tag);
  };
  const settled = () => flips.settle(bench.open.cut);
  const open = (tag) => {
    table.select(tag);
    const slider = cutSlider(bench, tag);
    const counts = countsTable(bench, tag);
    const cost = costCard(bench, tag, slider.forget);
    const plots = plotsCard(bench, tag);
    flips = flipsCard(bench, tag);
    movers = [slider, ...plots.movers, counts, cost];
    detail.replaceChildren(slider.element, plots.element,
      h("div", {class: "bench-foot"}, counts.element, cost.element, cost.curve, flips.element));
    for (const mover of movers) mover.move(tag.cut);
    settled();
  };
  const all = () => {
    table.updateAll();
    for (const mover of movers) mover.move(bench.open.cut);
    settled();
  };
  open(bench.open);
  return {element: h("div", {class: "bench-cuts"}, table.element, detail), open, moved, settled, all};
}

const TWO = [{words: "validation", colour: "bar", kind: "line"}, {words: "held-out", colour: "bar2", kind: "dashes"}];

function plotsCard(bench, tag) {
  const two = (figure) => `${decimals(tag.validation[figure])}, ${decimals(tag.heldout[figure])}`;
  const own = [{words: `labelled ${tag.name}, upward`, colour: "bar", kind: "bars"},
    {words: `not ${tag.name}, downward; share of each, root scale`, colour: "orange-mark", kind: "bars"}];
  const plots = [
    figure(bench, tag, "Precision and recall", `AP ${two("ap")}`, precisionRecallPlot(tag), TWO, () => curveRows(tag)),
    figure(bench, tag, "ROC", `AUC ${two("auc")}`, rocPlot(tag), TWO, () => curveRows(tag)),
    figure(bench, tag, "Scores on validation", "", scoresPlot(tag.validation), own, () => scoreRows(tag)),
  ];
  return {
    element: h("div", {class: "card plots"}, plots.map((plot) => plot.element)),
    movers: plots.map((plot) => plot.mover),
  };
}

function figure(bench, tag, title, note, plot, keys, table) {
  const foot = plotFoot({
    title, name: `${title} ${tag.name} ${bench.data.key[1]}`, table,
    image: svgImage(() => plot.element, () => ({
      title: `${title}: ${tag.name} at ${(tag.cut / 1000).toFixed(3)}`, keys,
      note: [`${bench.data.key[0]}, model ${bench.data.key[1]}`, note].filter(Boolean).join(", "),
    })),
  });
  return {
    element: h("figure", {}, h("figcaption", {}, h("strong", {}, title), " ", h("span", {class: "dim"}, note)),
      plot.element, plotKeys(keys), foot.element),
    mover: plot,
  };
}

const decimals = (value) => (value === null ? "–" : value.toFixed(2));
