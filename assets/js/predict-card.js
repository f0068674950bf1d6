// One answered photo: the photo, the answer, the evidence.

import {h, icon} from "./dom.js";
import {Why} from "./predict-why.js";

const PHONE_BARS = 3;
const BARS = 8;
const TAGS = 12;
const IN_SET = 5; // names of a prediction set that are written out

const whole = (score) => `${Math.round(score * 100)}\u00a0%`;
const tenth = (score) => `${(score * 100).toFixed(1)} %`;

export function waitingCard(job) {
  return h("li", {class: "card answer waiting"}, h("div", {class: "mat"}),
    h("p", {class: "dim"}, job.name));
}

export function answerCard(job, words) {
  const {answer } = job;
  const name = (category) => words[category.name] ?? category.name;
  const [first] = answer.categories;
  const none = answer.out_of_catalog?.none_of_these ? noneOfThese(answer.out_of_catalog) : null;
  const {mat, image} = photo(job, `${none ?? name(first)}: ${answer.photo}`);
  const why = new Why({mat, image}, answer.why);
  return h("li", {class: none ? "card answer none" : "card answer"},
    h("div", {class: "seen"}, mat, why.foot("classes", first.name, lower(name(first)))),
    h("div", {class: "evidence"},
      h("p", {class: "file dim"}, answer.photo),
      none ? nearest(none, name(first)) : surest(answer, name),
      bars(answer.categories, name, why),
      answer.tags.length ? tagRows(answer.tags, why) : null));
}

// Below one half the photo is told apart by a cautious threshold: say no more than that.
const noneOfThese = ({score}) => `${score < 0.5 ? "Perhaps" : "Probably"} none of these: ${whole(score)}`;

const nearest = (none, name) => [h("h2", {text: none}),
  h("p", {class: "set", text: `The nearest of the categories: ${lower(name)}.`})];

function surest(answer, name) {
  const [first, second] = answer.categories;
  return [
    h("h2", {}, name(first), " ", h("span", {class: "sure"}, whole(first.score)), " ",
      h("span", {class: "second"}, `or ${lower(name(second))}, ${whole(second.score)}`)),
    answer.prediction_set ? h("p", {class: "set", text: setWords(answer.prediction_set, name)}) : null,
  ];
}

// "One of blouse, shirt (90 %)"
function setWords({classes, coverage}, name) {
  const names = classes.slice(0, IN_SET).map((one) => lower(name({name: one})));
  const more = classes.length - names.length;
  const list = `${names.join(", ")}${more ? ` and ${more} more` : ""}`;
  return `${classes.length === 1 ? "Only" : "One of"} ${list} (${whole(coverage)})`;
}

const lower = (title) => (title.slice(1) === title.slice(1).toLowerCase()
  ? title[0].toLowerCase() + title.slice(1) : title);

function photo(job, alt) {
  const image = h("img", {src: job.preview, alt});
  const mat = h("div", {class: "mat"}, image);
  image.addEventListener("error", () => image.replaceWith(
    h("span", {class: "dim"}, "This browser cannot show this format.")));
  return {mat, image};
}

// The likeliest first; what is beyond `BARS` is a line that opens, on phones beyond three.
function bars(categories, name, why) {
  const row = (category, i) => h("li", {class: i === 0 ? "first" : ""},
    why.name("classes", category.name, name(category)), bar(category.score, i === 0),
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
function tagRows(tags, why) {
  const rank = (tag) => (tag.tagged ? 0 : tag.close || tag.review ? 1 : 2);
  const ordered = tags.length <= TAGS ? tags
    : [...tags].sort((a, b) => rank(a) - rank(b) || b.score - a.score);
  const list = h("ul", {class: "tag-rows"}, ...ordered.map((tag, i) => {
    const row = tagRow(tag, why);
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

function tagRow(tag, why) {
  const meter = bar(tag.score, tag.tagged);
  const tick = h("b", {class: "tick"});
  tick.style.left = `${tag.threshold * 100}%`;
  meter.append(tick);
  const doubt = tag.review ? ", review" : tag.close ? ", close" : "";
  const words = `${tag.tagged ? "tagged" : "not tagged"}${doubt}`;
  const kind = doubt ? "close" : tag.tagged ? "tagged" : "not";
  return h("li", {},
    why.name("tags", tag.name, tag.name, tag.tagged ? "" : "; not enough to tag it"), meter,
    h("span", {class: "figure"}, tag.score.toFixed(3),
      h("span", {class: "off-screen"}, ` of ${tag.threshold.toFixed(3)} needed`)),
    h("span", {class: `chip chip-${kind}`}, tag.tagged ? icon("tick", 14) : null, words));
}
