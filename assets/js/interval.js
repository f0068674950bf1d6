// A share with its interval on a track from 0 to 1, and a mark for what it is compared with.
import {h} from "./dom.js";

const at = (share) => `${100 * Math.min(1, Math.max(0, share))}%`;

// Says nothing by itself; the figures stand beside it.
export function intervalBar({value, low, high, beside = null, wrong = false}) {
  if (value === null || value === undefined) return h("span", {class: "interval", "aria-hidden": "true"});
  return h("span", {class: `interval${wrong ? " interval-wrong" : ""}`, "aria-hidden": "true"},
    low === null || low === undefined ? null
      : h("span", {class: "interval-range", style: {left: at(low), right: at(1 - high)}}),
    beside === null || beside === undefined ? null : h("span", {class: "interval-beside", style: {left: at(beside)}}),
    h("span", {class: "interval-value", style: {left: at(value)}}));
}

// 58.9 to 72.9
export const between = (low, high, digits = 0) =>
  (low === null || low === undefined ? "" : `${(100 * low).toFixed(digits)} to ${(100 * high).toFixed(digits)}`);

