// Cross-fitted choice: the server fits a cut on four of five parts and judges it on the fifth.

import {h} from "./dom.js";
import {wishToWord} from "./reasons.js";
import {getSlowly} from "./thresholds-fetch.js";

const three = (value) => (value === null ? "–" : value.toFixed(3));

// Results as `choose` gives them, one for each tag; null when it failed (the note says why).
export async function crossFit(bench, tags, wish, note) {
  const found = await getSlowly(bench, "crossfit", {by: wishToWord(wish)}, note);
  if (!found.error) return tags.map((tag) => ({tag, ...result(found.tags[tag.name])}));
  note.replaceChildren(h("p", {text: found.error}));
  return null;
}

function result({threshold, status, sentence, low, high, honest, apparent}) {
  return {
    k: Math.round(threshold * 1000), status, words: sentence ? `${sentence[0].toUpperCase()}${sentence.slice(1)}.` : "",
    more: low === null ? "" : `Cross-fitted: the folds chose ${three(low)} to ${three(high)}; F1 ${three(honest.f1)}`
      + ` on items that did not choose the cut, ${three(apparent.f1)} on those that did.`,
  };
}
