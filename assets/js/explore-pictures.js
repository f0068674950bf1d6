// Explore's two plots as drawings and as tables, to be saved.
import {svg} from "./dom.js";
import {between, textOn, token} from "./cells.js";

const FULL = 0.4; // |phi| at which the colour is full
const SIDE = 34; // of a cell
const LINE = 26; // of a bar
const LETTER = 6.4;
const SIDES = ["train", "validation", "held-out"];
const FILLS = ["bar", "bar2", "line"];

export const phiColour = (phi) => between(token("phi-low"), token("phi-none"), token("phi-high"), phi / FULL);

// Row r of the triangle (labels 1 to n - 1) and column c < r, in one array.
export const place = (row, column) => (row * (row - 1)) / 2 + column;

export const apart = (value, row, column) => value.labels[row].kind === "category" && value.labels[column].kind === "category";

const words = (x, y, text, more = {}) => svg("text", {x, y, "font-size": 11, text, style: {fill: "var(--ink)"}, ...more});
const widest = (names) => 12 + LETTER * Math.max(0, ...names.map((name) => name.length));

export function pairsPicture(value, figure) {
  const names = value.labels.map((label) => label.name);
  const [left, size] = [widest(names), SIDE * (names.length - 1)];
  const cells = names.flatMap((_, row) => names.slice(0, row).map((__, column) => {
    const phi = value.phi[place(row, column)];
    const colour = apart(value, row, column) || phi === null ? null : phiColour(phi);
    const [x, y] = [left + SIDE * column, SIDE * (row - 1)];
    return [svg("rect", {x: x + 1, y: y + 1, width: SIDE - 2, height: SIDE - 2, style: {fill: colour ? `rgb(${colour})` : "var(--sunken)"}}),
      words(x + SIDE / 2, y + SIDE / 2 + 4, figure(phi), {"text-anchor": "middle", "font-size": 10, style: {fill: colour ? textOn(colour) : "var(--ink3)"}})];
  }));
  return svg("svg", {viewBox: `0 0 ${left + size} ${size + left}`},
    names.slice(1).map((name, at) => words(left - 8, SIDE * at + SIDE / 2 + 4, name, {"text-anchor": "end"})),
    names.slice(0, -1).map((name, at) => words(0, 0, name, {"text-anchor": "end", transform: `translate(${left + SIDE * at + SIDE / 2 + 4} ${size + 8}) rotate(-90)`})),
    cells);
}

export function pairsTable(value) {
  const rows = value.labels.flatMap((a, row) => value.labels.slice(0, row).map((b, column) => {
    const at = place(row, column);
    return [b.name, a.name, value.phi[at], value.both[at], value.bases?.[1][at] ?? b.count, value.bases?.[0][at] ?? a.count];
  }));
  return {columns: [{name: "label"}, {name: "other"}, {name: "phi", form: "number"}, {name: "both", form: "count"},
    {name: "label, items", form: "count"}, {name: "other, items", form: "count"}], rows};
}

const lines = (value) => value.groups.flatMap((group) => group.rows.map((one) => ({...one, group: group.title})));

export function barsPicture(value) {
  const all = lines(value);
  const left = widest(all.map((one) => one.name));
  const scale = 320 / value.most;
  return svg("svg", {viewBox: `0 0 ${left + 390} ${LINE * all.length}`}, all.map((one, at) => {
    let x = left;
    return [words(left - 8, LINE * at + 17, one.name, {"text-anchor": "end"}), one.parts.map((number, part) => {
      const bar = svg("rect", {x, y: LINE * at + 6, width: number * scale, height: 14, style: {fill: `var(--${FILLS[part]})`, stroke: "var(--edge)"}});
      x += number * scale;
      return bar;
    }), words(x + 8, LINE * at + 17, String(one.count))];
  }));
}

export const barsKeys = SIDES.map((side, at) => ({words: side, colour: FILLS[at], kind: "bars"}));

export const barsTable = (value) => ({
  columns: [{name: "label"}, {name: "kind"}, {name: "items", form: "count"}, {name: "share", form: "share"}, ...SIDES.map((name) => ({name, form: "count"}))],
  rows: lines(value).map((one) => [one.name, one.group, one.count, one.share, ...one.parts]),
});
