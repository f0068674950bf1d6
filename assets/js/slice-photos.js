// The photos of an open slice in pages, the least likely labels first. Together and Slices have it.
import {h, copyLinkButton, focusedLabel, refocus} from "./dom.js";
import {ItemGrid} from "./item-grid.js";
import {pager} from "./items.js";
import {pickedOn} from "./picked.js";

export function mount(root, act) {
  let shown = "";
  let list = "";
  const page = root.closest(".page").id.replace("page-", "");
  const grid = new ItemGrid(pickedOn(page), {look: (id) => {
    act("item", {item: id});
    if (innerWidth <= 780) document.getElementById(`${page}-item`)?.scrollIntoView({behavior: "smooth"});
  }});

  return (value) => {
    if (!value) return;
    if (list !== value.of) grid.leave();
    list = value.of;
    const now = JSON.stringify({...value, selected: null, csv: null, list: null, slices: null, seen: null});
    if (now === shown) { // the same photos: only another one is looked at
      grid.mark(value.selected);
      return;
    }
    shown = now;
    const focused = focusedLabel(root);
    grid.show(value);
    const body = value.items.length ? [
      grid.bar, grid.element,
      h("div", {class: "cell-foot"}, pager(value, (to) => act("turn", {page: to})),
        h("div", {class: "cell-links"}, value.slices ? h("a", {class: "link", href: value.slices, text: "Open as slice"}) : null, copyLinkButton({class: "link"}),
          h("a", {class: "link", href: value.csv, download: "", text: "Save ids"}))),
    ] : [h("p", {class: "empty", text: value.empty})];
    root.replaceChildren(h("section", {class: "card cell-card", "aria-label": `Photos: ${value.of}`},
      h("h2", {text: value.title}), h("p", {class: "dense ink2", "aria-live": "polite", text: value.subtitle}), ...body));
    refocus(root, focused);
  };
}
