// Explore, right: the photos behind a bar, a cell or a gap, in pages; or one of them, large; or
// several that were picked, to be relabelled.
import {h, copyLinkButton, icon} from "./dom.js";
import {ItemGrid} from "./item-grid.js";
import {ItemPanel} from "./item-panel.js";
import {photoBox, pager} from "./items.js";
import {pickedOn} from "./picked.js";

function head(value) {
  return h("div", {class: "card-head"},
    h("div", null, h("h2", {text: value.title}), h("p", {class: "dense ink2", text: value.subtitle})),
    copyLinkButton({class: "button small"}));
}

function shares(list) {
  return list.length ? h("ul", {class: "shares"}, list.map((one) =>
    h("li", null, h("strong", {text: one.share}), h("span", {text: one.text})))) : null;
}

const thumb = (item, click) => h("button", {
  type: "button", class: "thumb", "aria-label": [item.words, ...(item.corrected ? ["corrected"] : [])].join(", "), on: {click},
}, photoBox(item.thumb, "", {crop: true}), item.thumb ? null : h("span", {class: "thumb-words", text: item.words}));

function rows(value) {
  return h("ul", {class: "left-out"}, value.rows.map((row) => h("li", null,
    row.thumb ? h("span", {class: "left-out-photo"}, photoBox(row.thumb, "", {crop: true})) : null,
    h("div", null, h("strong", {text: row.title}), h("p", {class: "dense", text: row.text})))));
}

export function mount(root, act) {
  const picked = pickedOn("explore");
  const card = h("section", {class: "card beside"});
  const below = h("div", {class: "beside-panel"});
  const grid = new ItemGrid(picked, {look: (id) => act("item", {item: id}), card: thumb, kind: "thumbs"});
  const panel = new ItemPanel(below, {
    picked, folded: false, save: (wish) => act("relabel", wish), step: (by) => act("step", {by}),
  });
  let list = null;

  const content = (value) => {
    if (value.item) {
      return [h("button", {type: "button", class: "link back", on: {click: () => act("item", {item: null})}},
        icon("left", 14), ` ${value.back}`), below];
    }
    if (!value.total) return [head(value), shares(value.shares), h("p", {class: "empty", text: value.empty})];
    if (value.rows.length) return [head(value), shares(value.shares), rows(value), pager(value, (page) => act("turn", {page}))];
    return [head(value), shares(value.shares), grid.bar, grid.element, pager(value, (page) => act("turn", {page})), below];
  };

  return (value) => {
    if (!value) return;
    const focus = card.contains(document.activeElement) && !below.contains(document.activeElement)
      ? document.activeElement.getAttribute("aria-label") : null;
    const inside = below.contains(document.activeElement) ? document.activeElement : null;
    if (list !== value.title) grid.leave();
    list = value.title;
    card.setAttribute("aria-label", value.title);
    grid.show(value);
    card.replaceChildren(...content(value).filter(Boolean));
    if (!card.isConnected) root.replaceChildren(card);
    inside?.focus({preventScroll: true}); // the panel keeps it from there
    panel.show(value);
    if (focus) card.querySelector(`[aria-label="${CSS.escape(focus)}"]`)?.focus();
  };
}
