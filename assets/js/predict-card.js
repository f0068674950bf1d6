// One answered photo: the photo, the answer, the evidence.

import {h, icon} from "./dom.js";

const PHONE_BARS = 3;
const BARS = 8;
const TAGS = 12;

const whole = (score) => `${Math.round(score * 100)} %`;
const tenth = (score) => `${(score * 100).toFixed(1)} %`;

export function waitingCard(job) {
  return h("li", {class: "card answer waiting"}, h("div", {class: "mat"}),
    h("p", {class: "dim"}, job.name));
}

export function answerCard(job, words) {
  const {answer } = job;
  const name = (category) => words[category.name] ?? category.name;
  const [first, second] = answer.categories;
  return h("li", {class: "card answer"}, photo(job, `${name(first)}: ${answer.photo}`),
    h("div", {class: "evidence"},
      h("p", {class: "file dim"}, answer.photo),
      h("h2", {}, name(first), " ", h("span", {class: "sure"}, whole(first.score)), " ",
        h("span", {class: "second"}, `or ${lower(name(second))}, ${whole(second.score)}`)),
      bars(answer.categories, name),
      answer.tags.length ? tagRows(answer.tags) : null));
}

const lower = (title) => (title.slice(1) === title.slice(1).toLowerCase()
  ? title[0].toLowerCase() + title.slice(1) : title);

function photo(job, alt) {
  const image = h("img", {src: job.preview, alt});
  const mat = h("div", {class: "mat"}, image);
  image.addEventListener("error", () => image.replaceWith(
    h("span", {class: "dim"}, "This browser cannot show this format.")));
  return mat;
}

// The likeliest first; what is beyond `BARS` is a line that opens, on phones beyond three.
function bars(categories, name) {
  const row = (category, i) => h("li", {class: i === 0 ? "first" : ""},
    h("span", {class: "label"}, name(category)), bar(category.score, i === 0),
    h("span", {class: "figure"}, tenth(category.score)));
  const rows = categories.map(row);
  const element = h("ol", {class: "bars"}, ...rows);
  const more = (from, kind) => {
    const rest = categories.slice(from);
    if (!rest.length) return;
    const button = h("button", {
      type: "button", class: "link", on: {click: () => element.classList.add("all")},
    }, `${rest.length} more below ${bound(rest[0].score)}`);
    element.append(h("li", {class: `more ${kind}`}, button));
  };
  rows.forEach((item, i) => {
    if (i >= BARS) item.classList.add("beyond");
    if (i >= PHONE_BARS) item.classList.add("beyond-phone");
  });
  more(PHONE_BARS, "on-phone");
  more(BARS, "on-desk");
  return element;
}

// 0.0123 -> 2 %: the next whole per cent, so that "below" is true.
const bound = (score) => `${Math.floor(score * 100) + 1} %`;

function bar(score, first) {
  const fill = h("i", {});
  fill.style.width = `${Math.max(score * 100, 0.8)}%`;
  return h("span", {class: first ? "meter first" : "meter", "aria-hidden": "true"}, fill);
}

// All tags; with many, those decided for and the close ones first, the rest on demand.
function tagRows(tags) {
  const rank = (tag) => (tag.tagged ? 0 : tag.close ? 1 : 2);
  const ordered = tags.length <= TAGS ? tags
    : [...tags].sort((a, b) => rank(a) - rank(b) || b.score - a.score);
  const list = h("ul", {class: "tag-rows"}, ...ordered.map((tag, i) => {
    const row = tagRow(tag);
    if (i >= TAGS && rank(tag) === 2) row.classList.add("beyond");
    return row;
  }));
  const hidden = list.querySelectorAll(".beyond").length;
  if (hidden) {
    list.append(h("li", {class: "more"}, h("button", {
      type: "button", class: "link", on: {click: () => list.classList.add("all")},
    }, `${hidden} more, not tagged`)));
  }
  return list;
}

function tagRow(tag) {
  const meter = bar(tag.score, tag.tagged);
  const tick = h("b", {class: "tick"});
  tick.style.left = `${tag.threshold * 100}%`;
  meter.append(tick);
  const close = tag.close ? ", close" : "";
  const words = `${tag.tagged ? "tagged" : "not tagged"}${close}`;
  const kind = tag.close ? "close" : tag.tagged ? "tagged" : "not";
  return h("li", {},
    h("span", {class: "label"}, tag.name), meter,
    h("span", {class: "figure"}, tag.score.toFixed(3),
      h("span", {class: "off-screen"}, ` of ${tag.threshold.toFixed(3)} needed`)),
    h("span", {class: `chip chip-${kind}`}, tag.tagged ? icon("tick", 14) : null, words));
}
