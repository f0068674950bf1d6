// The confusion matrix as a grid of buttons: labels by rows, the model's answers by columns.
import {h, svg, count, percent} from "./dom.js";
import {textOn, token} from "./cells.js";

const CUTS = [0.1, 0.25, 0.5, 0.75];
export const ROOMY_UP_TO = 6;
export const TIGHT_UP_TO = 12;
const SIDE = 28; // of a cell in the saved picture

export const step = (share) => 1 + CUTS.filter((cut) => share >= cut).length;
const divided = (a, b) => (b ? a / b : 0);

// What is known of each cell of `value`, also of those without items.
export function reading(value) {
  const at = new Map(value.cells.map(([label, answer, items, second]) => [`${label},${answer}`, [items, second]]));
  const [none, {classes}] = [[0, 0], value];
  const items = (row, column) => (at.get(`${row},${column}`) ?? none)[0];
  const second = (row, column) => (at.get(`${row},${column}`) ?? none)[1];
  const shareOf = {
    counts: (row, column) => divided(items(row, column), classes[row].support),
    rows: (row, column) => divided(items(row, column), classes[row].support),
    columns: (row, column) => divided(items(row, column), classes[column].called),
    all: (row, column) => divided(items(row, column), value.n),
    second: (row, column) => (row === column ? divided(items(row, row), classes[row].support) : divided(second(row, column), items(row, column))),
  };
  const share = (row, column, view = value.view) => shareOf[view](row, column);

  const words = (row, column) => {
    const [label, answer] = [classes[row], classes[column]];
    const number = items(row, column);
    if (!label.support) return [`No item is labelled ${label.one}`];
    const of = `${count(number)} of ${count(label.support)} ${label.support === 1 ? label.one : label.many}`;
    const called = row === column ? "called rightly" : `called ${number === 1 ? answer.one : answer.many}`;
    const lines = [`${of} ${number === 1 ? "was" : "were"} ${called}`, `${percent(share(row, column, "rows"))} of the row`];
    if (value.view === "columns") lines.push(`${percent(share(row, column, "columns"))} of the column`);
    if (value.view === "all") lines.push(`${percent(share(row, column, "all"), 1)} of all`);
    if (value.view === "second" && row !== column && number) lines.push(`the label was the second guess of ${count(second(row, column))}`);
    return lines;
  };

  // [what is written large, what is written small]
  const figures = (row, column) => {
    const [number, own] = [count(items(row, column)), percent(share(row, column), value.view === "all" ? 1 : 0)];
    if (value.view === "counts") return [number, own];
    if (value.view === "second" && row !== column) return [count(second(row, column)), `of ${number}`];
    return [own, number];
  };
  return {items, share, words, figures};
}

const shades = () => Object.fromEntries(["right", "wrong"].map((side) => [side,
  Object.fromEntries([1, 2, 3, 4, 5].map((at) => {
    const fill = token(`${side}${at}`);
    return [at, {fill, text: textOn(fill)}];
  }))]));

const sizeOf = (number) => (number <= ROOMY_UP_TO ? "roomy" : number <= TIGHT_UP_TO ? "tight" : "dense");

// The table; cells carry the class numbers, and `at` their place in the grid for the arrow keys.
export function gridTable(value) {
  const {classes, shown} = value;
  const read = reading(value);
  const size = sizeOf(shown.length);
  const colours = shades();
  const cell = (row, column, at) => {
    const button = {
      type: "button", data: {row: at[0], column: at[1], label: row, answer: column},
      "aria-label": read.words(row, column).join(", "), "aria-pressed": "false",
    };
    if (!read.items(row, column)) return h("td", null, h("button", {...button, class: "cell cell-none", text: "·"}));
    const colour = colours[row === column ? "right" : "wrong"][step(read.share(row, column))];
    const [large, small] = read.figures(row, column);
    return h("td", null, h("button", {...button, class: "cell", style: {background: colour.fill, color: colour.text}},
      h("span", {class: "cell-large", text: size === "dense" ? large.replace(" %", "") : large}),
      size === "roomy" ? h("span", {class: "cell-small", text: small}) : null));
  };
  const heads = shown.map((number) => h("th", {scope: "col", data: {class: number}}, h("span", {text: classes[number].name, title: classes[number].name})));
  const elsewhere = value.elsewhere;
  return h("table", {class: `matrix matrix-${size}`},
    h("caption", {class: "off-screen", text: "Items by label (rows) and the model's answer (columns); arrow keys move, Enter opens the photos"}),
    h("colgroup", null, h("col", {class: "matrix-names"}), shown.map(() => h("col")), elsewhere ? h("col", {class: "matrix-recall"}) : null, h("col", {class: "matrix-recall"})),
    h("thead", null, h("tr", null, h("td"), heads,
      elsewhere ? h("th", {scope: "col", class: "matrix-figure"}, h("span", {text: "others"})) : null,
      h("th", {scope: "col", class: "matrix-figure"}, h("span", {text: "recall"})))),
    h("tbody", null, shown.map((row, r) => h("tr", null,
      h("th", {scope: "row", data: {class: row}}, h("span", {class: "matrix-name", text: classes[row].name, title: classes[row].name}),
        h("span", {class: "matrix-support", text: `${count(classes[row].support)}${size === "roomy" ? ` item${classes[row].support === 1 ? "" : "s"}` : ""}`})),
      shown.map((column, c) => cell(row, column, [r, c])),
      elsewhere ? h("td", {class: "matrix-figure", text: elsewhere[r] ? count(elsewhere[r]) : "·"}) : null,
      h("td", {class: "matrix-figure", text: percent(classes[row].recall)})))),
    h("tfoot", null, h("tr", null, h("th", {scope: "row", class: "matrix-figure", text: "precision"}),
      shown.map((column) => h("td", {class: "matrix-figure", text: percent(classes[column].precision)})),
      elsewhere ? h("td") : null, h("td"))));
}

// The grid as an SVG drawing, to be saved.
export function gridPicture(value) {
  const {classes, shown} = value;
  const read = reading(value);
  const colours = shades();
  const names = 12 + 6.4 * Math.max(...shown.map((number) => classes[number].name.length));
  const side = names + SIDE * shown.length;
  const text = (x, y, words, more) => svg("text", {x, y, "font-size": 10, text: words, style: {fill: "var(--ink)"}, ...more});
  const cells = shown.flatMap((row, r) => shown.map((column, c) => {
    if (!read.items(row, column)) return null;
    const colour = colours[row === column ? "right" : "wrong"][step(read.share(row, column))];
    const [x, y] = [names + SIDE * c, names + SIDE * r];
    return [svg("rect", {x: x + 1, y: y + 1, width: SIDE - 2, height: SIDE - 2, fill: colour.fill}),
      svg("text", {x: x + SIDE / 2, y: y + SIDE / 2 + 3, "font-size": 9, "text-anchor": "middle", fill: colour.text,
        text: read.figures(row, column)[0].replace(" %", "")})];
  }));
  return svg("svg", {viewBox: `0 0 ${side} ${side}`},
    shown.map((number, at) => [
      text(names - 8, names + SIDE * at + SIDE / 2 + 3, classes[number].name, {"text-anchor": "end"}),
      text(0, 0, classes[number].name, {transform: `translate(${names + SIDE * at + SIDE / 2 + 3} ${names - 8}) rotate(-90)`})]),
    cells);
}
