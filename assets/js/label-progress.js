// How far a queue is: for this person, and for everybody in it.
import {h, count, plural} from "./dom.js";

const time = (minutes) => (minutes < 120 ? `about ${plural(Math.max(1, Math.ceil(minutes)), "minute")} left` : `about ${count(Math.round(minutes / 60))} hours left`);

export function progressCard() {
  const bar = h("span", {class: "bar-fill bar-first"});
  const done = h("strong");
  const left = h("span", {class: "ink2"});
  const speed = h("strong");
  const all = h("strong");
  const allWords = h("span");
  const tiles = h("div", {class: "label-tiles"},
    h("p", null, speed, h("span", {text: "items an hour"})),
    h("p", null, all, allWords));
  const rows = h("tbody");
  const people = h("details", {class: "label-people"}, h("summary", {class: "link", text: "Everybody in this queue"}),
    h("table", null, h("thead", null, h("tr", null, ["Name", "Answered", "An hour"].map((text) => h("th", {scope: "col", text})))), rows));
  const offline = h("p", {class: "label-offline", role: "alert", hidden: true, text: "Not saved yet: the server does not answer. Your answers are kept here and sent again."});
  const node = h("section", {class: "card label-progress", "aria-label": "Progress"}, offline,
    h("p", {class: "label-counts"}, done, left), h("span", {class: "bar-track"}, bar), tiles, people);

  return {
    node,
    wait: (is) => { offline.hidden = !is; },
    // done and left: of this person; far: what the server last said of everybody
    show({mine, left: rest, perHour, far}) {
      const total = mine + rest;
      done.textContent = `${count(mine)} of ${count(total)} done`;
      bar.style.width = `${total ? (100 * mine) / total : 0}%`;
      left.textContent = perHour && rest ? time((60 * rest) / perHour) : "";
      speed.textContent = perHour ? count(Math.round(perHour)) : "–";
      const asked = far ? far.given + far.answers : 0;
      all.textContent = far ? `${count(far.given)} of ${count(asked)}` : "–";
      allWords.textContent = !far ? "" : far.working > 1 && far.answers
        ? `answers by all; ${count(far.working)} people at it, ${time((60 * far.answers) / far.speed)}` : "answers by all";
      people.hidden = !far?.people.length;
      rows.replaceChildren(...(far?.people ?? []).map((one) => h("tr", null,
        h("th", {scope: "row", text: one.name}), h("td", {text: count(one.items)}), h("td", {text: one.speed ? count(one.speed) : "–"}))));
    },
  };
}
