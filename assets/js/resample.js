// 95 % intervals of precision, recall and F1 by the bootstrap over counts, in the browser, so that
// they follow a moving cut. Each of 1,000 resamples draws every count anew as a Poisson number
// (Hanley and MacGibbon 2006), always from the same seed: a cut moved back shows the same figures.

import {countsAt, wilson} from "./cuts.js";

const RESAMPLES = 1000;

export function resampled(part, k) {
  const {tp, fp, fn} = countsAt(part, k);
  const random = seeded(20);
  const draws = [tp, fp, fn].map((mean) => Float64Array.from({length: RESAMPLES}, () => poisson(mean, random)));
  const [hits, wrong, missed] = draws;
  const of = (all, some) => Array.from(some, (n, i) => (all(i) > 0 ? n / all(i) : NaN)).filter((value) => value === value);
  return {
    precision: ends(of((i) => hits[i] + wrong[i], hits), tp, tp + fp),
    recall: ends(of((i) => hits[i] + missed[i], hits), tp, tp + fn),
    f1: ends(of((i) => hits[i] + (wrong[i] + missed[i]) / 2, hits), tp, tp + fp + fn, true),
  };
}

// Where all or none are right every resample says the same and an interval without width would
// claim certainty; Wilson's score interval does not.
function ends(values, some, all, isF1 = false) {
  if (!all || !values.length) return null;
  if (some === 0 || some === all) {
    const found = wilson(some, all);
    return isF1 ? found.map((j) => (2 * j) / (1 + j)) : found; // F1 = 2J / (1 + J)
  }
  values.sort((a, b) => a - b);
  return [quantile(values, 0.025), quantile(values, 0.975)];
}

function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const at = Math.floor(place);
  const next = sorted[Math.min(at + 1, sorted.length - 1)];
  return sorted[at] + (place - at) * (next - sorted[at]);
}

// Small means by multiplying (Knuth), large ones by the normal that they approach.
function poisson(mean, random) {
  if (mean === 0) return 0;
  if (mean > 50) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let [n, product] = [0, random()];
  while (product > limit) { n += 1; product *= random(); }
  return n;
}

// mulberry32: a small generator of numbers in [0, 1)
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
