// One item, large: its photo, its labels, what the model says of it, and where it comes from.
import {h, percent, icon} from "./dom.js";
import {whyOf} from "./item-server.js";
import {photoBox} from "./items.js";
import {lookAlikes} from "./look-alikes.js";
import {Why} from "./predict-why.js";

const SHOWN = 6; // classes
const TAGS = 8; // beyond these, tags that nobody gave are folded away

const lower = (title) => (title.slice(1) === title.slice(1).toLowerCase() ? title[0].toLowerCase() + title.slice(1) : title);

function scores(item, why) {
  const shown = item.classes.slice(0, SHOWN);
  const rest = item.classes.length - shown.length;
  return h("div", {class: "item-scores"},
    h("h3", {text: "Model's answer"}),
    item.verdicts.map((text) => h("p", {class: "dense", text})),
    h("ul", null, shown.map((one, at) => h("li", {class: at ? "" : "first"},
      named(why, "classes", one.key, one.name),
      h("span", {class: "bar-track"}, h("span", {class: `bar-fill${at ? "" : " bar-first"}`, style: {width: `${100 * one.score}%`}})),
      h("span", {class: "score-figure", text: percent(one.score, 1)}),
      h("span", {class: "score-note", text: one.label ? "label" : ""})))),
    rest > 0 ? h("p", {class: "caption", text: `${rest} more below ${percent(shown[shown.length - 1].score, 1)}`}) : null);
}

// A name that shows why when it is chosen.
function named(why, kind, key, name, weak = "") {
  const node = why?.name(kind, key, name, weak) ?? h("span", {text: name});
  node.classList.add("score-name");
  return node;
}

function tagRow(tag, why) {
  const state = tag.tagged ? "tagged" : "not";
  return h("li", null,
    named(why, "tags", tag.name, tag.name, tag.tagged ? "" : "; not enough to tag it"),
    h("span", {class: "tick-track"},
      h("span", {class: "bar-track"}, h("span", {class: `bar-fill${tag.tagged ? " bar-first" : ""}`, style: {width: `${100 * tag.score}%`}})),
      h("span", {class: "tick", style: {left: `${100 * tag.threshold}%`}})),
    h("span", {class: "score-figure", text: tag.score.toFixed(3)}),
    h("span", {class: `chip chip-${tag.close ? "close" : state}`},
      tag.tagged && !tag.close ? icon("tick", 12) : null,
      `${tag.tagged ? "tagged" : "not tagged"}${tag.close ? ", close" : ""}`));
}

function tags(item, why) {
  if (!item.tags.length) return null;
  return h("div", {class: "item-tags"},
    h("h3", {text: "Tags"}),
    h("p", {class: "dense", text: item.labelled}),
    item.tags[0].score === null ? null : tagRows(item.tags, why));
}

function tagRows(all, why) {
  const said = all.length <= TAGS ? all : all.filter((tag) => tag.labelled || tag.tagged || tag.close);
  const rest = all.filter((tag) => !said.includes(tag));
  return [h("ul", null, said.map((tag) => tagRow(tag, why))), rest.length ? h("details", null,
    h("summary", {class: "link", text: `${rest.length} more, not tagged`}), h("ul", null, rest.map((tag) => tagRow(tag, why)))) : null];
}

// `form`: how it is relabelled, before what the model says; `folded`: that is shown when asked for;
// `visit(id)`: opens a look-alike; `extra`: what else the page knows of it.
export function itemView(item, {form = null, folded = false, visit = null, extra = null} = {}) {
  const box = photoBox(item.photo, item.words, {eager: true});
  const why = item.why && item.photo
    ? new Why({mat: box, image: box.querySelector("img")}, () => whyOf(item)) : null;
  const details = [
    item.classes.length ? scores(item, why) : null,
    tags(item, why),
    item.history?.length ? h("div", {class: "item-history"}, h("h3", {text: "History"}),
      h("ul", null, item.history.map((text) => h("li", {class: "dense", text})))) : null,
    item.more.length ? h("dl", {class: "item-more"}, item.more.map((one) => [
      h("dt", {text: one.name}), h("dd", {text: one.value})])) : null,
  ].filter(Boolean);
  return h("div", {class: "item-view"},
    h("div", {class: "item-photo"}, box),
    why?.foot("classes", item.why.key, lower(item.why.name)),
    h("p", {class: "caption item-origin", text: item.origin}),
    form ? null : h("p", {class: "item-label"}, h("span", {class: "ink3", text: "Label "}), h("strong", {text: item.label})),
    form,
    extra,
    details.length ? h("details", {class: "item-details", open: !folded},
      h("summary", {class: "link", text: "Scores, tags and history"}), details) : null,
    visit ? lookAlikes(item, visit) : null);
}
