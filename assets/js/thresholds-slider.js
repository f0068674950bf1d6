// One tag's cut as a measuring tape around a native range input, and the reasons to set it.

import {bestF1, cheapest, precisionAtLeast, recallAtLeast} from "./cuts.js";
import {h, svg} from "./dom.js";

const say = (cut) => (cut / 1000).toFixed(3);

export function cutSlider(bench, tag) {
  const figure = h("output", {class: "cut-now", for: "cut"});
  const note = h("p", {class: "note", role: "status"});
  const range = h("input", {
    type: "range", id: "cut", min: "0", max: "1", step: "0.001",
    "aria-label": `Threshold of ${tag.name}`,
    on: {
      input: () => { choose(null); bench.move(Math.round(range.value * 1000)); },
      change: () => bench.settle(),
    },
  });
  const take = (cut) => { bench.move(cut); bench.settle(); };
  const reasons = reasonButtons(bench, tag, (button, choice) => {
    note.replaceChildren(...explain(tag, choice, take));
    if (choice.k !== undefined) take(choice.k);
    choose(choice.k === undefined ? null : button, true);
  });
  const choose = (chosen, keep = false) => {
    for (const button of reasons.buttons) button.setAttribute("aria-pressed", button === chosen);
    if (!keep) note.replaceChildren();
  };
  const tape = h("div", {class: "tape"}, range,
    h("span", {class: "saved-mark", style: {left: `${tag.savedCut / 10}%`}, "aria-hidden": "true"}),
    ticks());
  const element = h("section", {class: "card cut-card", "aria-label": `Cut of ${tag.name}`},
    h("div", {class: "cut-head"},
      h("h2", {}, tag.name), figure,
      h("span", {class: "dim"}, `saved: ${say(tag.savedCut)}`), reasons.element),
    tape, note);
  const move = (cut) => {
    figure.textContent = say(cut);
    range.value = say(cut);
    range.setAttribute("aria-valuetext", say(cut));
    tape.style.setProperty("--cut", cut / 1000);
  };
  return {element, move, forget: () => choose(null)};
}

function reasonButtons(bench, tag, chosen) {
  const button = (words, choice) => h("button", {
    type: "button", class: "button small", "aria-pressed": "false",
    on: {click: (event) => chosen(event.currentTarget, choice())},
  }, words);
  const wished = (words, choose) => {
    const wish = h("input", {
      type: "number", min: "0", max: "1", step: "0.01", value: "0.90", "aria-label": `${words}, wanted`,
    });
    const starter = button(words, () => choose(tag.validation, clamp(wish)));
    wish.addEventListener("keydown", (event) => { if (event.key === "Enter") starter.click(); });
    return [starter, h("span", {class: "wish"}, starter, wish)];
  };
  const best = button("Best F1", () => bestF1(tag.validation));
  const cheap = button("Lowest cost", () => cheapest(tag.validation, bench.prices));
  const [precise, precision] = wished("Precision at least", precisionAtLeast);
  const [complete, recall] = wished("Recall at least", recallAtLeast);
  return {
    buttons: [best, precise, complete, cheap],
    element: h("div", {class: "reasons", role: "group", "aria-label": "Set the cut by"},
      h("span", {class: "dim"}, "Set by"), best, precision, recall, cheap),
  };
}

function clamp(input) {
  const value = Math.min(1, Math.max(0, Number(input.value) || 0));
  input.value = value.toFixed(2);
  return value;
}

// A sentence for a wish that no cut fulfils, with the nearest one that does.
function explain(tag, choice, take) {
  if (choice.k !== undefined) return [];
  if (choice.nearest === null) {
    return [`No validation item is labelled ${tag.name}, so there is nothing to choose by.`];
  }
  const offer = h("button", {type: "button", class: "link", on: {click: () => take(choice.nearest)}},
    `Use ${say(choice.nearest)}`);
  return [`No cut reaches ${choice.figure} ${choice.wanted.toFixed(2)} on validation; `
    + `the nearest is ${choice.at.toFixed(3)} at ${say(choice.nearest)}. `, offer];
}

function ticks() {
  const scale = svg("svg", {class: "ticks", "aria-hidden": "true"});
  for (let i = 0; i <= 100; i += 1) {
    const long = i % 10 === 0;
    scale.append(svg("line", {
      x1: `${i}%`, x2: `${i}%`, y1: 0, y2: long ? 9 : i % 5 === 0 ? 6 : 4, class: long ? "long" : "",
    }));
    if (long) {
      scale.append(svg("text", {x: `${i}%`, y: 21, "text-anchor": "middle"}, (i / 100).toFixed(1)));
    }
  }
  return scale;
}
