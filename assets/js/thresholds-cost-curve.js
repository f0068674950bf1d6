// What every cut would cost; the lowest point of the validation line is where "Lowest cost" cuts.

import {axes} from "./axes.js";
import {countsAt, LAST} from "./cuts.js";
import {h, svg} from "./dom.js";
import {plotFoot, plotKeys, svgImage} from "./plot-tools.js";

const TITLE = "Cost at every cut";
const KEYS = [{words: "validation", colour: "bar", kind: "line"}, {words: "held-out", colour: "bar2", kind: "dashes"}];
const SIDES = ["validation", "heldout"];

// Price of the wrong and missed tags among 10,000 items; null without items.
export function cost(part, cut, prices) {
  const {tp, fp, fn, tn} = countsAt(part, cut);
  const n = tp + fp + fn + tn;
  return n ? ((fp * prices.wrong + fn * prices.missed) / n) * 10000 : null;
}

export function costCurve(bench, tag) {
  const holder = h("div", {});
  const ring = svg("circle", {class: "marker heldout", r: 5});
  let plot = null;
  const every = (side) => Array.from({length: LAST + 1}, (_, k) => cost(tag[side], k, bench.prices));
  const draw = () => {
    const lines = SIDES.map(every);
    const most = Math.max(...lines.flat().map((value) => value ?? 0), 1e-9);
    const step = nice(most / 4);
    plot = axes({
      name: TITLE, width: 520, height: 200,
      x: {label: "cut", from: 0, to: 1, step: 0.2, words: (value) => value.toFixed(1)},
      y: {label: `${bench.prices.unit} per 10,000 items`.trim(), from: 0, to: Math.ceil(most / step) * step, step, words: (value) => Number(value.toPrecision(6)).toLocaleString("en")},
    });
    lines.forEach((values, i) => {
      const seen = values.flatMap((value, k) => (value === null || (k % 4 && k !== LAST) ? [] : [[k / LAST, value]]));
      plot.element.append(svg("path", {class: `curve ${SIDES[i]}`,
        d: seen.map(([x, y], j) => `${j ? "L" : "M"}${plot.across(x).toFixed(1)} ${plot.down(y).toFixed(1)}`).join("")}));
    });
    plot.element.append(ring);
    holder.replaceChildren(plot.element);
    foot.refresh();
  };
  const move = (cut) => {
    const now = cost(tag.heldout, cut, bench.prices);
    ring.setAttribute("visibility", now === null ? "hidden" : "visible");
    if (now !== null) ring.setAttribute("transform", `translate(${plot.across(cut / LAST)} ${plot.down(now)})`);
    plot.element.setAttribute("aria-label", `${TITLE}; at ${(cut / LAST).toFixed(3)}${now === null ? " unknown" : `, ${Math.round(now)} on held-out`}`);
  };
  const table = () => ({
    columns: [{name: "cut", form: "number"}, ...SIDES.map((side) => ({name: `cost per 10,000, ${side === "heldout" ? "held-out" : side}`, form: "number"}))],
    rows: every("validation").map((value, k) => [k / LAST, value, cost(tag.heldout, k, bench.prices)]),
  });
  const foot = plotFoot({title: TITLE, name: `cost ${tag.name} ${bench.data.key[1]}`, table,
    image: svgImage(() => plot.element, () => ({title: `${TITLE}: ${tag.name}`, keys: KEYS,
      note: `${bench.data.key[0]}, model ${bench.data.key[1]}; a wrong tag ${bench.prices.wrong}, a missed tag ${bench.prices.missed} ${bench.prices.unit}`}))});
  draw();
  return {draw, move, element: h("section", {class: "card cost-curve", "aria-label": TITLE},
    h("h2", {}, TITLE), holder, plotKeys(KEYS), foot.element)};
}

// 1, 2 or 5 times a power of ten, at least `value`
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((times) => times * power >= value) ?? 10);
}
