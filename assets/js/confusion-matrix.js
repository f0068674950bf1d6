// Confusion, left: the matrix, as a grid or as a list of its cells, and how it is looked at.
import {h, count, icon} from "./dom.js";
import {reveal, roam, tips, onTheme} from "./cells.js";
import {cellList} from "./confusion-list.js";
import {gridPicture, gridTable, reading, ROOMY_UP_TO, TIGHT_UP_TO} from "./confusion-grid.js";
import {drawnImage, save} from "./plot-tools.js";

const VIEWS = [["counts", "Counts"], ["rows", "Row shares"], ["columns", "Column shares"], ["all", "Shares of all"], ["second", "Label was second guess"]];
const BASES = {counts: "by share of the row", rows: "by share of the row", columns: "by share of the column",
  all: "by share of all", second: "by share whose label was second"};

const chooser = (words, options, now, choose) => {
  const select = h("select", {"aria-label": words, on: {change: () => choose(select.value)}},
    options.map(([name, text]) => h("option", {value: name, text})));
  select.value = now;
  return h("span", {class: "choose"}, select, icon("down", 14));
};

const scale = (side) => h("span", {class: "matrix-scale"}, [1, 2, 3, 4, 5].map((at) =>
  h("span", {style: {background: `var(--${side}${at})`}})), h("span", {class: "matrix-scale-word", text: side}));

// The figures of every class, made when they are asked for.
function classFigures(value) {
  const table = () => h("div", {class: "class-figures-scroll", tabindex: "0", role: "region", "aria-label": "Figures for each class"},
    h("table", null,
      h("thead", null, h("tr", null, ["Class", "Items", "Precision", "Recall", "F1"].map((text) => h("th", {scope: "col", text})))),
      h("tbody", null, value.classes.map((one) => h("tr", null, h("th", {scope: "row", text: one.name}),
        h("td", {text: count(one.support)}), ["precision", "recall", "f1"].map((name) =>
          h("td", {text: one[name] === null ? "–" : one[name].toFixed(3)}))))),
      h("tfoot", null, h("tr", null, h("th", {scope: "row", text: "Mean of the classes"}), h("td"), h("td"), h("td"),
        h("td", {text: value.macro === null ? "–" : value.macro.toFixed(3)})))));
  const details = h("details", {class: "class-figures"}, h("summary", {text: "Figures for each class"}));
  details.addEventListener("toggle", () => details.open && details.children.length < 2 && details.append(table()));
  return details;
}

export function mount(root, act) {
  let value = null;
  let stop = null;
  const area = h("div", {class: "matrix-scroll"});
  const card = h("section", {class: "card matrix-card", "aria-label": "Labels and answers"});
  root.append(card);

  const open = (label, answer) => {
    value.open = [label, answer];
    mark();
    act("cell", {label, answer});
  };
  const look = (change) => {
    value = {...value, ...change};
    act("look", change);
  };
  area.addEventListener("click", (event) => {
    const button = event.target.closest("button.cell");
    if (button) open(Number(button.dataset.label), Number(button.dataset.answer));
  });
  tips(area, (button) => reading(value).words(Number(button.dataset.label), Number(button.dataset.answer)));

  // The grid itself shows another view, so that it answers at once; the rest comes from the server.
  const views = () => chooser("Cells show", value.classes.length > 2 ? VIEWS : VIEWS.slice(0, 4), value.view, (view) => {
    look({view});
    draw();
  });
  const zooms = () => {
    const own = value.zoom && !value.zooms.some((one) => one.word === value.zoom);
    return chooser("Classes", [["", `All ${count(value.classes.length)} classes`],
      ...value.zooms.map((one) => [one.word, one.text]), ...(own ? [[value.zoom, `${value.shown.length} chosen classes`]] : [])],
    value.zoom, (zoom) => look({zoom}));
  };
  const orders = () => chooser("Order", [["listed", "In the order of the list"], ["similar", "Confused ones together"]],
    value.similar ? "similar" : "listed", (order) => look({order}));

  const found = () => {
    const wanted = value.find.trim().toLowerCase();
    return wanted ? value.classes.flatMap((one, at) => (one.name.toLowerCase().includes(wanted) ? [at] : [])) : [];
  };
  const highlight = () => {
    const hits = new Set(found().map(String));
    for (const head of area.querySelectorAll("th[data-class]")) head.classList.toggle("found", hits.has(head.dataset.class));
    const first = area.querySelector("tbody th.found");
    const cell = first?.parentElement.querySelector(`button[data-label="${first.dataset.class}"][data-answer="${first.dataset.class}"]`);
    if (cell) reveal(area, cell);
    only.hidden = !value.shown || hits.size < 2 || hits.size > 40;
    only.textContent = `Only these ${hits.size}`;
    state.textContent = value.find ? `${hits.size} ${hits.size === 1 ? "class" : "classes"} found` : "";
  };
  const state = h("span", {class: "off-screen", "aria-live": "polite"});
  const only = h("button", {type: "button", class: "link", hidden: true, on: {click: () => look({zoom: found().join("."), find: ""})}});
  let waiting = 0;
  const search = h("input", {type: "search", class: "matrix-find", "aria-label": "Find a class", placeholder: "Find a class", on: {input: () => {
    value.find = search.value;
    if (value.shown) highlight();
    clearTimeout(waiting);
    waiting = setTimeout(() => look({find: search.value}), 250);
  }}});

  const tools = () => (value.classes.length <= ROOMY_UP_TO ? [] : [h("div", {class: "matrix-tools"},
    zooms(), value.shown ? orders() : null, search, only, state)]);

  const legend = () => h("p", {class: "matrix-legend", "aria-hidden": "true"}, scale("right"), scale("wrong"),
    h("span", {class: "matrix-legend-by", text: BASES[value.view]}));

  const picture = drawnImage(area, () => gridPicture(value), () => ({title: "Labels (rows) and answers (columns)", note: VIEWS.find(([name]) => name === value.view)[1], keys: []}));
  const saving = (format) => h("button", {type: "button", class: "link", text: format, "aria-label": `Save the matrix as ${format}`,
    on: {click: async () => save(await picture(format.toLowerCase()), `${value.file}.${format.toLowerCase()}`)}});
  const links = () => h("span", {class: "plot-links"}, value.shown ? [saving("SVG"), saving("PNG")] : null,
    h("a", {class: "link", href: value.csv, download: "", text: "CSV", "aria-label": "Save the matrix as CSV"}));

  const mark = () => {
    for (const button of root.querySelectorAll('[aria-pressed="true"][data-label]')) {
      button.classList.remove("open");
      button.setAttribute("aria-pressed", "false");
    }
    const here = value.open && root.querySelector(`[data-label="${value.open[0]}"][data-answer="${value.open[1]}"]`);
    if (!here) return;
    here.classList.add("open");
    here.setAttribute("aria-pressed", "true");
    if (!value.shown) return;
    stop?.(here);
    if (value.shown.length > ROOMY_UP_TO) reveal(area, here);
  };

  const body = () => {
    if (!value.shown) {
      return [cellList(value, {open, turn: (page) => look({page}), withRight: (right) => look({right})})];
    }
    const made = gridTable(value);
    area.replaceChildren(made);
    stop = roam(made, value.shown.length, value.shown.length);
    return [h("p", {class: "caption", "aria-hidden": "true", text: "Label ↓  Model’s answer →"}), area, legend()];
  };

  const draw = () => {
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    const again = focused?.dataset.label ? `[data-label="${focused.dataset.label}"][data-answer="${focused.dataset.answer}"]`
      : focused?.getAttribute("aria-label") ? `[aria-label="${CSS.escape(focused.getAttribute("aria-label"))}"]` : null;
    const unfolded = card.querySelector("details")?.open;
    if (document.activeElement !== search) search.value = value.find;
    card.replaceChildren(
      h("div", {class: "card-head"}, h("h2", {text: "Labels and answers"}), value.shown ? views() : null),
      ...tools(), ...body(), ...value.notes.map((text) => h("p", {class: "caption matrix-note", text})),
      h("div", {class: "matrix-foot"}, classFigures(value), links()));
    if (unfolded) card.querySelector("details").open = true;
    mark();
    if (value.shown && value.find) highlight();
    document.getElementById("confusion-body")?.classList.toggle("confusion-wide", !value.shown || value.shown.length > TIGHT_UP_TO);
    if (again) card.querySelector(again)?.focus();
  };
  onTheme(() => value && draw());

  let same = "";
  return (next) => {
    if (!next) return;
    const moved = value && value.view !== next.view;
    value = next;
    const now = JSON.stringify({...next, open: null, view: null, find: next.shown ? null : next.find, csv: null});
    if (now === same && !moved) { // only another cell: keep the table and its focus
      mark();
      const csv = card.querySelector("a[download]");
      if (csv) csv.href = next.csv;
    } else draw();
    same = now;
  };
}
