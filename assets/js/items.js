// Photos of items: boxes that keep their place, and grids of cards.
import {h, icon, count} from "./dom.js";

// A photo on the mat: whole garment, uncropped. Says so where there is no photo to show.
export function photoBox(url, words, {crop = false, eager = false} = {}) {
  const box = h("span", {class: `photo${crop ? " photo-crop" : ""}`});
  const missing = (text) => box.replaceChildren(h("span", {class: "photo-none", text}));
  if (!url) {
    missing("no photo");
    return box;
  }
  const image = h("img", {alt: words, src: url, loading: eager ? "eager" : "lazy", decoding: "async", draggable: "false"});
  image.addEventListener("load", () => box.classList.add("photo-there"));
  image.addEventListener("error", () => missing("photo missing"));
  box.append(image);
  return box;
}

// "1 to 16 of 85" and two buttons; `turn(page)` is called with a page counted from 0. The photos
// make room for the next ones at once, as sunken boxes.
export function pager(value, turn, what = "photos") {
  const go = (page) => {
    for (const box of document.querySelectorAll(".thumbs .photo, .cards .photo")) box.classList.add("photo-leaving");
    turn(page);
  };
  const button = (name, words, page, off) => h("button", {
    type: "button", class: "button square", "aria-label": words, disabled: off, on: {click: () => go(page)},
  }, icon(name, 16));
  return h("div", {class: "pager"},
    h("span", {class: "dense ink2", text: `${count(value.first)} to ${count(value.last)} of ${count(value.total)}`}),
    value.pages > 1 ? h("div", {class: "pager-buttons"},
      button("left", `Previous ${what}`, value.page - 1, value.page <= 0),
      button("right", `Next ${what}`, value.page + 1, value.page + 1 >= value.pages)) : null);
}

const CHIPS = 2; // more of them would hide the photo

const chips = (tags) => [...tags.slice(0, CHIPS), ...(tags.length > CHIPS ? [`+${tags.length - CHIPS}`] : [])]
  .map((text) => h("span", {class: "chip", text}));

// An item: its whole photo, the two best guesses beneath, its tags as chips.
export function itemCard(item, pick) {
  const guesses = item.guesses.map((one, at) => h("span", {class: at ? "guess" : "guess guess-first"},
    h("span", {class: "guess-name", text: one.name}), h("span", {text: one.share})));
  const words = [item.words, ...(item.corrected ? ["corrected"] : []), ...item.guesses.map((one) => `${one.name} ${one.share}`)].join(", ");
  return h("button", {type: "button", class: "item-card", "aria-label": words, "aria-pressed": "false", on: {click: pick}},
    h("span", {class: "item-card-photo"}, photoBox(item.thumb, ""),
      h("span", {class: "item-card-chips"}, chips(item.tags)),
      item.corrected ? h("span", {class: "item-card-corrected", text: "corrected"}) : null),
    h("span", {class: "guesses"}, guesses));
}
