// Models, below: the photos on which two models differ or agree, in pages.
import {h, focusedLabel, refocus} from "./dom.js";
import {ItemGrid} from "./item-grid.js";
import {pager} from "./items.js";
import {pickedOn} from "./picked.js";

export function mount(root, act) {
  let shown = "";
  let list = "";
  const grid = new ItemGrid(pickedOn("models"), {look: (id) => {
    act("item", {item: id});
    if (innerWidth <= 780) document.getElementById("models-item")?.scrollIntoView({behavior: "smooth"});
  }});
  return (value) => {
    if (!value) {
      shown = "";
      grid.leave();
      root.replaceChildren();
      return;
    }
    if (list !== value.title) grid.leave();
    list = value.title;
    const now = JSON.stringify({...value, selected: null, csv: null, list: null, seen: null});
    if (now === shown) {
      grid.mark(value.selected);
      return;
    }
    shown = now;
    const focused = focusedLabel(root);
    grid.show(value);
    const body = value.items.length ? [grid.bar, grid.element,
      h("div", {class: "cell-foot"}, pager(value, (page) => act("turn", {page})),
        h("a", {class: "link", href: value.csv, download: "", text: "Save ids"})),
    ] : [h("p", {class: "empty", text: value.empty})];
    root.replaceChildren(h("section", {class: "card", "aria-label": value.title},
      h("h2", {text: value.title}), h("p", {class: "dense ink2", "aria-live": "polite", text: value.subtitle}), ...body));
    refocus(root, focused);
  };
}
