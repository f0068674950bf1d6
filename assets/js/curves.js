// The three figures of a tag as SVG, which reads the theme's colours by itself.

import {svg} from "./dom.js";
import {countsAt, figuresAt, histogram, LAST, precisionRecall, roc} from "./cuts.js";

const WIDTH = 340;
const HEIGHT = 200;
const BOX = {left: 44, top: 12, right: 8, bottom: 28};
const BINS = 20;

const across = (value) => BOX.left + value * (WIDTH - BOX.left - BOX.right);
const down = (value) => HEIGHT - BOX.bottom - value * (HEIGHT - BOX.top - BOX.bottom);

// Both curves of one kind and, after each move of the cut, their two markers.
export function precisionRecallPlot(parts) {
  return curvePlot(parts, {
    name: "Precision and recall",
    xLabel: "recall", yLabel: "prec.", stepped: true, points: precisionRecall,
    at: (part, k) => { const f = figuresAt(part, k); return [f.recall, f.precision]; },
  });
}

export function rocPlot(parts) {
  return curvePlot(parts, {
    name: "ROC",
    xLabel: "false alarms", yLabel: "recall", stepped: false, points: roc,
    at: (part, k) => { const f = figuresAt(part, k); return [f.falseAlarms, f.recall]; },
  });
}

function curvePlot(parts, kind) {
  const plot = frame(kind.name);
  grid(plot, kind.xLabel, kind.yLabel);
  for (const side of ["heldout", "validation"]) {
    plot.append(svg("path", {class: `curve ${side}`, d: path(kind.points(parts[side]), kind.stepped)}));
  }
  const markers = {
    heldout: svg("g", {}, svg("circle", {class: "marker heldout", r: 5})),
    validation: svg("g", {}, svg("circle", {class: "marker validation", r: 7.5}),
      svg("circle", {class: "ring", r: 9})),
  };
  plot.append(markers.heldout, markers.validation);
  const move = (k) => {
    const words = [];
    for (const side of ["validation", "heldout"]) {
      const [x, y] = kind.at(parts[side], k);
      const known = x !== null && y !== null;
      markers[side].setAttribute("visibility", known ? "visible" : "hidden");
      if (!known) continue;
      markers[side].setAttribute("transform", `translate(${across(x)} ${down(y)})`);
      const place = side === "validation" ? "validation" : "held-out";
      words.push(`${place}: ${kind.xLabel} ${x.toFixed(3)}, ${kind.yLabel} ${y.toFixed(3)}`);
    }
    plot.setAttribute("aria-label", `${kind.name} at this cut: ${words.join("; ") || "not defined"}`);
  };
  return {element: plot, move};
}

// A curve without axes for one row of the table; steps that no eye could tell apart are left out.
export function sparkline(part) {
  const plot = svg("svg", {viewBox: "0 0 62 20", class: "spark", "aria-hidden": "true"});
  const scaled = [];
  for (const [x, y] of precisionRecall(part)) {
    const next = [1 + x * 60, 19 - y * 18];
    const last = scaled[scaled.length - 1];
    if (!last || Math.abs(next[0] - last[0]) + Math.abs(next[1] - last[1]) > 0.4) scaled.push(next);
  }
  plot.append(svg("path", {d: steps(scaled, true)}));
  return plot;
}

// Shares of labelled (up) and other (down) items for each stretch of scores, root scale.
export function scoresPlot(part) {
  const width = 430;
  const plot = frame("Scores on validation", width);
  const middle = (HEIGHT - BOX.bottom + BOX.top) / 2;
  const room = middle - BOX.top - 2;
  const left = 14;
  const x = (value) => left + value * (width - left - BOX.right);
  for (const [side, sign] of [["positives", -1], ["negatives", 1]]) {
    const items = histogram(part[side], BINS);
    const all = part[side][0];
    items.forEach((n, i) => {
      if (!n) return;
      const high = Math.max(2, Math.sqrt(n / all) * room);
      plot.append(svg("rect", {
        class: side, x: x(i / BINS) + 0.75, width: x(1 / BINS) - x(0) - 1.5, height: high, rx: 1.5,
        y: sign < 0 ? middle - 1 - high : middle + 1,
      }, svg("title", {}, `${n} of ${all} score ${i / BINS} to ${(i + 1) / BINS}`)));
    });
  }
  plot.append(svg("line", {class: "base", x1: x(0), x2: x(1), y1: middle, y2: middle}));
  for (const [value, text] of [[0, "0"], [0.25, ".25"], [0.5, ".5"], [0.75, ".75"], [1, "1"]]) {
    plot.append(svg("text", {x: x(value), y: HEIGHT - 10, "text-anchor": "middle"}, text));
  }
  const line = svg("line", {class: "cut", y1: BOX.top - 6, y2: HEIGHT - BOX.bottom});
  plot.append(line);
  const move = (k) => {
    line.setAttribute("x1", x(k / 1000));
    line.setAttribute("x2", x(k / 1000));
    const {tp, fp, fn, tn } = countsAt(part, k);
    plot.setAttribute("aria-label", `Scores on validation: at or above the cut ${tp} of ${tp + fn}`
      + ` labelled and ${fp} of ${fp + tn} other items`);
  };
  return {element: plot, move};
}

// What the curves rest on: every cut at which an item changes sides.
export function curveRows(tag) {
  const sides = [["validation", tag.validation], ["held-out", tag.heldout]];
  const figures = ["precision", "recall", "falseAlarms"];
  const columns = [{name: "threshold", form: "number"}, ...sides.flatMap(([side]) =>
    ["precision", "recall", "false alarms"].map((name) => ({name: `${name}, ${side}`, form: "number"})))];
  const rows = [];
  for (let k = 0; k <= LAST; k += 1) {
    if (k && !sides.some(([, part]) => changes(part, k))) continue;
    rows.push([k / LAST, ...sides.flatMap(([, part]) => figures.map((name) => figuresAt(part, k)[name]))]);
  }
  return {columns, rows};
}

const changes = (part, k) => part.positives[k] !== part.positives[k - 1] || part.negatives[k] !== part.negatives[k - 1];

export function scoreRows(tag) {
  const [tagged, other] = ["positives", "negatives"].map((side) => histogram(tag.validation[side], BINS));
  return {
    columns: [{name: "score from", form: "number"}, {name: "to", form: "number"},
      {name: "tagged items", form: "count"}, {name: "other items", form: "count"}],
    rows: tagged.map((n, i) => [i / BINS, (i + 1) / BINS, n, other[i]]),
  };
}

function frame(name, width = WIDTH) {
  return svg("svg", {viewBox: `0 0 ${width} ${HEIGHT}`, class: "plot", role: "img", "aria-label": name});
}

function grid(plot, xLabel, yLabel) {
  for (const step of [0, 0.25, 0.5, 0.75, 1]) {
    plot.append(
      svg("line", {class: "grid", x1: across(step), x2: across(step), y1: down(0), y2: down(1)}),
      svg("line", {class: "grid", x1: across(0), x2: across(1), y1: down(step), y2: down(step)}),
    );
  }
  for (const [value, text] of [[0, "0"], [0.25, xLabel], [0.5, ".5"], [1, "1"]]) {
    plot.append(svg("text", {x: across(value), y: HEIGHT - 12, "text-anchor": "middle"}, text));
  }
  for (const [value, text] of [[0, "0"], [0.5, ".5"], [0.75, yLabel], [1, "1"]]) {
    plot.append(svg("text", {x: BOX.left - 6, y: down(value) + 4, "text-anchor": "end"}, text));
  }
}

function path(points, stepped) {
  return steps(points.map(([x, y]) => [across(x), down(y)]), stepped);
}

// A stepped curve takes the precision of the next recall, as average precision does.
function steps(points, stepped) {
  return points.map(([x, y], i) => {
    const [a, b] = [x.toFixed(1), y.toFixed(1)];
    if (i === 0) return `M${a} ${b}`;
    return stepped ? `V${b}H${a}` : `L${a} ${b}`;
  }).join("");
}
