// Accept, review or reject: two cuts for a tag, the same as core.decisions.zones.
// A zone is {accept, reject} in cuts 0 to 1000; accept 1001 accepts nothing unseen.

import {figuresAt, LAST} from "./cuts.js";
import {middle} from "./reasons.js";

export const NONE = LAST + 1;

const total = (part) => part.positives[0] + part.negatives[0];
const accepted = (part, k) => (k > LAST ? 0 : part.positives[k] + part.negatives[k]);
const tagged = (part, k) => (k > LAST ? 0 : part.positives[k]);
const share = (some, all) => (all > 0 ? some / all : null);

export function zoneOutcome(part, {accept, reject}) {
  const [n, above, kept] = [total(part), accepted(part, accept), accepted(part, reject)];
  return {
    n, accepted: above, review: kept - above, rejected: n - kept,
    precision: share(tagged(part, accept), above),
    recall: share(tagged(part, reject), part.positives[0]),
    reviewShare: share(kept - above, n),
  };
}

// The zone that keeps to both wishes with the fewest items to look at:
// {accept, reject, status, words}, status as `choose` of reasons.js has it.
export function chooseZone(part, {precision, recall}) {
  if (!part.positives[0]) {
    return {accept: NONE, reject: 0, status: "undecided", words: "No validation item is tagged, so everything is left to a person."};
  }
  const {cuts, lowest, precise} = allowed(part, recall);
  const may = cuts.filter((k) => k === NONE || precise[k] >= precision);
  const review = (k) => accepted(part, lowest[k]) - accepted(part, k);
  const fewest = Math.min(...may.map(review));
  const few = may.filter((k) => review(k) === fewest);
  const most = Math.max(...few.map((k) => accepted(part, k)));
  const accept = middle(part, few.filter((k) => accepted(part, k) === most));
  const same = cuts.filter((k) => k <= Math.min(accept, LAST) && accepted(part, k) === accepted(part, lowest[accept]));
  const rejected = middle(part, same);
  const nobodyLooks = accepted(part, rejected) === accepted(part, accept);
  const reject = nobodyLooks ? Math.min(accept, LAST) : rejected;
  if (may.length > 1 || may[0] !== NONE) return {accept, reject, status: "chosen", words: ""};
  const best = Math.max(...precise);
  return {accept, reject, status: "nearest",
    words: `No cut reaches precision ${precision.toFixed(2)} on validation (at most ${best.toFixed(3)}), so nothing is accepted unseen.`};
}

function allowed(part, recall) {
  const cuts = Array.from({length: NONE + 1}, (_, k) => k);
  const at = cuts.slice(0, NONE).map((k) => figuresAt(part, k));
  const precise = at.map((figures) => figures.precision ?? -1);
  const lowest = [];
  at.forEach(({recall: kept}, k) => lowest.push((kept ?? 1) >= recall ? k : (lowest[k - 1] ?? 0)));
  lowest.push(lowest[LAST]);
  return {cuts, lowest, precise};
}

// Of a tag without a zone the one cut: nothing is left to a person.
export const cutsOf = (tag) => (tag.zone
  ? {accept: tag.zone.accept === null ? NONE : Math.round(tag.zone.accept * 1000), reject: Math.round(tag.zone.reject * 1000)}
  : {accept: tag.cut, reject: tag.cut});

export const zoneOf = ({accept, reject}) => ({accept: accept === NONE ? null : accept / 1000, reject: reject / 1000});

export const perTenThousand = ({reviewShare}) =>
  (reviewShare === null ? "–" : Math.round(reviewShare * 10000).toLocaleString("en"));

// Give a tag a zone; its own cut, which decides for those who want one answer, lies within.
export function setZone(tag, zone) {
  tag.zone = zoneOf(zone);
  tag.cut = Math.min(Math.max(tag.cut, zone.reject), Math.min(zone.accept, LAST));
}
