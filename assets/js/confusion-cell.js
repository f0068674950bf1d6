// Confusion, middle: the photos of the open cell in pages, the surest first.
import {h, copyLinkButton, icon, plural} from "./dom.js";
import {itemCard, pager} from "./items.js";
import {picked} from "./picked.js";

function tagFilter(act, value) {
  if (!value.tags.length) return null;
  const select = h("select", {"aria-label": "Only items with this tag", on: {change: () => act("tag", {tag: select.value})}},
    value.tags.map((tag) => h("option", {value: tag.value, text: tag.label})));
  select.value = value.tag;
  return h("span", {class: "choose"}, select, icon("down", 14));
}

export function mount(root, act) {
  let shown = "";
  let value = null;
  let choosing = false; // a click picks instead of opening
  let last = 0; // where a shift-click begins
  const cards = () => [...root.querySelectorAll(".item-card")];

  const pick = (at, event) => {
    const {items} = value;
    if (event.shiftKey) return range(Math.min(last, at), Math.max(last, at));
    last = at;
    if (choosing || event.ctrlKey || event.metaKey) return toggle(items[at].id);
    picked.clear();
    return look(items[at].id);
  };
  const toggle = (id) => {
    const now = new Map(picked.items);
    if (!now.delete(id)) now.set(id, true);
    picked.set(now);
  };
  const range = (from, to) => picked.set([...picked.items, ...value.items.slice(from, to + 1).map((item) => [item.id, true])]);
  const look = (id) => {
    act("item", {item: id});
    if (innerWidth <= 700) document.getElementById("confusion-item")?.scrollIntoView({behavior: "smooth"});
  };
  const select = () => {
    for (const [at, card] of cards().entries()) {
      const isPicked = Boolean(picked.all) || picked.items.has(value.items[at].id);
      card.classList.toggle("picked", isPicked);
      card.setAttribute("aria-pressed", (picked.size ? isPicked : at === value.selected) ? "true" : "false");
    }
    bar.replaceChildren(...choices().filter(Boolean));
  };
  const link = (text, click) => h("button", {type: "button", class: "link", text, on: {click}});
  const choices = () => {
    if (!choosing && !picked.size) return [link("Choose several", () => { choosing = true; select(); bar.querySelector("button").focus(); })];
    const all = value.items.length;
    return [
      all < value.total || picked.items.size < all ? link(`All ${all} on this page`, () => range(0, all - 1)) : null,
      all < value.total ? link(`All ${plural(value.total, "item")} of the cell`, () => picked.set([], value.total)) : null,
      link("Done choosing", () => { choosing = false; picked.clear(); select(); }),
    ];
  };
  const bar = h("div", {class: "cell-choose"});
  picked.watch(() => value && select());

  return (next) => {
    if (!next) return;
    if (value && JSON.stringify(value.cell) !== JSON.stringify(next.cell)) {
      choosing = false;
      picked.clear();
    }
    value = next;
    const now = JSON.stringify({...value, selected: null, csv: null});
    if (now === shown) { // the same photos: only another one is looked at
      select();
      const ids = root.querySelector("a.link");
      if (ids) ids.href = value.csv;
      return;
    }
    shown = now;
    const focused = root.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    const head = h("div", {class: "card-head"},
      h("div", null, h("h2", {text: value.title}), h("p", {class: "dense ink2", "aria-live": "polite", text: value.subtitle})),
      tagFilter(act, value));
    const body = value.items.length ? [
      bar,
      h("ul", {class: "cards"}, value.items.map((item, at) => h("li", null, itemCard(item, (event) => pick(at, event))))),
      h("div", {class: "cell-foot"}, pager(value, (page) => act("turn", {page})),
        h("div", {class: "cell-links"}, copyLinkButton({class: "link"}),
          h("a", {class: "link", href: value.csv, download: "", text: "Save ids"}))),
    ] : [h("p", {class: "empty", text: value.empty})];
    root.replaceChildren(h("section", {class: "card cell-card", "aria-label": value.title}, head, ...body));
    last = Math.max(0, value.selected ?? 0);
    select();
    if (focused) root.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  };
}
