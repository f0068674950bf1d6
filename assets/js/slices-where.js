// Slices, left: one figure by any facet, the worst slices, and saved ones from model to model.
import {h, icon, count, plural} from "./dom.js";
import {intervalBar} from "./interval.js";
import {intervalPicture} from "./interval-picture.js";
import {personName} from "./person.js";
import {plotFoot} from "./plot-tools.js";
import {workWatcher} from "./work.js";

const NAMES = {figure: "Figure", by: "Compare by", sort: "Order", floor: "Least items of a slice"};

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export function mount(root, act) {
  let value = null;
  const measuring = workWatcher(root, act, {start: "measure", words: "Measuring photos", safe: "This runs here, in the background; what was measured is kept.", primary: false});
  const searching = workWatcher(root, act, {start: "again", words: "Searching slices", primary: false});

  const choose = (name, label, options, chosen) => {
    const select = h("select", {name, "aria-label": NAMES[name], on: {change: () => act("look", {[name]: select.value})}}, options.map((one) => h("option", {value: one.value, text: one.label})));
    select.value = chosen;
    return h("span", {class: "slices-choice"}, label, h("span", {class: "choose"}, select, icon("down", 14)));
  };

  const opener = (where, attributes, ...children) => h("button", {
    type: "button", "aria-pressed": same(where, value.open) && !value.open_slice ? "true" : "false",
    data: {where: JSON.stringify(where)}, on: {click: () => act("open", {where})}, ...attributes,
  }, ...children);

  // One figure of every level.
  const compare = () => {
    const {all} = value;
    const worse = (row) => all && row.value !== null && (value.lower_is_better ? row.low > all.value : row.high < all.value);
    const rows = value.rows.map((row) => h("li", null, opener(row.where, {class: "figure-row figure-level"},
      h("span", {class: "figure-words"}, row.name, h("span", {class: "beneath", text: row.of === row.items ? plural(row.items, "item") : `${plural(row.items, "item")}, rests on ${count(row.of)}`})),
      intervalBar({...row, beside: all?.value, wrong: worse(row)}),
      h("span", {class: "figure-share"}, row.text, h("span", {class: "beneath", text: row.interval})))));
    return [
      h("div", {class: "slices-choices"},
        value.figures.length ? choose("figure", "Figure", value.figures, value.figure) : null,
        choose("by", "by", value.facets, value.by), choose("sort", "", value.sorts, value.sort)),
      h("p", {class: "caption", text: all
        ? `All items: ${all.text}, which the thin line marks. Bars are 95 % intervals; ${value.lower_is_better ? "lower is better" : "orange lies below all items for sure"}.`
        : "No model has answered these items yet: here is how many there are of each."}),
      rows.length ? h("ul", {class: "figure-rows slices-list", tabindex: "-1"}, rows) : h("p", {class: "empty", text: "None of these items has a value here."}),
      value.more || value.unknown ? h("p", {class: "caption"},
        value.more ? [`and ${count(value.more)} more: `, h("a", {class: "link", href: value.csv, download: "", text: "all of them as CSV"}), " "] : "",
        value.unknown ? (value.unknown_where ? opener(value.unknown_where, {class: "link"}, `${plural(value.unknown, "item")} without a value`) : `${plural(value.unknown, "item")} without a value`) : "") : null,
      rows.length ? plotFoot({title: value.title, name: value.title, table: levels, image: picture(value.title, () => value.rows.map((row) => ({...row, beside: all?.value, wrong: worse(row)})))}).element : null,
      measures(),
    ];
  };

  const levels = () => ({
    columns: [{name: "value"}, {name: "items", form: "count"}, {name: "rests on", form: "count"}, ...["figure", "low", "high"].map((name) => ({name, form: "number"}))],
    rows: value.rows.map((row) => [row.name, row.items, row.of, row.value, row.low, row.high]),
  });

  const picture = (title, rows) => intervalPicture(root, rows, () => ({
    title, note: "95 % intervals; the thin line is what each is compared with", keys: [{words: "figure", colour: "bar", kind: "bars"}, {words: "surely worse", colour: "orange-mark", kind: "bars"}, {words: "interval", colour: "bar2", kind: "bars"}],
  }));

  const measures = () => (value.measure ? measuring(value.measure) : measuring(null));

  const worst = () => {
    const pairs = h("div", {class: "segments", role: "group", "aria-label": "Conditions of a slice"}, [["no", "one condition"], ["yes", "or two"]].map(([key, text]) => h("button", {
      type: "button", text, data: {view: `pairs-${key}`}, "aria-pressed": (key === "yes") === value.pairs ? "true" : "false", on: {click: () => act("look", {pairs: key})},
    })));
    const running = searching(value.search);
    const rows = value.rows.map((row) => h("li", null, opener(row.where, {class: "figure-row"},
      h("span", {class: "figure-words", text: row.words}), h("span", {class: "figure-share", text: row.text}),
      intervalBar({...row, beside: row.rest, wrong: true}),
      h("span", {class: "figure-note", text: `${plural(row.of, "item")}; ${row.interval}; the rest ${row.rest_text}; ${row.excess} more errors than there; chance ${row.chance}`}))));
    return [
      value.share ? h("div", {class: "slices-choices"}, choose("figure", "Figure", value.shares, value.share),
        choose("floor", "of", value.floors, value.floor),
        pairs) : null,
      running,
      value.note ? h("p", {class: "caption", text: value.note}) : null,
      rows.length ? h("ul", {class: "figure-rows"}, rows) : null,
      rows.length ? plotFoot({title: "Worst slices", name: `worst-slices-${value.share}`, image: picture("Worst slices", () => value.rows.map((row) => ({...row, name: row.words, beside: row.rest, wrong: true}))), table: () => ({
        columns: [{name: "slice"}, {name: "items", form: "count"}, {name: "share", form: "share"}, {name: "low", form: "share"}, {name: "high", form: "share"}, {name: "rest", form: "share"}, {name: "more errors"}, {name: "chance"}],
        rows: value.rows.map((row) => [row.words, row.of, row.value, row.low, row.high, row.rest, row.excess, row.chance]),
      })}).element : null,
      measures(),
    ];
  };

  const verdict = (one) => (one.sure ? h("span", {class: `chip ${one.sure === "worse" ? "chip-close" : "chip-tagged"}`, text: `surely ${one.sure}`}) : null);
  const figureOf = (one, at) => h("tr", null, h("th", {scope: "row", text: value.models[at]}),
    h("td", null, h("strong", {text: one.text}), h("span", {class: "beneath", text: one.interval})),
    one.change === null ? h("td", {class: "ink3", text: "in view"})
      : h("td", null, one.change, h("span", {class: "beneath", text: one.change_interval ?? ""}), verdict(one)));

  // A slice, and beneath it a row for each model.
  const watched = (row) => h("tbody", {class: value.open_slice === row.id ? "open" : ""},
    h("tr", {class: "watch-slice"}, h("th", {scope: "rowgroup", colspan: 2},
      h("button", {type: "button", class: "link", "aria-pressed": value.open_slice === row.id ? "true" : "false", text: row.name, data: {where: row.id}, on: {click: () => act("open", {slice: row.id})}}),
      h("span", {class: "beneath", text: row.words}),
      h("span", {class: "beneath", text: [row.problem ? null : plural(row.items, "item"), row.cells.length && row.common !== row.items ? `${count(row.common)} compared` : null, row.by].filter(Boolean).join("; ")})),
    h("td", null, h("button", {type: "button", class: "link", text: "Remove", "aria-label": `Remove ${row.name}`, on: {click: () => act("remove", {slice: row.id, by: personName()})}}))),
    row.problem ? h("tr", null, h("td", {class: "watch-problem", colspan: 3, text: row.problem})) : row.cells.map(figureOf));

  const saved = () => (value.rows.length ? [
    value.figures.length ? h("div", {class: "slices-choices"}, choose("figure", "Figure", value.figures, value.figure)) : null,
    h("div", {class: "watch-scroll slices-list", tabindex: "0", role: "region", "aria-label": "Saved slices from model to model"}, h("table", {class: "watch watch-models"},
      h("caption", {class: "off-screen", text: "Saved slices; beneath each a row for every model"}),
      h("thead", null, h("tr", null, h("th", {scope: "col", text: "Slice and model"}), h("th", {scope: "col", text: "Figure"}), h("th", {scope: "col", text: "Change"}))),
      value.rows.map(watched))),
    value.note ? h("p", {class: "caption", text: value.note}) : null,
    plotFoot({title: "Saved slices", name: "saved-slices", table: () => ({
      columns: [{name: "slice"}, {name: "conditions"}, {name: "items", form: "count"}, ...value.models.flatMap((name, at) => [{name}, {name: `${name}, interval`}, ...(at ? [{name: `${name}, change`}, {name: `${name}, change interval`}] : [])])],
      rows: value.rows.map((row) => [row.name, row.words, row.items, ...row.cells.flatMap((one, at) => [one.text, one.interval, ...(at ? [one.change, one.change_interval] : [])])]),
    })}).element,
  ] : [h("p", {class: "empty", text: value.empty})]);

  const draw = () => {
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    const [where, name, view] = [focused?.dataset.where, focused?.getAttribute("name"), focused?.dataset.view];
    const top = root.querySelector(".slices-list")?.scrollTop ?? 0;
    if (value.view !== "worst") searching(null);
    const body = {compare, worst, saved}[value.view]();
    root.replaceChildren(h("section", {class: "card slices-card", "aria-label": value.views.find((one) => one.value === value.view).label},
      h("div", {class: "segments", role: "group", "aria-label": "What is listed"}, value.views.map((one) => h("button", {
        type: "button", text: one.label, "aria-pressed": one.value === value.view ? "true" : "false", data: {view: one.value}, on: {click: () => act("look", {view: one.value})},
      }))), value.notes.map((text) => h("p", {class: "caption", text})), body));
    const list = root.querySelector(".slices-list");
    if (list) list.scrollTop = top;
    if (where) root.querySelector(`[data-where="${CSS.escape(where)}"]`)?.focus({preventScroll: true});
    else if (name) root.querySelector(`[name="${CSS.escape(name)}"]`)?.focus({preventScroll: true});
    else if (view) root.querySelector(`[data-view="${CSS.escape(view)}"]`)?.focus({preventScroll: true});
  };

  return (next) => {
    if (!next) return;
    value = next;
    draw();
  };
}
