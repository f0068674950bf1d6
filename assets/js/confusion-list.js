// Too many classes for a grid: the cells that hold items as a list, a page at a time.
import {h, count, percent} from "./dom.js";
import {pager} from "./items.js";

const sentence = (label, answer, items) => {
  const of = `${count(items)} of ${count(label.support)} ${label.support === 1 ? label.one : label.many}`;
  if (label === answer) return `${of} ${items === 1 ? "was" : "were"} called rightly`;
  return items === 1 ? `${of} was called ${answer.one}` : `${of} were called ${answer.many}`;
};

// open(label, answer); turn(page); onlyRight(bool)
export function cellList(value, {open, turn, withRight}) {
  const {classes} = value;
  const box = h("input", {type: "checkbox", checked: value.right, on: {change: () => withRight(box.checked)}});
  const row = ([label, answer, items, second]) => {
    const here = value.open && value.open[0] === label && value.open[1] === answer;
    const share = items / classes[label].support;
    return h("li", null, h("button", {
      type: "button", class: "confusion cell-row", "aria-pressed": here ? "true" : "false",
      data: {label, answer}, on: {click: () => open(label, answer)},
    },
    h("span", null, sentence(classes[label], classes[answer], items),
      second ? h("span", {class: "cell-second", text: `, the label second for ${count(second)}`}) : null),
    h("span", {class: "bar-track", title: percent(share)},
      h("span", {class: `bar-fill${label === answer ? " bar-first" : " bar-wrong"}`, style: {width: `${100 * share}%`}}))));
  };
  return h("div", {class: "cell-list"},
    h("label", {class: "cell-list-right"}, box, " with right answers"),
    value.cells.length ? h("ul", {"aria-label": "Cells with items, most first"}, value.cells.map(row))
      : h("p", {class: "empty", text: value.find ? "No confusion of a class of that name." : "Nothing was confused: every answer is the label."}),
    value.total ? pager(value, turn, "cells") : null);
}
