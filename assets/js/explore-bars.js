// Explore, left: how many items each class and tag has on each side of the split, and the gaps.
import {h, count, percent} from "./dom.js";
import {barsKeys, barsPicture, barsTable} from "./explore-pictures.js";
import {drawnImage, plotFoot} from "./plot-tools.js";

const MANY = 18; // labels; more of them scroll
const SIDES = ["train", "validation", "held-out"];

function row(act, one, most) {
  const segments = one.parts.map((number, at) => (number
    ? h("span", {class: `segment segment-${at}`, style: {width: `${(100 * number) / most}%`}}) : null));
  const words = `${one.name}: ${count(one.count)} items, ${percent(one.share)}; `
    + one.parts.map((number, at) => `${count(number)} ${SIDES[at]}`).join(", ");
  return h("li", null, h("button", {
    type: "button", class: "bar-row", "aria-label": words, title: words, "aria-pressed": one.open ? "true" : "false",
    on: {click: () => act("reveal", {label: one.key})},
  },
  h("span", {class: "bar-name", text: one.name}),
  h("strong", {class: "bar-count", text: count(one.count)}),
  h("span", {class: "bar-share", text: percent(one.share)}),
  h("span", {class: "bar-segments"}, segments)));
}

function gap(act, one) {
  return h("p", {class: "gap"}, one.text, one.show ? [" ", h("button", {
    type: "button", class: "link", text: "Show", "aria-label": `Show: ${one.text}`,
    on: {click: () => act("reveal", one.show)},
  })] : null);
}

export function mount(root, act) {
  let value = null;
  const foot = plotFoot({
    title: "Items of each label", name: "labels", table: () => barsTable(value),
    image: drawnImage(root, () => barsPicture(value), () => ({title: "Items of each label", note: "by side of the split", keys: barsKeys})),
  });
  return (next) => {
    if (!next) return;
    value = next;
    const focused = root.contains(document.activeElement)
      ? [...root.querySelectorAll("button")].indexOf(document.activeElement) : -1;
    const many = value.groups.flatMap((group) => group.rows).length > MANY;
    const above = root.querySelector(".bars")?.scrollTop ?? 0;
    root.replaceChildren(h("section", {
      class: `card bars${many ? " bars-many" : ""}`, "aria-label": "Items of each label", tabindex: many ? "0" : null,
    },
      value.groups.map((group) => [
        h("h2", {text: group.title}),
        h("ul", {class: "bar-list"}, group.rows.map((one) => row(act, one, value.most))),
      ]),
      h("p", {class: "legend", "aria-hidden": "true"}, SIDES.map((side, at) =>
        h("span", null, h("span", {class: `swatch segment-${at}`}), side))),
      value.gaps.length ? h("div", {class: "gaps"}, h("h3", {text: "Gaps"}), value.gaps.map((one) => gap(act, one))) : null,
      foot.element));
    foot.refresh();
    root.querySelector(".bars").scrollTop = above;
    if (focused >= 0) root.querySelectorAll("button")[focused]?.focus();
  };
}
