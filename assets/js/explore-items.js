// Explore, right: the photos behind a bar, a cell or a gap, in pages; or one of them, large.
import {h, count, copyLinkButton, icon} from "./dom.js";
import {photoBox, pager} from "./items.js";
import {itemView} from "./item-view.js";
import {answered, relabelForm} from "./relabel.js";

function head(value) {
  return h("div", {class: "card-head"},
    h("div", null, h("h2", {text: value.title}), h("p", {class: "dense ink2", text: value.subtitle})),
    copyLinkButton({class: "button small"}));
}

function shares(list) {
  return list.length ? h("ul", {class: "shares"}, list.map((one) =>
    h("li", null, h("strong", {text: one.share}), h("span", {text: one.text})))) : null;
}

function photos(act, value) {
  return h("ul", {class: "thumbs"}, value.items.map((item) => h("li", null, h("button", {
    type: "button", class: "thumb", "aria-label": item.words, on: {click: () => act("item", {item: item.id})},
  }, photoBox(item.thumb, "", {crop: true}),
  item.thumb ? null : h("span", {class: "thumb-words", text: item.words})))));
}

function rows(value) {
  return h("ul", {class: "left-out"}, value.rows.map((row) => h("li", null,
    row.thumb ? h("span", {class: "left-out-photo"}, photoBox(row.thumb, "", {crop: true})) : null,
    h("div", null, h("strong", {text: row.title}), h("p", {class: "dense", text: row.text})))));
}

const form = (act, item) => relabelForm({
  questions: item.questions, now: item.now, id: item.id,
  save: (wish) => act("relabel", {...wish, items: [item.id]}),
}).node;

export function mount(root, act) {
  return (value) => {
    if (!value) return;
    if (value.answered) answered(value.answered);
    const onSave = root.contains(document.activeElement) && document.activeElement.classList.contains("choice-save");
    const focus = root.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    const card = h("section", {class: "card beside", "aria-label": value.title});
    if (value.item) {
      card.append(h("button", {type: "button", class: "link back", on: {click: () => act("item", {item: null})}},
        icon("left", 14), ` ${value.back}`), itemView(value.item, {form: form(act, value.item)}));
    } else if (!value.total) {
      card.append(...[head(value), shares(value.shares), h("p", {class: "empty", text: value.empty})].filter(Boolean));
    } else {
      card.append(...[head(value), shares(value.shares), value.rows.length ? rows(value) : photos(act, value),
        pager(value, (page) => act("turn", {page}))].filter(Boolean));
    }
    root.replaceChildren(card);
    if (onSave) root.querySelector(".choice-save")?.focus({preventScroll: true});
    if (focus) root.querySelector(`[aria-label="${CSS.escape(focus)}"]`)?.focus();
  };
}
