// Review zones: from which score a tag is accepted unseen, below which it is rejected unseen, and
// how many items a person looks at in between.

import {h, percent, plural} from "./dom.js";
import {chooseZone, cutsOf, NONE, perTenThousand, setZone, zoneOutcome} from "./zones.js";
import {zoneDetail} from "./thresholds-zone.js";
import {saveTable} from "./plot-tools.js";

const HELP = "The model decides where it is sure, people where it is not: a tag is accepted unseen from one score on,"
  + " rejected unseen below another, and reviewed in between.";
const COLUMNS = ["Tag", "Reject below", "Accept from", "To review per 10,000", "Accepted rightly", "Tagged items kept"];

export function zonesView(bench) {
  const wishes = readWishes(bench.place.words.zone);
  const note = h("div", {class: "note", role: "status"});
  const sorted = [...bench.tags].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  const rows = new Map(sorted.map((tag) => [tag, zoneRow(bench, tag)]));
  const area = h("div", {class: "zone-detail"});
  let detail = null;
  const open = (tag) => {
    for (const [one, row] of rows) row.select(one === tag);
    detail = zoneDetail(bench, tag, wishes, moved);
    area.replaceChildren(detail.element);
    words.setTag(tag);
  };
  const moved = (tag, settled) => {
    rows.get(tag).update();
    bench.bar.update();
    if (settled) bench.placeDrafts();
  };
  const all = () => {
    for (const row of rows.values()) row.update();
    detail.update();
  };
  const set = (tags) => {
    const missed = [];
    for (const tag of tags) {
      const found = chooseZone(tag.validation, wishes);
      if (found.status === "undecided") { missed.push([tag, found]); continue; }
      if (found.status === "nearest") missed.push([tag, found]);
      setZone(tag, found);
    }
    note.replaceChildren(...missed.slice(0, 4).map(([tag, found]) => h("p", {text: `${tag.name}: ${found.words}`})),
      ...(missed.length > 4 ? [h("p", {text: `and ${plural(missed.length - 4, "more tag")}`})] : []));
    bench.changedMany();
  };
  const clear = (tags) => {
    for (const tag of tags) tag.zone = null;
    note.replaceChildren();
    bench.changedMany();
  };
  const words = wishCard(bench, wishes, note, {set, clear, changed: () => {
    bench.place.put({zone: `${wishes.precision}:${wishes.recall}`});
    detail.wished();
  }});
  open(bench.open);
  return {element: h("div", {class: "bench-zones"}, words.element, table(bench, rows), area), open, all};
}

function readWishes(word) {
  const [precision, recall] = String(word ?? "").split(":").map(Number);
  const sound = (value) => value > 0 && value <= 1;
  return {precision: sound(precision) ? precision : 0.95, recall: sound(recall) ? recall : 0.95};
}

function wishCard(bench, wishes, note, {set, clear, changed}) {
  const field = (name, before, after) => {
    const input = h("input", {type: "number", min: "0.01", max: "1", step: "0.01", value: wishes[name].toFixed(2), "aria-label": `${before} ${after}`});
    input.addEventListener("change", () => {
      wishes[name] = Math.min(1, Math.max(0.01, Number(input.value) || 0.95));
      input.value = wishes[name].toFixed(2);
      changed();
    });
    return h("label", {class: "zone-wish"}, before, input, after);
  };
  const one = h("button", {type: "button", class: "button small primary", on: {click: () => set([bench.open])}});
  const none = h("button", {type: "button", class: "link", on: {click: () => clear([bench.open])}});
  const several = bench.tags.length > 1;
  const element = h("section", {class: "card zone-wishes", "aria-label": "What is wanted"},
    h("p", {class: "dim", text: HELP}),
    h("div", {class: "zone-line"},
      field("precision", "Of what is accepted unseen at least", "right;"),
      field("recall", "of the tagged items at least", "not rejected unseen.")),
    h("div", {class: "zone-line"}, one,
      several ? h("button", {type: "button", class: "button small", text: `Set all ${bench.tags.length} tags`, on: {click: () => set(bench.tags)}}) : null,
      none, several ? h("button", {type: "button", class: "link", text: "Remove all zones", on: {click: () => clear(bench.tags)}}) : null),
    note);
  const setTag = (tag) => {
    one.textContent = `Set ${tag.name}`;
    none.textContent = `Remove the zone of ${tag.name}`;
  };
  return {element, setTag};
}

function table(bench, rows) {
  const asTable = () => ({
    columns: ["tag", "reject below", "accept from", ...["validation", "held-out"].flatMap((side) =>
      ["to review per 10,000", "precision of accepted", "recall kept"].map((name) => `${name}, ${side}`))].map((name) => ({name})),
    rows: bench.tags.map((tag) => {
      const {accept, reject} = cutsOf(tag);
      return [tag.name, reject / 1000, accept === NONE ? null : accept / 1000, ...["validation", "heldout"].flatMap((side) => {
        const found = zoneOutcome(tag[side], {accept, reject});
        return [found.reviewShare === null ? null : found.reviewShare * 10000, found.precision, found.recall];
      })];
    }),
  });
  return h("section", {class: "card tags-card", "aria-label": "Zones of all tags"},
    h("div", {class: "tags-scroll", role: "region", tabindex: "0", "aria-label": "Zones of all tags"},
      h("table", {class: "tags zones"}, h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", {scope: "col", text: name})))),
        h("tbody", {}, [...rows.values()].map((row) => row.element)))),
    h("p", {class: "tags-foot caption"}, h("span", {text: "Held-out figures; in grey those of validation, where zones are chosen."}),
      h("button", {type: "button", class: "link", text: "CSV", "aria-label": "Save all zones as CSV",
        on: {click: () => saveTable(`zones ${bench.data.key[1]}`, asTable())}})));
}

function zoneRow(bench, tag) {
  const radio = h("input", {type: "radio", name: "zone-tag", on: {change: () => bench.show(tag)}});
  const cells = COLUMNS.slice(1).map(() => h("td", {}));
  const unsaved = h("span", {class: "chip", hidden: true}, "not saved");
  const element = h("tr", {on: {click: () => { if (!radio.checked) bench.show(tag); }}},
    h("th", {scope: "row"}, h("label", {}, radio, h("span", {class: "tag-name"}, tag.name), unsaved)), cells);
  const update = () => {
    const zone = cutsOf(tag);
    const [held, chosen] = [zoneOutcome(tag.heldout, zone), zoneOutcome(tag.validation, zone)];
    const both = (show) => [h("strong", {text: show(held)}), h("span", {class: "dim", text: ` ${show(chosen)}`})];
    cells[0].textContent = tag.zone ? (zone.reject / 1000).toFixed(3) : "–";
    cells[1].textContent = !tag.zone ? "–" : zone.accept === NONE ? "nothing" : (zone.accept / 1000).toFixed(3);
    cells[2].replaceChildren(...(tag.zone ? both((found) => perTenThousand(found)) : [h("span", {class: "dim", text: "no zone: one cut"})]));
    cells[3].replaceChildren(...both((found) => percent(found.precision, 1)));
    cells[4].replaceChildren(...both((found) => percent(found.recall, 1)));
    unsaved.hidden = JSON.stringify(tag.zone) === JSON.stringify(tag.savedZone);
  };
  update();
  const select = (on) => {
    radio.checked = on;
    element.classList.toggle("open", on);
  };
  return {element, update, select};
}
