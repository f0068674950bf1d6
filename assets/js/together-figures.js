// Together, left: items right in both, in one, in none; and lists of what goes wrong together.
import {h, icon, count, percent, plural} from "./dom.js";
import {between, intervalBar} from "./interval.js";
import {intervalPicture} from "./interval-picture.js";
import {plotFoot} from "./plot-tools.js";

const AT_FIRST = 12; // rows; the others when asked for

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export function mount(root, act) {
  let value = null;
  let all = false; // rows
  let view = "";

  const open = (where) => () => act("open", {where});
  const pressed = (where) => (same(where, value.open) ? "true" : "false");

  const outcome = (one, words, kind) => h("td", null, h("button", {
    type: "button", class: `together-cell together-${kind}`, "aria-pressed": pressed(one.where), disabled: !one.count,
    "aria-label": `${count(one.count)} items, ${one.share}: ${words}`, data: {where: JSON.stringify(one.where)}, on: {click: open(one.where)},
  }, h("strong", {text: count(one.count)}), h("span", {text: one.share})));

  const outcomes = () => {
    const [both, category, tags, neither] = value.outcomes.cells;
    return h("section", {class: "card", "aria-label": "Right together"},
      h("div", {class: "card-head"}, h("h2", {text: "Right together"}), h("span", {class: "caption", text: `${count(value.outcomes.total)} items with all labels`})),
      h("table", {class: "together-grid"},
        h("thead", null, h("tr", null, h("td"), h("th", {scope: "col", text: "Tags right"}), h("th", {scope: "col", text: "A tag wrong"}))),
        h("tbody", null,
          h("tr", null, h("th", {scope: "row", text: "Category right"}), outcome(both, "category and tags right", "right"), outcome(category, "category right, a tag wrong", "half")),
          h("tr", null, h("th", {scope: "row", text: "Category wrong"}), outcome(tags, "category wrong, tags right", "half"), outcome(neither, "category and a tag wrong", "wrong")))),
      value.outcomes.sentence ? h("p", {class: "dense ink2", text: value.outcomes.sentence}) : null);
  };

  const row = (one) => h("li", null, h("button", {
    type: "button", class: "figure-row", "aria-pressed": pressed(one.where), data: {where: JSON.stringify(one.where)}, on: {click: open(one.where)},
  }, h("span", {class: "figure-words", text: one.words}),
  h("span", {class: "figure-share", text: percent(one.share)}),
  intervalBar({value: one.share, low: one.low, high: one.high, wrong: true}),
  h("span", {class: "figure-note"}, `${count(one.hits)} of ${count(one.of)}, ${between(one.low, one.high)} %; ${one.beside}`,
    one.sure ? h("span", {class: "chip chip-close", text: "more than chance"}) : null)));

  const breakers = (found, what, none) => (found.count
    ? h("button", {type: "button", class: "link", "aria-pressed": pressed(found.where), data: {where: JSON.stringify(found.where)}, on: {click: open(found.where)}, text: `${plural(found.count, what)} ${found.count === 1 ? "breaks" : "break"} it`})
    : h("span", {class: "ink3", text: none}));

  const rule = (one) => h("li", {class: "rule-row"},
    h("div", {class: "figure-row figure-still"}, h("span", {class: "figure-words", text: one.words}),
      h("span", {class: "figure-share", text: percent(one.share, one.share > 0.99 && one.share < 1 ? 1 : 0)}),
      intervalBar({value: one.share, low: one.low, high: one.high}),
      h("span", {class: "figure-note", text: `${count(one.hits)} of ${count(one.of)}, ${between(one.low, one.high)} %; ${one.beside}`})),
    h("div", {class: "rule-breakers dense"}, breakers(one.labels, "label", "No label breaks it"),
      one.answers ? breakers(one.answers, "answer", "No answer breaks it") : null));

  const figure = (name, at, what) => {
    const share = at[name];
    const wrong = name === "precision" ? "wrong" : "missed";
    if (share.value === null) return h("td", {class: "tag-none"}, h("span", {"aria-label": `${name} undefined, no items`, text: "–"}));
    const text = [h("strong", {text: percent(share.value)}), h("span", {class: "range", text: between(share.low, share.high)})];
    const found = at[wrong];
    return h("td", null, found ? h("button", {
      type: "button", class: "tag-figure", "aria-pressed": pressed(at.where[wrong]), data: {where: JSON.stringify(at.where[wrong])},
      "aria-label": `${what}, ${name} ${percent(share.value)} of ${share.of}: open the ${found} ${wrong === "wrong" ? "wrongly tagged" : "missed"}`,
      on: {click: open(at.where[wrong])},
    }, text) : h("span", {class: "tag-figure"}, text));
  };

  const byCategory = () => [
    h("span", {class: "choose"}, tagSelect(), icon("down", 14)),
    h("div", {class: "tag-scroll", tabindex: "0", role: "region", "aria-label": "The tag in each category"}, h("table", {class: "tag-table"},
      h("thead", null,
        h("tr", null, h("th", {scope: "col", rowspan: "2", text: "Category"}), h("th", {scope: "colgroup", colspan: "2", text: "where it is labelled"}), h("th", {scope: "colgroup", colspan: "2", text: "where the model calls it"})),
        h("tr", null, ["label", "answer"].flatMap(() => [h("th", {scope: "col", text: "precision"}), h("th", {scope: "col", text: "recall"})]))),
      h("tbody", null, value.rows.map((one) => h("tr", null, h("th", {scope: "row", text: one.name}),
        figure("precision", one.label, `${one.name}, as labelled`), figure("recall", one.label, `${one.name}, as labelled`),
        figure("precision", one.answer, `${one.name}, as called`), figure("recall", one.answer, `${one.name}, as called`)))))),
  ];
  const tagSelect = () => {
    const select = h("select", {"aria-label": "Tag", on: {change: () => act("view", {view: "tag", tag: select.value})}}, value.tags.map((tag) => h("option", {value: tag, text: tag})));
    select.value = value.tag;
    return select;
  };

  const list = () => {
    if (value.view === "tag") return byCategory();
    const rows = all ? value.rows : value.rows.slice(0, AT_FIRST);
    const more = value.rows.length - rows.length;
    return [
      h("ul", {class: "figure-rows"}, rows.map(value.view === "rules" ? rule : row)),
      more ? h("button", {type: "button", class: "link", text: `Show ${more} more`, on: {click: () => {
        all = true;
        draw();
        root.querySelectorAll(".figure-rows > li")[AT_FIRST]?.querySelector("button")?.focus();
      }}}) : null,
    ];
  };

  const table = () => {
    const share = (name) => ({name, form: "share"});
    if (value.view === "tag") {
      const parts = ["label", "answer"];
      return {
        columns: [{name: "category"}, ...parts.flatMap((part) => ["precision", "recall"].flatMap((what) => [share(`${what}, ${part}`), share(`${what}, ${part}, low`), share(`${what}, ${part}, high`), {name: `${what}, ${part}, items`, form: "count"}]))],
        rows: value.rows.map((one) => [one.name, ...parts.flatMap((part) => ["precision", "recall"].flatMap((what) => [one[part][what].value, one[part][what].low, one[part][what].high, one[part][what].of]))]),
      };
    }
    const rules = value.view === "rules";
    return {
      columns: [{name: rules ? "rule" : "figure"}, {name: "items", form: "count"}, {name: "of", form: "count"}, share("share"), share("low"), share("high"), {name: "beside"},
        ...(rules ? [{name: "lift"}, {name: "labels that break it", form: "count"}, {name: "answers that break it", form: "count"}] : [{name: "chance"}])],
      rows: value.rows.map((one) => [one.words, one.hits, one.of, one.share, one.low, one.high, one.beside,
        ...(rules ? [one.lift, one.labels.count, one.answers?.count ?? null] : [one.chance])]),
    };
  };

  const picture = (title) => intervalPicture(root, () => value.rows.map((one) => ({
    name: one.words, text: percent(one.share), interval: between(one.low, one.high), value: one.share, low: one.low, high: one.high, wrong: value.view !== "rules",
  })), () => ({title, note: "95 % intervals", keys: [{words: "share", colour: value.view === "rules" ? "bar" : "orange-mark", kind: "bars"}, {words: "interval", colour: "bar2", kind: "bars"}]}));

  const lists = () => {
    const title = value.views.find((one) => one.value === value.view)?.label ?? "Rules";
    const foot = value.rows.length ? plotFoot({title, name: `together-${value.view}`, table, image: value.view === "tag" ? null : picture(title)}) : null;
    return h("section", {class: "card together-lists", "aria-label": title},
      h("div", {class: "segments", role: "group", "aria-label": "What is listed"}, value.views.map((one) => h("button", {
        type: "button", text: one.label, "aria-pressed": one.value === value.view ? "true" : "false", data: {view: one.value}, on: {click: () => act("view", {view: one.value})},
      }))),
      value.note ? h("p", {class: "caption", text: value.note}) : null,
      value.rows.length ? list() : h("p", {class: "empty", text: value.empty}),
      foot?.element);
  };

  const draw = () => {
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset : {};
    const {where, view: at} = focused;
    root.replaceChildren(
      value.why_none ? h("p", {class: "card together-why", text: value.why_none}) : "",
      value.outcomes ? outcomes() : "", lists(),
      ...value.notes.map((text) => h("p", {class: "caption together-note", text})));
    if (where) root.querySelector(`[data-where="${CSS.escape(where)}"]`)?.focus();
    else if (at) root.querySelector(`[data-view="${CSS.escape(at)}"]`)?.focus();
  };

  return (next) => {
    if (!next) return;
    if (view !== next.view) all = false;
    view = next.view;
    value = next;
    draw();
  };
}
