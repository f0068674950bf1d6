// One tag's zones: two cuts on a tape, what they do, and the price of more precision in reviews.

import {axes, roomy} from "./axes.js";
import {h, percent, svg} from "./dom.js";
import {plotFoot, plotKeys, svgImage} from "./plot-tools.js";
import {tape} from "./tape.js";
import {chooseZone, cutsOf, NONE, perTenThousand, setZone, zoneOutcome} from "./zones.js";

const KEYS = [{words: "validation, as wished", colour: "bar", kind: "line"},
  {words: "the same zones on held-out", colour: "bar2", kind: "dashes"}];
const PARTS = [["rejected", "rejected"], ["review", "review"], ["accepted", "accepted"]];

export function zoneDetail(bench, tag, wishes, moved) {
  const answer = h("p", {class: "zone-answer", role: "status"});
  const bar = h("div", {class: "zone-bar", role: "img"});
  const figures = h("tbody", {});
  const tapes = {
    reject: tapeOf("reject", `Reject ${tag.name} unseen below`),
    accept: tapeOf("accept", `Accept ${tag.name} unseen from`),
  };
  function tapeOf(name, label) {
    return tape({id: `zone-${name}`, label, moved: (cut) => {
      const zone = cutsOf(tag);
      zone[name] = cut;
      if (name === "reject") zone.accept = Math.max(zone.accept, cut);
      else zone.reject = Math.min(zone.reject, cut);
      setZone(tag, zone);
      update();
      moved(tag, false);
    }, settled: () => moved(tag, true)});
  }
  const row = (words, input, figure) => h("div", {class: "zone-tape"}, h("span", {class: "zone-name"}, words, figure), input.element);
  const shown = {reject: h("output", {class: "zone-cut"}), accept: h("output", {class: "zone-cut"})};
  const curve = curveCard(bench, tag, wishes);
  const update = () => {
    const zone = cutsOf(tag);
    shown.reject.textContent = (zone.reject / 1000).toFixed(3);
    shown.accept.textContent = zone.accept === NONE ? "nothing" : (zone.accept / 1000).toFixed(3);
    tapes.reject.move(zone.reject);
    tapes.accept.move(Math.min(zone.accept, 1000));
    const sides = [zoneOutcome(tag.validation, zone), zoneOutcome(tag.heldout, zone)];
    drawBar(bar, sides[1]);
    figures.replaceChildren(...rowsOf(sides));
    answer.replaceChildren(...sentence(tag, wishes));
    curve.mark(sides[1]);
  };
  const wished = () => { curve.draw(); update(); };
  const element = h("section", {class: "card zone-card", "aria-label": `Zones of ${tag.name}`},
    h("div", {class: "zone-left"}, h("h2", {text: tag.name}), answer,
      row("Reject unseen below", tapes.reject, shown.reject), row("Accept unseen from", tapes.accept, shown.accept), bar,
      h("table", {class: "counts"}, h("caption", {class: "off-screen", text: `Zones of ${tag.name}`}),
        h("thead", {}, h("tr", {}, h("td", {}), h("th", {scope: "col"}, "Validation", h("br"), "chosen here"),
          h("th", {scope: "col"}, "Held-out", h("br"), "judged here"))), figures)),
    curve.element);
  update();
  return {element, update, wished};
}

function sentence(tag, wishes) {
  const zone = chooseZone(tag.validation, wishes);
  if (zone.status === "undecided") return [zone.words];
  const held = zoneOutcome(tag.heldout, zone);
  const chosen = zoneOutcome(tag.validation, zone);
  const lead = zone.status === "nearest" ? `${zone.words} A` : `For ${percent(wishes.precision)} precision a`;
  return [`${lead} person looks at `, h("strong", {text: `${perTenThousand(chosen)} of 10,000`}),
    ` items (on held-out ${perTenThousand(held)}, and ${percent(held.precision, 1)} of what is accepted unseen is right there).`];
}

function rowsOf(sides) {
  const rows = [
    ["accepted unseen per 10,000", (found) => per(found.accepted, found.n)],
    ["to review per 10,000", (found) => per(found.review, found.n)],
    ["rejected unseen per 10,000", (found) => per(found.rejected, found.n)],
    ["accepted rightly", (found) => percent(found.precision, 1)],
    ["tagged items not rejected unseen", (found) => percent(found.recall, 1)],
  ];
  return rows.map(([words, show]) => h("tr", {}, h("th", {scope: "row", text: words}), sides.map((side) => h("td", {text: show(side)}))));
}

const per = (some, n) => (n ? Math.round((some / n) * 10000).toLocaleString("en") : "–");

function drawBar(bar, {n, accepted, review, rejected}) {
  const items = {rejected, review, accepted};
  const share = (name) => (n ? items[name] / n : 0);
  bar.setAttribute("aria-label", PARTS.map(([name, words]) => `${percent(share(name), 1)} ${words}`).join(", "));
  bar.replaceChildren(...PARTS.filter(([name]) => share(name) > 0).map(([name, words]) =>
    h("span", {class: name, style: {"flex-grow": String(share(name))}}, share(name) > 0.3 ? `${percent(share(name))} ${words}` : share(name) > 0.09 ? percent(share(name)) : "")));
}

// Each wished precision: the zone chosen on validation, and what it does on held-out.
function points(tag, recall) {
  if (!tag.validation.positives[0]) return [];
  return Array.from({length: 51}, (_, i) => {
    const precision = (50 + i) / 100;
    const zone = chooseZone(tag.validation, {precision, recall});
    return {precision, chosen: zoneOutcome(tag.validation, zone), held: zoneOutcome(tag.heldout, zone)};
  });
}

function curveCard(bench, tag, wishes) {
  const title = "Reviews against precision";
  const holder = h("div", {});
  let [found, plot, marker] = [[], null, null];
  const draw = () => {
    found = points(tag, wishes.recall);
    const most = Math.max(0.01, ...found.flatMap(({chosen, held}) => [chosen.reviewShare ?? 0, held.reviewShare ?? 0]));
    plot = axes({
      ...(matchMedia("(max-width: 640px)").matches ? {width: 320, height: 220} : {}),
      name: `${title} of ${tag.name}`,
      x: {label: "items that a person looks at", from: 0, ...roomy(most), words: (value) => percent(value, value % 0.01 > 1e-6 && value % 0.01 < 0.0099 ? 1 : 0)},
      y: {label: "precision of what is accepted unseen", from: 0.5, to: 1, step: 0.1, words: (value) => value.toFixed(1)},
    });
    const line = (values, kind) => {
      const d = values.filter(([x, y]) => x !== null && y !== null && y >= 0.5)
        .map(([x, y], i) => `${i ? "L" : "M"}${plot.across(x).toFixed(1)} ${plot.down(y).toFixed(1)}`).join("");
      plot.element.append(svg("path", {class: `curve ${kind}`, d}));
    };
    line(found.map(({precision, held}) => [held.reviewShare, held.precision ?? precision]), "heldout");
    line(found.map(({precision, chosen}) => [chosen.reviewShare, precision]), "validation");
    plot.element.append(svg("line", {class: "wish-line", x1: plot.across(0), x2: plot.across(roomy(most).to), y1: plot.down(wishes.precision), y2: plot.down(wishes.precision),
      visibility: wishes.precision < 0.5 ? "hidden" : "visible"}));
    marker = svg("g", {}, svg("circle", {class: "marker heldout", r: 5}));
    plot.element.append(marker);
    holder.replaceChildren(plot.element);
    foot.refresh();
  };
  const mark = ({reviewShare, precision}) => {
    const seen = reviewShare !== null && precision !== null && precision >= 0.5;
    marker.setAttribute("visibility", seen ? "visible" : "hidden");
    if (seen) marker.setAttribute("transform", `translate(${plot.across(reviewShare)} ${plot.down(precision)})`);
    plot.element.setAttribute("aria-label", `${title} of ${tag.name}. ${seen ? `Now on held-out: ${percent(reviewShare, 1)} to review, precision ${precision.toFixed(3)}` : "No precision at these cuts"}`);
  };
  const table = () => ({
    columns: [{name: "wished precision", form: "number"}, ...["validation", "held-out"].flatMap((side) =>
      [{name: `to review, ${side}`, form: "share"}, {name: `precision, ${side}`, form: "number"}])],
    rows: found.map(({precision, chosen, held}) =>
      [precision, chosen.reviewShare, chosen.precision, held.reviewShare, held.precision]),
  });
  const foot = plotFoot({title, name: `${title} ${tag.name} ${bench.data.key[1]}`, table,
    image: svgImage(() => plot.element, () => ({
      title: `${title}: ${tag.name}`, keys: KEYS,
      note: `${bench.data.key[0]}, model ${bench.data.key[1]}; at least ${percent(wishes.recall)} of tagged items not rejected unseen`,
    }))});
  draw();
  return {draw, mark, element: h("figure", {class: "zone-curve"},
    h("figcaption", {}, h("strong", {text: title}), h("span", {class: "dim", text: " dotted: the precision wished for; ring: these zones on held-out"})),
    holder, plotKeys(KEYS), foot.element)};
}
