// An empty SVG plot with axes for any range; the caller draws into it by `across` and `down`.

import {svg} from "./dom.js";

const BOX = {left: 46, top: 26, right: 14, bottom: 40};

// x and y: {label, from, to, step, words(value)}
export function axes({name, x, y, width = 560, height = 260}) {
  const plot = svg("svg", {viewBox: `0 0 ${width} ${height}`, class: "plot", role: "img", "aria-label": name});
  const across = (value) => BOX.left + ((value - x.from) / (x.to - x.from)) * (width - BOX.left - BOX.right);
  const down = (value) => height - BOX.bottom - ((value - y.from) / (y.to - y.from)) * (height - BOX.top - BOX.bottom);
  for (const value of ticks(x)) {
    plot.append(svg("line", {class: "grid", x1: across(value), x2: across(value), y1: down(y.from), y2: down(y.to)}),
      svg("text", {x: across(value), y: height - BOX.bottom + 15, "text-anchor": "middle"}, x.words(value)));
  }
  for (const value of ticks(y)) {
    plot.append(svg("line", {class: "grid", x1: across(x.from), x2: across(x.to), y1: down(value), y2: down(value)}),
      svg("text", {x: BOX.left - 6, y: down(value) + 4, "text-anchor": "end"}, y.words(value)));
  }
  plot.append(svg("text", {x: across((x.from + x.to) / 2), y: height - 6, "text-anchor": "middle"}, x.label),
    svg("text", {x: 2, y: 12}, y.label));
  return {element: plot, across, down};
}

const ticks = ({from, to, step}) =>
  Array.from({length: Math.round((to - from) / step) + 1}, (_, i) => from + i * step);

// An end of an axis that holds `value`, with a step of about a fifth of it.
export function roomy(value) {
  const step = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2].find((one) => one * 5 >= value) ?? 0.2;
  return {to: Math.max(1, Math.ceil(value / step - 1e-9)) * step, step};
}
