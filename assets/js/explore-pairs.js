// Explore, middle: how often two labels meet, as a triangle of buttons, and the strongest in words.
import {h, count, percent} from "./dom.js";
import {reveal, roam, tips, textOn, token, onTheme} from "./cells.js";
import {apart, pairsPicture, pairsTable, phiColour, place} from "./explore-pictures.js";
import {drawnImage, plotFoot} from "./plot-tools.js";

const NUMBERS_UP_TO = 30; // labels; beyond that cells show colour alone, their words stay
const ROOMY_UP_TO = 9;

const figure = (phi) => {
  if (phi === null) return "–";
  const text = Math.abs(phi).toFixed(2);
  return phi < 0 && text !== "0.00" ? `−${text}` : text;
};

export function mount(root, act) {
  let value = null;
  let stop = null;

  const words = (row, column) => {
    const [a, b] = [value.labels[row], value.labels[column]];
    const both = value.both[place(row, column)];
    const lines = [`${b.name} and ${a.name}: phi ${figure(value.phi[place(row, column)])}`,
      `${count(both)} ${both === 1 ? "item has" : "items have"} both`];
    const at = place(row, column);
    const bases = [value.bases?.[1][at] ?? b.count, value.bases?.[0][at] ?? a.count];
    for (const [one, other, base] of [[b, a, bases[0]], [a, b, bases[1]]]) {
      if (base) lines.push(`${percent(both / base)} of ${count(base)} ${one.many} are ${other.are}`);
    }
    return lines;
  };

  const cell = (row, column) => {
    const phi = value.phi[place(row, column)];
    const grey = apart(value, row, column);
    const open = value.open && value.open[0] === row && value.open[1] === column;
    const colours = grey || phi === null ? null : phiColour(phi);
    return h("td", null, h("button", {
      type: "button", class: `pair${grey ? " pair-apart" : ""}${open ? " open" : ""}`,
      "aria-label": words(row, column).join(". "), "aria-pressed": open ? "true" : "false",
      data: {row, column}, text: value.labels.length <= NUMBERS_UP_TO ? figure(phi) : "",
      style: colours ? {background: `rgb(${colours})`, color: textOn(colours)} : {},
    }));
  };

  const table = () => {
    const {labels} = value;
    const size = labels.length <= ROOMY_UP_TO ? "roomy" : labels.length <= NUMBERS_UP_TO ? "tight" : "dense";
    const heads = labels.slice(0, -1).map((label) => h("th", {scope: "col"}, h("span", {text: label.name})));
    const rows = labels.slice(1).map((label, at) => h("tr", null,
      h("th", {scope: "row"}, h("span", {text: label.name})),
      labels.slice(0, at + 1).map((_, column) => cell(at + 1, column))));
    return h("table", {class: `pairs pairs-${size}`, style: {"--labels": labels.length - 1}},
      h("caption", {class: "off-screen", text: "Phi of every label with every other; arrow keys move, Enter opens the items"}),
      h("colgroup", null, h("col", {class: "pairs-names"})),
      h("tbody", null, rows),
      h("tfoot", null, h("tr", null, h("td", null), heads)));
  };

  const legend = () => h("div", {class: "pairs-legend"},
    h("p", {text: "How often two labels meet, against chance"}),
    h("div", {class: "pairs-scale", style: {background: `linear-gradient(90deg, ${token("phi-low")}, ${token("phi-none")}, ${token("phi-high")})`}}),
    h("div", {class: "pairs-ticks"}, h("span", {text: "rarely −0.4"}), h("span", {text: "0"}), h("span", {text: "often +0.4"})),
    h("p", {class: "caption", text: "Categories exclude each other, so their own pairs stay grey."}));

  const sentences = () => (value.sentences.length ? h("ul", {class: "pair-sentences"}, value.sentences.map((one) => h("li", null,
    h("button", {
      type: "button", class: "pair-sentence", on: {click: () => act("pair", {a: one.a, b: one.b})},
    }, h("strong", {class: one.phi < 0 ? "less" : "", text: figure(one.phi)}), h("span", {text: one.text}))))) : null);

  const area = h("div", {class: "pairs-scroll"});
  const foot = plotFoot({
    title: "What goes together", name: "what-goes-together", table: () => pairsTable(value),
    image: drawnImage(area, () => pairsPicture(value, figure), () => ({title: "What goes together", note: value.base, keys: []})),
  });
  const card = h("section", {class: "card pairs-card", "aria-label": "What goes together"});
  root.append(card);
  area.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-row]");
    if (!button) return;
    act("pair", {a: value.labels[button.dataset.row].key, b: value.labels[button.dataset.column].key});
  });
  tips(area, (button) => words(Number(button.dataset.row), Number(button.dataset.column)));

  const mark = () => {
    for (const button of area.querySelectorAll(".pair.open")) {
      button.classList.remove("open");
      button.setAttribute("aria-pressed", "false");
    }
    const open = value.open && area.querySelector(`[data-row="${value.open[0]}"][data-column="${value.open[1]}"]`);
    if (!open) return;
    open.classList.add("open");
    open.setAttribute("aria-pressed", "true");
    stop?.(open);
    if (value.labels.length > ROOMY_UP_TO) reveal(area, open);
  };

  const draw = () => {
    const focused = area.contains(document.activeElement) ? {...document.activeElement.dataset} : null;
    const made = table();
    area.replaceChildren(made, legend());
    area.classList.toggle("pairs-many", value.labels.length > ROOMY_UP_TO);
    document.getElementById("explore-columns")?.classList.toggle("explore-many", value.labels.length > ROOMY_UP_TO);
    stop = roam(made, value.labels.length, value.labels.length);
    card.replaceChildren(
      h("div", {class: "card-head"}, h("h2", {text: "What goes together"}), h("span", {class: "caption", text: value.base})),
      area, ...[sentences()].filter(Boolean), foot.element);
    foot.refresh();
    mark();
    if (focused) area.querySelector(`[data-row="${focused.row}"][data-column="${focused.column}"]`)?.focus();
  };
  onTheme(() => value && draw());

  let same = "";
  return (next) => {
    if (!next) return;
    value = next;
    const now = JSON.stringify({...next, open: null});
    if (now === same) mark(); // only another cell is open: keep the table, its scroll and its focus
    else draw();
    same = now;
  };
}
