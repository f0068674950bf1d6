// Reasons for a cut, the same as core.decisions.reasons: which cuts fulfil a wish and by what
// figures, the first counting most, the best (or, where none fulfils it, the nearest) is found.

import {countsAt, figuresAt, LAST} from "./cuts.js";

const low = (value) => value ?? -1;
const share = (some, all) => (all > 0 ? some / all : null);
const every = (figure) => Float64Array.from({length: LAST + 1}, (_, k) => figure(k));
const of = (part, name) => every((k) => low(figuresAt(part, k)[name]));
const items = (part) => part.positives[0] + part.negatives[0];
const accepted = (part) => every((k) => part.positives[k] + part.negatives[k]);

// {name: {needsPositives, fulfilled(part, wish) => k => bool, best(part, wish) => keys, nearest,
// figure and wanted in words}}; a wish is what core.decisions.reasons.reason_of reads.
const REASONS = {
  f_beta: {
    needsPositives: true,
    best: (part, {beta}) => [every((k) => {
      const {tp, fp, fn} = countsAt(part, k);
      const hits = (1 + beta * beta) * tp;
      return low(share(hits, hits + beta * beta * fn + fp));
    })],
  },
  precision: {
    needsPositives: true,
    fulfilled: (part, {wanted}) => { const figure = of(part, "precision"); return (k) => figure[k] >= wanted; },
    best: (part) => [of(part, "recall"), of(part, "precision")],
    nearest: (part) => [of(part, "precision"), of(part, "recall")],
    missed: (part, k, {wanted}) => ["reaches precision", wanted.toFixed(2), three(figuresAt(part, k).precision)],
  },
  recall: {
    needsPositives: true,
    fulfilled: (part, {wanted}) => { const figure = of(part, "recall"); return (k) => figure[k] >= wanted; },
    best: (part) => [of(part, "precision"), of(part, "recall")],
  },
  cost: {
    best: (part, {false_tag: wrong, missed_tag: missed}) => [every((k) => {
      const {fp, fn} = countsAt(part, k);
      return -(wrong * fp + missed * fn);
    })],
  },
  reviews: {
    fulfilled: (part, {per_10k: budget}) => (k) =>
      low(share(10000 * (part.positives[k] + part.negatives[k]), items(part))) <= budget,
    best: (part) => [part.positives, part.negatives.map((n) => -n)],
    nearest: (part) => [accepted(part).map((n) => -n)],
    missed: (part, k, {per_10k: budget}) => ["keeps to", `${whole(budget)} reviews per 10,000`,
      whole((10000 * accepted(part)[k]) / items(part))],
  },
  rate: {
    fulfilled: (part, {within}) => {
      const may = Math.max(1, within * part.positives[0]);
      return (k) => Math.abs(part.positives[k] + part.negatives[k] - part.positives[0]) <= may;
    },
    best: (part) => [accepted(part).map((n) => -Math.abs(n - part.positives[0])), of(part, "f1")],
    missed: (part, k) => ["tags as many items as are labelled,", points(part.positives[0] / items(part)),
      points(accepted(part)[k] / items(part))],
  },
};

const three = (value) => (value === null ? "–" : value.toFixed(3));
const whole = (value) => Math.round(value).toLocaleString("en");
const points = (value) => `${(100 * value).toFixed(1)} %`;

// The best cut of one tag: {k, status}, status "chosen", "nearest" (no cut fulfils the wish, this
// one comes nearest; `words` say so) or "undecided" (nothing to choose by, k is null).
export function choose(part, wish) {
  const reason = REASONS[wish.reason];
  const known = reason.needsPositives ? part.positives[0] : items(part);
  if (!known) return {k: null, status: "undecided", words: nothingKnown(reason)};
  const fulfilled = reason.fulfilled?.(part, wish) ?? (() => true);
  const cuts = Array.from({length: LAST + 1}, (_, k) => k);
  const allowed = cuts.filter(fulfilled);
  if (allowed.length) return {k: middle(part, bestOf(reason.best(part, wish), allowed)), status: "chosen", words: ""};
  const k = middle(part, bestOf((reason.nearest ?? reason.best)(part, wish), cuts));
  const [reaches, wanted, got] = reason.missed(part, k, wish);
  return {k, status: "nearest",
    words: `No cut ${reaches} ${wanted} on validation; the nearest is ${got} at ${(k / LAST).toFixed(3)}.`};
}

const nothingKnown = (reason) =>
  `No validation item is ${reason.needsPositives ? "tagged" : "labelled"}, so there is nothing to choose by.`;

function bestOf(keys, allowed) {
  return keys.reduce((cuts, key) => {
    const best = cuts.reduce((high, k) => Math.max(high, key[k]), -Infinity);
    return cuts.filter((k) => key[k] === best);
  }, allowed);
}

// The middle of the longest run of these cuts that accept the same items.
export function middle(part, cuts) {
  const all = (k) => (k > LAST ? 0 : part.positives[k] + part.negatives[k]);
  let [longest, run] = [[], []];
  for (const k of cuts) {
    const last = run[run.length - 1];
    if (run.length && (k !== last + 1 || all(k) !== all(last))) run = [];
    run.push(k);
    if (run.length > longest.length) longest = run;
  }
  return longest[Math.floor((longest.length - 1) / 2)];
}

// A wish in words, as the page and the link say it.
export const wishWords = ({reason, ...wish}) => ({
  f_beta: () => `best F${plain(wish.beta)}`,
  precision: () => `precision at least ${wish.wanted.toFixed(2)}`,
  recall: () => `recall at least ${wish.wanted.toFixed(2)}`,
  cost: () => `lowest cost at ${plain(wish.false_tag)} for a wrong and ${plain(wish.missed_tag)} for a missed tag`,
  reviews: () => `at most ${whole(wish.per_10k)} reviews per 10,000`,
  rate: () => "same rate as labelled",
})[reason]();

const plain = (value) => String(Number(value.toFixed(4)));

const NUMBERS = {
  f_beta: ["beta"], precision: ["wanted"], recall: ["wanted"], cost: ["false_tag", "missed_tag"],
  reviews: ["per_10k"], rate: ["within"],
};
const BOUNDS = {
  beta: [0.01, 100], wanted: [0.01, 1], false_tag: [0, 1e9], missed_tag: [0, 1e9], per_10k: [0, 10000], within: [0, 1],
};

// "precision:0.9" and back, for the link; null when it makes no sense.
export const wishToWord = (wish) => [wish.reason, ...NUMBERS[wish.reason].map((name) => wish[name])].join(":");

export function wishOfWord(word) {
  const [reason, ...numbers] = String(word ?? "").split(":");
  const names = Object.hasOwn(NUMBERS, reason) ? NUMBERS[reason] : null;
  if (!names || numbers.length !== names.length) return null;
  const wish = {reason, ...Object.fromEntries(names.map((name, i) => [name, Number(numbers[i])]))};
  const sound = names.every((name) => wish[name] >= BOUNDS[name][0] && wish[name] <= BOUNDS[name][1]);
  return sound && (reason !== "cost" || wish.false_tag + wish.missed_tag > 0) ? wish : null;
}
