// Confusion, left: labels by rows, the model's answers by columns, as buttons.
import {h, count, percent} from "./dom.js";
import {reveal, roam, tips, textOn, token, onTheme} from "./cells.js";

const CUTS = [0.1, 0.25, 0.5, 0.75];
const ROOMY_UP_TO = 6;
const TIGHT_UP_TO = 12;

const step = (share) => 1 + CUTS.filter((cut) => share >= cut).length;

export function mount(root, act) {
  let value = null;
  let view = "counts";
  let stop = null;

  const share = (row, column) => (value.classes[row].support ? value.counts[row][column] / value.classes[row].support : 0);

  const words = (row, column) => {
    const [label, answer] = [value.classes[row], value.classes[column]];
    const number = value.counts[row][column];
    if (!label.support) return [`No item is labelled ${label.one}`];
    const of = `${count(number)} of ${count(label.support)} ${label.support === 1 ? label.one : label.many}`;
    const called = row === column ? "called rightly" : `called ${number === 1 ? answer.one : answer.many}`;
    return [`${of} ${number === 1 ? "was" : "were"} ${called}`, `${percent(share(row, column))} of the row`];
  };

  const cell = (row, column, colours, size) => {
    const number = value.counts[row][column];
    const button = {
      type: "button", data: {row, column}, "aria-label": words(row, column).join(", "), "aria-pressed": "false",
    };
    if (!number) return h("td", null, h("button", {...button, class: "cell cell-none", text: "·"}));
    const side = row === column ? "right" : "wrong";
    const colour = colours[side][step(share(row, column))];
    const [large, small] = view === "shares"
      ? [percent(share(row, column)), count(number)] : [count(number), percent(share(row, column))];
    return h("td", null, h("button", {...button, class: "cell", style: {background: colour.fill, color: colour.text}},
      h("span", {class: "cell-large", text: size === "dense" && view === "shares" ? large.replace(" %", "") : large}),
      size === "roomy" ? h("span", {class: "cell-small", text: small}) : null));
  };

  const colours = () => Object.fromEntries(["right", "wrong"].map((side) => [side,
    Object.fromEntries([1, 2, 3, 4, 5].map((at) => {
      const fill = token(`${side}${at}`);
      return [at, {fill, text: textOn(fill)}];
    }))]));

  const table = () => {
    const {classes} = value;
    const size = classes.length <= ROOMY_UP_TO ? "roomy" : classes.length <= TIGHT_UP_TO ? "tight" : "dense";
    const shades = colours();
    return h("table", {class: `matrix matrix-${size}`},
      h("caption", {class: "off-screen", text: "Items by label (rows) and the model's answer (columns); arrow keys move, Enter opens the photos"}),
      h("colgroup", null, h("col", {class: "matrix-names"}), classes.map(() => h("col")), h("col", {class: "matrix-recall"})),
      h("thead", null, h("tr", null, h("td"),
        classes.map((one) => h("th", {scope: "col"}, h("span", {text: one.name}))),
        h("th", {scope: "col", class: "matrix-figure", text: "recall"}))),
      h("tbody", null, classes.map((one, row) => h("tr", null,
        h("th", {scope: "row"}, h("span", {class: "matrix-name", text: one.name}),
          h("span", {class: "matrix-support", text: `${count(one.support)}${size === "roomy" ? ` item${one.support === 1 ? "" : "s"}` : ""}`})),
        classes.map((_, column) => cell(row, column, shades, size)),
        h("td", {class: "matrix-figure", text: percent(one.recall)})))),
      h("tfoot", null, h("tr", null, h("th", {scope: "row", class: "matrix-figure", text: "precision"}),
        classes.map((one) => h("td", {class: "matrix-figure", text: percent(one.precision)})), h("td"))));
  };

  const scale = (side) => h("span", {class: "matrix-scale"}, [1, 2, 3, 4, 5].map((at) =>
    h("span", {style: {background: `var(--${side}${at})`}})), h("span", {class: "matrix-scale-word", text: side}));

  const legend = () => h("p", {class: "matrix-legend", "aria-hidden": "true"}, scale("right"), scale("wrong"),
    h("span", {class: "matrix-legend-by", text: "by share of the row"}));

  const figures = () => h("details", {class: "class-figures"},
    h("summary", {text: "Figures for each class"}),
    h("div", {class: "class-figures-scroll", tabindex: "0", role: "region", "aria-label": "Figures for each class"},
      h("table", null,
        h("thead", null, h("tr", null, ["Class", "Items", "Precision", "Recall", "F1"].map((text) => h("th", {scope: "col", text})))),
        h("tbody", null, value.classes.map((one) => h("tr", null, h("th", {scope: "row", text: one.name}),
          h("td", {text: count(one.support)}), ["precision", "recall", "f1"].map((name) =>
            h("td", {text: one[name] === null ? "–" : one[name].toFixed(3)}))))),
        h("tfoot", null, h("tr", null, h("th", {scope: "row", text: "Mean of the classes"}), h("td"), h("td"), h("td"),
          h("td", {text: value.macro === null ? "–" : value.macro.toFixed(3)}))))));

  const switcher = () => h("div", {class: "segments", role: "group", "aria-label": "Cells show"},
    [["counts", "Counts"], ["shares", "Row shares"]].map(([name, text]) => h("button", {
      type: "button", text, "aria-pressed": view === name ? "true" : "false", data: {view: name},
      on: {click: () => {
        view = name;
        draw();
        card.querySelector(`[data-view="${name}"]`).focus();
        act("view", {view: name});
      }},
    })));

  const area = h("div", {class: "matrix-scroll"});
  const card = h("section", {class: "card matrix-card", "aria-label": "Labels and answers"});
  root.append(card);
  area.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-row]");
    if (!button) return;
    const at = {label: Number(button.dataset.row), answer: Number(button.dataset.column)};
    value.open = [at.label, at.answer];
    mark();
    act("cell", at);
  });
  tips(area, (button) => words(Number(button.dataset.row), Number(button.dataset.column)));

  const mark = () => {
    for (const button of area.querySelectorAll(".cell.open")) {
      button.classList.remove("open");
      button.setAttribute("aria-pressed", "false");
    }
    const open = value.open && area.querySelector(`[data-row="${value.open[0]}"][data-column="${value.open[1]}"]`);
    if (!open) return;
    open.classList.add("open");
    open.setAttribute("aria-pressed", "true");
    stop?.(open);
    if (value.classes.length > ROOMY_UP_TO) reveal(area, open);
  };

  const draw = () => {
    const focused = area.contains(document.activeElement) ? {...document.activeElement.dataset} : null;
    const unfolded = card.querySelector("details")?.open;
    const made = table();
    area.replaceChildren(made);
    stop = roam(made, value.classes.length, value.classes.length);
    card.replaceChildren(
      h("div", {class: "card-head"}, h("h2", {text: "Labels and answers"}), switcher()),
      h("p", {class: "caption", "aria-hidden": "true", text: "Label ↓  Model’s answer →"}),
      area, legend(), ...value.notes.map((text) => h("p", {class: "caption matrix-note", text})), figures());
    if (unfolded) card.querySelector("details").open = true;
    mark();
    document.getElementById("confusion-body")?.classList.toggle("confusion-wide", value.classes.length > TIGHT_UP_TO);
    if (focused) area.querySelector(`[data-row="${focused.row}"][data-column="${focused.column}"]`)?.focus();
  };
  onTheme(() => value && draw());

  let same = "";
  return (next) => {
    if (!next) return;
    value = next;
    const now = JSON.stringify({...next, open: null, view: null});
    if (now === same && view === next.view) mark(); // only another cell: keep the table and its focus
    else {
      view = next.view;
      draw();
    }
    same = now;
  };
}
