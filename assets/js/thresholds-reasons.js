// Reasons to set a cut by, for the open tag or for all tags at once.

import {h, plural} from "./dom.js";
import {choose, wishOfWord, wishToWord, wishWords} from "./reasons.js";
import {crossFit} from "./thresholds-crossfit.js";

const EXPLAINED = {
  f_beta: "The highest F on validation; above 1, beta weighs recall more, below 1 precision.",
  precision: "Of the cuts that precise on validation, the one that misses least.",
  recall: "Of the cuts that find so many on validation, the most precise.",
  cost: "The least cost on validation, at the prices below.",
  reviews: "A person looks through all that get the tag: at most so many of 10,000 items.",
  rate: "As many validation items get the tag as are labelled with it.",
};
const say = (cut) => (cut / 1000).toFixed(3);
const NAMED = 4;

export function reasonRow(bench, tag) {
  const note = h("div", {class: "note", role: "status"});
  const wishes = wishesOf(bench);
  const buttons = wishes.map((wish) => wish.button);
  const scope = scopeOf(bench);
  const press = (reason) => {
    for (const wish of wishes) wish.button.setAttribute("aria-pressed", wish.reason === reason);
  };
  const forget = () => {
    tag.reason = null;
    press(null);
    note.replaceChildren();
    bench.place.put({by: null});
  };
  const take = async (wish) => {
    if (wish.reason === "cost" && !wish.false_tag && !wish.missed_tag) {
      note.replaceChildren(h("p", {text: "Where nothing costs anything every cut is as good: give one of the two prices below."}));
      return;
    }
    const tags = scope.all() ? bench.tags : [tag];
    const results = scope.folded()
      ? await crossFit(bench, tags, wish, note)
      : tags.map((one) => ({tag: one, ...choose(one.validation, wish)}));
    if (!results) return;
    set(bench, results.filter((one) => one.status === "chosen"), wish);
    press(tag.reason?.reason ?? null);
    bench.place.put({by: wishToWord(wish), for: scope.all() ? "all" : null, folds: scope.folded() ? "5" : null});
    note.replaceChildren(...outcome(bench, results, wish));
  };
  for (const wish of wishes) wish.button.addEventListener("click", () => take(wish.read()));
  press(tag.reason?.reason ?? null);
  return {
    note, forget, scope: scope.element, buttons,
    element: h("div", {class: "reasons", role: "group", "aria-label": "Set the cut by"},
      h("span", {class: "dim"}, "Set by"), wishes.map((wish) => wish.element)),
  };
}

function set(bench, chosen, wish) {
  for (const {tag} of chosen) tag.reason = wish;
  bench.moveAll(chosen.map(({tag, k}) => [tag, k]));
}

// What came of it, in words; where a wish cannot be fulfilled, the nearest is offered.
function outcome(bench, results, wish) {
  const near = results.filter((one) => one.status === "nearest");
  const none = results.filter((one) => one.status === "undecided");
  const done = results.length - near.length - none.length;
  const said = results.length === 1 ? [done ? EXPLAINED[wish.reason] : "", results[0].more].filter(Boolean).join(" ") : "";
  const extra = said ? [h("p", {class: "more", text: said})] : [];
  if (results.length === 1) {
    return [...near.map((one) => h("p", {}, `${one.words} `, offer(bench, [one], wish, `Use ${say(one.k)}`))),
      ...none.map((one) => h("p", {text: one.words})), ...extra];
  }
  const lines = [h("p", {class: "more", text: `${done} of ${plural(results.length, "tag")} set by ${wishWords(wish)}.`})];
  if (near.length) {
    lines.push(h("p", {}, `Out of reach for ${names(near)}. `,
      offer(bench, near, wish, near.length === 1 ? "Use the nearest" : `Use the nearest for these ${near.length}`)));
  }
  if (none.length) lines.push(h("p", {text: `Nothing to choose by for ${names(none)}: kept as they were.`}));
  return lines;
}

function offer(bench, near, wish, words) {
  return h("button", {type: "button", class: "link", text: words, on: {click: (event) => {
    set(bench, near, wish);
    event.currentTarget.closest("p").textContent = `${near.length === 1 ? near[0].tag.name : plural(near.length, "tag")} set to the nearest.`;
  }}});
}

const names = (found) => found.slice(0, NAMED).map((one) => one.tag.name).join(", ")
  + (found.length > NAMED ? ` and ${found.length - NAMED} more` : "");

// The choice between this tag and all, and between plain and cross-fitted.
function scopeOf(bench) {
  const box = (words, on, changed) => {
    const input = h("input", {type: "checkbox", on: {change: changed}});
    input.checked = on;
    return [input, h("label", {class: "tick-box"}, input, h("span", {text: words}))];
  };
  const [all, forAll] = box(`for all ${bench.tags.length} tags`, bench.place.words.for === "all",
    () => bench.place.put({for: all.checked ? "all" : null}));
  const [folds, fold] = box("cross-fitted", Boolean(bench.place.words.folds), () => {
    bench.place.put({folds: folds.checked ? "5" : null});
    hint.hidden = !folds.checked;
  });
  const hint = h("span", {class: "dim", text: "for small data: chosen on four fifths of the validation items, judged on the fifth, in turn"});
  hint.hidden = !folds.checked;
  return {
    element: h("div", {class: "scope"}, hint, fold, bench.tags.length > 1 ? forAll : null),
    all: () => all.checked, folded: () => folds.checked,
  };
}

// The six reasons with their numbers. What was asked last stands in the link.
function wishesOf(bench) {
  const asked = wishOfWord(bench.place.words.by);
  const last = (reason, name, start) => (asked?.reason === reason ? asked[name] : bench.wished?.[reason] ?? start);
  const button = (words) => h("button", {type: "button", class: "button small", "aria-pressed": "false"}, words);
  const wished = (reason, name, {words, start, low, high, step, digits}, label = words) => {
    const starter = button(words);
    const input = h("input", {
      type: "number", min: low, max: high, step, value: Number(last(reason, name, start)).toFixed(digits), "aria-label": `${label}, wanted`,
    });
    const read = () => {
      const value = Math.min(high, Math.max(low, Number(input.value) || low));
      input.value = value.toFixed(digits);
      bench.wished = {...bench.wished, [reason]: value};
      return {reason, [name]: value};
    };
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") starter.click(); });
    return {reason, button: starter, input, read, element: h("span", {class: "wish"}, starter, input)};
  };
  const plain = (reason, words, read) => {
    const starter = button(words);
    return {reason, button: starter, read, element: starter};
  };
  const best = wished("f_beta", "beta", {words: "Best F1", start: 1, low: 0.1, high: 10, step: 0.1, digits: 1}, "Best F, beta");
  const named = () => { best.button.textContent = `Best F${Number(best.input.value) || 1}`; };
  best.input.addEventListener("input", named);
  named();
  return [
    best,
    wished("precision", "wanted", {words: "Precision at least", start: 0.9, low: 0.01, high: 1, step: 0.01, digits: 2}),
    wished("recall", "wanted", {words: "Recall at least", start: 0.9, low: 0.01, high: 1, step: 0.01, digits: 2}),
    plain("cost", "Lowest cost", () => ({reason: "cost", false_tag: bench.prices.wrong, missed_tag: bench.prices.missed})),
    wished("reviews", "per_10k", {words: "Reviews per 10,000", start: 500, low: 0, high: 10000, step: 50, digits: 0}),
    plain("rate", "Same rate", () => ({reason: "rate", within: 0.1})),
  ];
}
