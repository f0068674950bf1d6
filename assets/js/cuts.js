// What follows from the counts at the 1,001 cuts k / 1000: exact, without any server call.
// Null stands for a figure that is not defined (a share of nothing).

export const LAST = 1000;

// Increments [cut, items, cut, items, ...]: so many items score in [cut, cut + 1) thousandths.
// Returns Float64Array(1001): items with score >= k / 1000.
export function atOrAbove(increments) {
  const counts = new Float64Array(LAST + 1);
  for (let i = 0; i < increments.length; i += 2) counts[increments[i]] += increments[i + 1];
  for (let k = LAST - 1; k >= 0; k -= 1) counts[k] += counts[k + 1];
  return counts;
}

// One tag on one side of the split: {positives, negatives} as cumulative counts.
export function readPart(part) {
  return {
    ...part,
    positives: atOrAbove(part.positives),
    negatives: atOrAbove(part.negatives),
  };
}

export function countsAt(part, k) {
  const tp = part.positives[k];
  const fp = part.negatives[k];
  return {tp, fp, fn: part.positives[0] - tp, tn: part.negatives[0] - fp};
}

const share = (some, all) => (all > 0 ? some / all : null);

export function figuresAt(part, k) {
  const {tp, fp, fn, tn } = countsAt(part, k);
  return {
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    f1: share(2 * tp, 2 * tp + fp + fn),
    falseAlarms: share(fp, fp + tn),
    tagged: share(tp + fp, tp + fp + fn + tn),
    truth: share(tp + fn, tp + fp + fn + tn),
  };
}

// Wilson's score interval at 95 % for `some` of `all` (Wilson 1927); null without items.
export function wilson(some, all) {
  if (!all) return null;
  const z = 1.959964;
  const middle = some + (z * z) / 2;
  const spread = z * Math.sqrt((some * (all - some)) / all + (z * z) / 4);
  return [
    Math.max(0, (middle - spread) / (all + z * z)),
    Math.min(1, (middle + spread) / (all + z * z)),
  ];
}

// F1 = 2J / (1 + J), J = tp / (tp + fp + fn), rises with J: J's interval, carried over.
export function intervals(counts) {
  const {tp, fp, fn } = counts;
  const j = wilson(tp, tp + fp + fn);
  return {
    precision: wilson(tp, tp + fp),
    recall: wilson(tp, tp + fn),
    f1: j && j.map((end) => (2 * end) / (1 + end)),
  };
}

// Points of the curves from the highest cut to the lowest, repeated points left out.
export function precisionRecall(part) {
  return walk(part, (at) => (at.precision === null || at.recall === null
    ? null : [at.recall, at.precision]));
}

export function roc(part) {
  const points = walk(part, (at) => (at.falseAlarms === null || at.recall === null
    ? null : [at.falseAlarms, at.recall]));
  return points.length ? [[0, 0], ...points] : points;
}

function walk(part, point) {
  const points = [];
  for (let k = LAST; k >= 0; k -= 1) {
    const now = point(figuresAt(part, k));
    const before = points[points.length - 1];
    if (now && !(before && before[0] === now[0] && before[1] === now[1])) points.push(now);
  }
  return points;
}

// Items for each of `bins` equal stretches of [0, 1]; a score of 1 falls into the last one.
export function histogram(cumulative, bins) {
  const step = LAST / bins;
  return Array.from({length: bins}, (_, i) => {
    const end = i === bins - 1 ? 0 : cumulative[(i + 1) * step];
    return cumulative[i * step] - end;
  });
}

// Reasons for a cut, the same as core.decisions.tune. Each returns {k} or, when no cut fulfils
// the wish, {nearest, at, figure, wanted}; nearest is null when no item has the tag.
export function bestF1(part) {
  if (part.positives[0] === 0) return {nearest: null};
  return {k: middle(part, bestOf(every(part, "f1"), null, () => true))};
}

export function precisionAtLeast(part, wanted) {
  return wish(part, "precision", "recall", wanted);
}

// The cut with the lowest cost of wrong and missed tags: {wrong, missed}, prices of one each.
export function cheapest(part, prices) {
  const gain = Array.from({length: LAST + 1}, (_, k) => {
    const {fp, fn} = countsAt(part, k);
    return -(fp * prices.wrong + fn * prices.missed);
  });
  return {k: middle(part, bestOf(gain, null, () => true))};
}

export function recallAtLeast(part, wanted) {
  return wish(part, "recall", "precision", wanted);
}

// Of all cuts where `figure` >= wanted one with the most `other`.
function wish(part, figure, other, wanted) {
  if (part.positives[0] === 0) return {nearest: null};
  const [asked, rest] = [every(part, figure), every(part, other)];
  if (Math.max(...asked) < wanted) {
    const nearest = middle(part, bestOf(asked, rest, () => true));
    return {nearest, at: asked[nearest], figure, wanted};
  }
  return {k: middle(part, bestOf(rest, asked, (k) => asked[k] >= wanted))};
}

const every = (part, name) => Array.from({length: LAST + 1}, (_, k) => figuresAt(part, k)[name] ?? -1);

// The allowed cuts that are best by `first` and, of those, by `then`.
function bestOf(first, then, allowed) {
  let cuts = first.map((_, k) => k).filter(allowed);
  for (const figure of then ? [first, then] : [first]) {
    const best = Math.max(...cuts.map((k) => figure[k]));
    cuts = cuts.filter((k) => figure[k] === best);
  }
  return cuts;
}

// The middle of the longest run of these cuts that accept the same items.
function middle(part, cuts) {
  const accepted = (k) => part.positives[k] + part.negatives[k];
  let longest = [];
  let run = [];
  for (const k of cuts) {
    const last = run[run.length - 1];
    if (run.length && (k !== last + 1 || accepted(k) !== accepted(last))) run = [];
    run.push(k);
    if (run.length > longest.length) longest = run;
  }
  return longest[Math.floor((longest.length - 1) / 2)];
}
