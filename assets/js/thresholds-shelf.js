// Bundles: all that were saved, compared in words, brought into use and taken back, and what they
// keep of their promises now that labels have changed.

import {h, icon} from "./dom.js";
import {personName} from "./person.js";
import {plotFoot} from "./plot-tools.js";
import {getJson} from "./thresholds-fetch.js";

const DRAFT = "draft";
const LISTED = 12;
const three = (value) => (value === null ? "–" : value.toFixed(3));

export function shelfView(bench) {
  const element = h("div", {class: "bench-shelf"});
  const shown = () => {
    const [compared, kept] = [compareCard(bench), promiseCard(bench)];
    element.replaceChildren(listCard(bench), compared.element, kept.element);
    compared.draw();
    kept.draw();
  };
  return {element, shown, all: shown};
}

function listCard(bench) {
  const {bundles, events, back} = bench.data;
  const use = (version) => bench.act("promoted", {version, by: personName()});
  const rollBack = back === null ? null : h("button", {
    type: "button", class: "button small", text: `Roll back to v${back}`, on: {click: () => bench.act("rolled", {by: personName()})},
  });
  const row = (bundle) => h("li", {class: bundle.in_use ? "in-use" : ""},
    h("p", {class: "bundle-title"}, h("strong", {text: bundle.title}),
      bundle.in_use ? h("span", {class: "chip chip-tagged", text: "in use"}) : bundle.draft ? h("span", {class: "chip", text: "proposed"}) : null,
      h("span", {class: "dim", text: `${bundle.version ? `saved by ${bundle.saved_by}` : "chosen by training"}, ${moment(bundle.saved_at)}`})),
    bundle.note ? h("p", {class: "bundle-note", text: bundle.note}) : null,
    h("p", {class: "bundle-cuts dim", text: summary(bundle)}),
    h("p", {class: "bundle-buttons"},
      bundle.in_use && !bench.unsaved ? null : h("button", {
        type: "button", class: "link", text: bundle.in_use ? "Back to its cuts" : "Take over its cuts",
        "aria-label": `${bundle.in_use ? "Back to" : "Take over"} the cuts of ${bundle.title}`, on: {click: () => bench.load(bundle)},
      }),
      bundle.in_use ? null : h("button", {type: "button", class: "button small", text: "Use it", "aria-label": `Use ${bundle.title}`, on: {click: () => use(bundle.version)}})));
  return h("section", {class: "card shelf-card", "aria-label": "All bundles"},
    h("div", {class: "card-head"}, h("h2", {text: bundles.length === 1 ? "One bundle" : `${bundles.length} bundles`}), rollBack),
    h("ul", {class: "shelf"}, bundles.map(row)),
    events.length ? h("details", {}, h("summary", {text: "What happened"}),
      h("ul", {class: "shelf-events"}, events.map((event) => h("li", {text: happened(event)})))) : null);
}

const happened = ({event, version, by, at, note}) =>
  [`${event === "rolled back" ? `rolled back to v${version}` : `v${version} ${event}`} by ${by}`, moment(at), note].filter(Boolean).join(", ");

function summary(bundle) {
  const cuts = Object.entries(bundle.thresholds).slice(0, 4).map(([tag, cut]) => `${tag} ${three(cut)}`);
  const more = Object.keys(bundle.thresholds).length - cuts.length;
  const zones = Object.keys(bundle.zones).length;
  const cells = Object.values(bundle.per_category).reduce((sum, own) => sum + Object.keys(own).length, 0);
  return [cuts.join(", ") + (more > 0 ? ` and ${more} more` : ""), zones && `${zones} with review zones`,
    cells && `${cells} cuts per category`].filter(Boolean).join("; ");
}

function compareCard(bench) {
  const {bundles} = bench.data;
  const inUse = bench.inUse;
  const out = h("div", {class: "compared"});
  const choice = (words, chosen, offered) => {
    const select = h("select", {"aria-label": words, on: {change: () => { place(); draw(); }}},
      offered.map(([value, text]) => h("option", {value, text})));
    select.value = offered.some(([value]) => value === chosen) ? chosen : offered[0][0];
    return [select, h("label", {class: "choose"}, select, icon("down", 16))];
  };
  const saved = bundles.map((bundle) => [String(bundle.version), bundle.title]);
  const before = bundles.find((bundle) => bundle !== inUse) ?? inUse;
  const [olds, from] = choice("Bundle to start from", bench.place.words.old ?? String(bench.unsaved ? inUse.version : before.version), saved);
  const [news, to] = choice("Bundle to hold against it", bench.place.words.new ?? (bench.unsaved ? DRAFT : String(inUse.version)),
    [...saved, ...(bench.unsaved ? [[DRAFT, "the cuts on this page"]] : [])]);
  const place = () => bench.place.put({old: olds.value, new: news.value});
  const draw = async () => {
    if (olds.value === news.value) {
      out.replaceChildren(h("p", {class: "dim", text: bundles.length > 1 || bench.unsaved ? "Choose two different ones."
        : "There is one bundle only. Move a cut, and it can be compared before it is saved."}));
      return;
    }
    out.replaceChildren(h("p", {class: "dim", text: "Comparing…"}));
    const words = {old: olds.value, new: news.value, ...(news.value === DRAFT ? {draft: JSON.stringify(bench.draft())} : {})};
    const found = await getJson(bench, "compare", words);
    out.replaceChildren(...(found.error ? [h("p", {text: found.error})] : comparison(bench, found, news.value === DRAFT)));
  };
  return {draw, element: h("section", {class: "card", "aria-label": "Compare bundles"},
    h("div", {class: "card-head"}, h("h2", {text: "Compared in words"}),
      h("p", {class: "compare-choice"}, to, h("span", {class: "dim", text: "against"}), from)), out)};
}

function comparison(bench, {n, sentence, tags}, isDraft) {
  const rows = Object.entries(tags);
  const columns = [["threshold", "number"], ["precision", "number"], ["recall", "number"], ["f1", "number"],
    ["false_per_10k", "count", "wrong per 10,000"], ["missed_per_10k", "count", "missed per 10,000"], ["reviews_per_10k", "count", "reviews per 10,000"]];
  const foot = plotFoot({title: "Bundles compared", name: `bundles compared ${bench.data.key[1]}`, table: () => ({
    columns: [{name: "tag"}, ...columns.flatMap(([name, form, words]) =>
      [{name: `${words ?? name}, before`, form}, {name: "after", form}]), {name: "gained", form: "count"}, {name: "lost", form: "count"}],
    rows: rows.map(([tag, one]) => [tag, ...columns.flatMap(([name, form]) =>
      one[name].map((value) => (form === "count" && value !== null ? Math.round(value) : value))), one.gained, one.lost]),
  })});
  return [h("p", {class: "verdict", text: `${isDraft ? sentence.replace(/^v\d+/, "These cuts") : sentence}.`}), h("p", {class: "dim", text: `On ${n.toLocaleString("en")} held-out items, with the labels of now.`}),
    h("ul", {class: "compared-tags"}, rows.filter(([, one]) => one.gained + one.lost || one.reviews_per_10k[0] !== one.reviews_per_10k[1]).slice(0, LISTED)
      .map(([tag, one]) => h("li", {}, h("strong", {text: tag}), ` ${one.sentence}; ${one.gained} gain it, ${one.lost} lose it`))), foot.element];
}

function promiseCard(bench) {
  const {inUse} = bench;
  const out = h("div", {}, h("p", {class: "dim", text: "Reading…"}));
  const draw = async () => {
    const found = await getJson(bench, "kept", {version: inUse.version});
    out.replaceChildren(...(found.error ? [h("p", {text: found.error})] : promises(bench, inUse, found)));
  };
  return {draw, element: h("section", {class: "card", "aria-label": "Promises"},
    h("h2", {text: `What ${inUse.title} promised, and keeps`}), out)};
}

const STATES = {kept: "kept", broken: "not kept", better: "better than promised", unknown: "cannot be told"};
const FIGURES = [["precision", "Precision"], ["recall", "Recall"], ["f1", "F1"]];

function promises(bench, bundle, tags) {
  const names = Object.keys(tags);
  const promised = names.some((tag) => FIGURES.some(([name]) => tags[tag][name].promised !== null));
  if (!promised) return [h("p", {class: "dim", text: "This bundle was saved without a promise, so there is nothing to hold it to."})];
  const cell = (one) => h("td", {class: `promise-${one.state}`}, h("strong", {text: three(one.now)}),
    h("span", {class: "dim", text: ` promised ${three(one.promised)}`}), h("span", {class: "promise-state", text: STATES[one.state]}));
  const foot = plotFoot({title: "Promises", name: `promises ${bundle.label} ${bench.data.key[1]}`, table: () => ({
    columns: [{name: "tag"}, ...FIGURES.flatMap(([, words]) => [{name: `${words} promised`, form: "number"}, {name: "now", form: "number"},
      {name: "from", form: "number"}, {name: "to", form: "number"}, {name: "state"}])],
    rows: names.map((tag) => [tag, ...FIGURES.flatMap(([name]) => {
      const one = tags[tag][name];
      return [one.promised, one.now, ...(one.interval ?? [null, null]), STATES[one.state]];
    })]),
  })});
  return [h("p", {class: "dim", text: "On held-out items with the labels of now; not kept means that the promise lies above the 95 % interval of now."}),
    h("div", {class: "tags-scroll", tabindex: "0", role: "region", "aria-label": "Promises by tag"}, h("table", {class: "tags promises"},
      h("thead", {}, h("tr", {}, h("th", {scope: "col", text: "Tag"}), FIGURES.map(([, words]) => h("th", {scope: "col", text: words})))),
      h("tbody", {}, names.map((tag) => h("tr", {}, h("th", {scope: "row", text: tag}), FIGURES.map(([name]) => cell(tags[tag][name]))))))),
    foot.element];
}

function moment(iso) {
  const date = new Date(iso);
  if (!iso || Number.isNaN(date.getTime())) return "";
  return date.toLocaleString("en-GB", {dateStyle: "medium", timeStyle: "short"});
}
