// Confusion, middle: the photos of the open cell in pages, the surest first.
import {h, copyLinkButton, icon, focusedLabel, refocus} from "./dom.js";
import {ItemGrid} from "./item-grid.js";
import {pager} from "./items.js";
import {pickedOn} from "./picked.js";

function tagFilter(act, value) {
  if (!value.tags.length) return null;
  const select = h("select", {"aria-label": "Only items with this tag", on: {change: () => act("tag", {tag: select.value})}},
    value.tags.map((tag) => h("option", {value: tag.value, text: tag.label})));
  select.value = value.tag;
  return h("span", {class: "choose"}, select, icon("down", 14));
}

export function mount(root, act) {
  let shown = "";
  let cell = "";
  const grid = new ItemGrid(pickedOn("confusion"), {list: "cell", look: (id) => {
    act("item", {item: id});
    if (innerWidth <= 700) document.getElementById("confusion-item")?.scrollIntoView({behavior: "smooth"});
  }});

  return (value) => {
    if (!value) return;
    if (cell !== JSON.stringify(value.cell)) grid.leave();
    cell = JSON.stringify(value.cell);
    const now = JSON.stringify({...value, selected: null, csv: null, list: null, seen: null});
    if (now === shown) { // the same photos: only another one is looked at
      grid.mark(value.selected);
      const ids = root.querySelector("a.link");
      if (ids) ids.href = value.csv;
      return;
    }
    shown = now;
    const focused = focusedLabel(root);
    const head = h("div", {class: "card-head"},
      h("div", null, h("h2", {text: value.title}), h("p", {class: "dense ink2", "aria-live": "polite", text: value.subtitle})),
      tagFilter(act, value));
    grid.show(value);
    const body = value.items.length ? [
      grid.bar, grid.element,
      h("div", {class: "cell-foot"}, pager(value, (page) => act("turn", {page})),
        h("div", {class: "cell-links"}, copyLinkButton({class: "link"}),
          h("a", {class: "link", href: value.csv, download: "", text: "Save ids"}))),
    ] : [h("p", {class: "empty", text: value.empty})];
    root.replaceChildren(h("section", {class: "card cell-card", "aria-label": value.title}, head, ...body));
    refocus(root, focused);
  };
}
