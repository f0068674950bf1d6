// Confusion, middle: the photos of the open cell in pages, the surest first.
import {h, copyLinkButton, icon} from "./dom.js";
import {itemCard, pager} from "./items.js";

function tagFilter(act, value) {
  if (!value.tags.length) return null;
  const select = h("select", {"aria-label": "Only items with this tag", on: {change: () => act("tag", {tag: select.value})}},
    value.tags.map((tag) => h("option", {value: tag.value, text: tag.label})));
  select.value = value.tag;
  return h("span", {class: "choose"}, select, icon("down", 14));
}

export function mount(root, act) {
  let shown = "";
  const pick = (id) => {
    act("item", {item: id});
    if (innerWidth <= 700) document.getElementById("confusion-item")?.scrollIntoView({behavior: "smooth"});
  };
  const select = (value) => {
    for (const [at, card] of [...root.querySelectorAll(".item-card")].entries()) {
      card.setAttribute("aria-pressed", at === value.selected ? "true" : "false");
    }
  };
  return (value) => {
    if (!value) return;
    const now = JSON.stringify({...value, selected: null, csv: null});
    if (now === shown) { // the same photos: only another one is looked at
      select(value);
      const link = root.querySelector("a.link");
      if (link) link.href = value.csv;
      return;
    }
    shown = now;
    const focused = root.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    const head = h("div", {class: "card-head"},
      h("div", null, h("h2", {text: value.title}), h("p", {class: "dense ink2", "aria-live": "polite", text: value.subtitle})),
      tagFilter(act, value));
    const body = value.items.length ? [
      h("ul", {class: "cards"}, value.items.map((item) => h("li", null, itemCard(item, () => pick(item.id))))),
      h("div", {class: "cell-foot"}, pager(value, (page) => act("turn", {page})),
        h("div", {class: "cell-links"}, copyLinkButton({class: "link"}),
          h("a", {class: "link", href: value.csv, download: "", text: "Save ids"}))),
    ] : [h("p", {class: "empty", text: value.empty})];
    root.replaceChildren(h("section", {class: "card cell-card", "aria-label": value.title}, head, ...body));
    select(value);
    if (focused) root.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  };
}
