// One tag's cut as a measuring tape around a native range input, and the reasons to set it.

import {h} from "./dom.js";
import {tape} from "./tape.js";
import {reasonRow} from "./thresholds-reasons.js";

const say = (cut) => (cut / 1000).toFixed(3);

export function cutSlider(bench, tag) {
  const figure = h("output", {class: "cut-now", for: "cut"});
  const reasons = reasonRow(bench, tag);
  const measure = tape({
    id: "cut", label: `Threshold of ${tag.name}`, saved: tag.savedCut,
    moved: (cut) => { reasons.forget(); bench.move(cut); },
    settled: () => bench.settle(),
  });
  const element = h("section", {class: "card cut-card", "aria-label": `Cut of ${tag.name}`},
    h("div", {class: "cut-head"},
      h("h2", {}, tag.name), figure,
      h("span", {class: "dim"}, `saved: ${say(tag.savedCut)}`), reasons.scope),
    measure.element, reasons.element, reasons.note);
  const move = (cut) => {
    figure.textContent = say(cut);
    measure.move(cut);
  };
  return {element, move, forget: reasons.forget};
}
