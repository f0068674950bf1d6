// What to say of a tag whose figures rest on too few items: the same as core.metrics.cautions.

import {countsAt, wilson} from "./cuts.js";
import {plural} from "./dom.js";

const FEW = 30;
const WIDE = 0.25;

export function caution(part, k) {
  const {tp, fp, fn, tn} = countsAt(part, k);
  const support = tp + fn;
  if (!support) return `${fp + tn ? "no positives" : "no labels"}: nothing can be said of precision or recall`;
  for (const [name, trials] of [["precision", tp + fp], ["recall", support]]) {
    const ends = wilson(tp, trials);
    if (ends && trials < FEW && ends[1] - ends[0] >= WIDE) {
      const [from, to] = [Math.floor(ends[0] * 10) / 10, Math.ceil(ends[1] * 10) / 10];
      return `${plural(support, "positive")}: ${name} anywhere from ${from.toFixed(1)} to ${to.toFixed(1)}`;
    }
  }
  return null;
}
