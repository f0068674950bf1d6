// What follows from the counts at the 1,001 cuts k / 1000: exact, without any server call.
// Null stands for a figure that is not defined (a share of nothing).

export const LAST = 1000;

// Increments "cut items cut items ...": so many items score in [cut, cut + 1) thousandths.
// Returns Float64Array(1001): items with score >= k / 1000.
export function atOrAbove(text) {
  const increments = text ? text.split(" ").map(Number) : [];
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
