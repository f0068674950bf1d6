// Models, below: the photos on which two models differ or agree, in pages.
import {h} from "./dom.js";
import {itemCard, pager} from "./items.js";

export function mount(root, act) {
  let shown = "";
  const pick = (id) => {
    act("item", {item: id});
    if (innerWidth <= 780) document.getElementById("models-item")?.scrollIntoView({behavior: "smooth"});
  };
  const select = (value) => {
    for (const [at, card] of [...root.querySelectorAll(".item-card")].entries()) {
      card.setAttribute("aria-pressed", at === value.selected ? "true" : "false");
    }
  };
  return (value) => {
    if (!value) {
      shown = "";
      root.replaceChildren();
      return;
    }
    const now = JSON.stringify({...value, selected: null});
    if (now === shown) {
      select(value);
      return;
    }
    shown = now;
    const focused = root.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    const body = value.items.length ? [
      h("ul", {class: "cards"}, value.items.map((item) => h("li", null, itemCard(item, () => pick(item.id))))),
      h("div", {class: "cell-foot"}, pager(value, (page) => act("turn", {page})),
        h("a", {class: "link", href: value.csv, download: "", text: "Save ids"})),
    ] : [h("p", {class: "empty", text: value.empty})];
    root.replaceChildren(h("section", {class: "card", "aria-label": value.title},
      h("h2", {text: value.title}), h("p", {class: "dense ink2", "aria-live": "polite", text: value.subtitle}), ...body));
    select(value);
    if (focused) root.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  };
}
