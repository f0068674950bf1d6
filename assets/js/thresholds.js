// Thresholds: every figure is computed here, at each move of a cut, from counts sent once.

import {readPart} from "./cuts.js";
import {h, say} from "./dom.js";
import {choose, wishOfWord} from "./reasons.js";
import {bundleBar} from "./thresholds-bundle.js";
import {categoriesView} from "./thresholds-categories.js";
import {keptPrices} from "./thresholds-cost.js";
import {cutsView} from "./thresholds-cuts.js";
import {Place} from "./thresholds-place.js";
import {shelfView} from "./thresholds-shelf.js";
import {zonesView} from "./thresholds-zones.js";
import {cutsOf, zoneOf} from "./zones.js";

const VIEWS = {
  cuts: ["Cuts", cutsView], zones: ["Review zones", zonesView],
  categories: ["Per category", categoriesView], bundles: ["Bundles", shelfView],
};

export function mount(root, act) {
  let bench = null;
  return (value) => {
    const tags = value?.tags ?? [];
    bench = tags.length ? new Bench(value, act, bench) : null;
    const focused = value?.done !== undefined && root.contains(document.activeElement);
    root.replaceChildren(...(bench ? bench.elements : value ? [noTags()] : []));
    if (focused) bench.segments.querySelector('[aria-pressed="true"]').focus({preventScroll: true});
  };
}

const noTags = () => h("div", {class: "card no-tags"}, h("h2", {}, "No tags, no thresholds"),
  h("p", {}, "This workspace asks for the category only. To ask for tags, name their columns in ",
    h("code", {}, "tasks.yaml"), " and train a model that answers them."));

const sameModel = (before, data) => before && JSON.stringify(before.data.key) === JSON.stringify(data.key);

class Bench {
  // `before`: the bench that this one follows; cuts that a person has moved outlive a new value
  // until they are saved or another bundle is in use.
  constructor(data, act, before) {
    this.data = data;
    this.act = act;
    const known = sameModel(before, data);
    this.inUse = data.bundles.find((bundle) => bundle.in_use);
    const drafts = known && !data.done && before.inUse.version === this.inUse.version;
    this.place = new Place(act, data, known ? before.place.words : data.place);
    if (known) this.place.tell();
    if (known && !drafts) this.place.forget("cuts", "zones", "cells");
    this.prices = before?.prices ?? keptPrices();
    this.attempts = before?.attempts ?? 0;
    this.tags = data.tags.map((tag) => this.tagOf(tag));
    this.takeDrafts(drafts ? before : null);
    const first = [...this.tags].sort((a, b) => (a.name < b.name ? -1 : 1))[0];
    this.open = this.named(this.place.words.tag) ?? first;
    this.bar = bundleBar(this);
    this.segments = segments(this);
    this.area = h("div", {class: "bench-view"});
    this.elements = [this.bar.element, this.segments, this.area];
    this.look(VIEWS[this.place.words.view] ? this.place.words.view : "cuts", false);
  }

  tagOf(tag) {
    const savedCut = Math.round(tag.saved * 1000);
    return {
      ...tag, savedCut, cut: savedCut, reason: tag.reason ?? null, zone: tag.zone ?? null, savedZone: tag.zone ?? null,
      validation: readPart(tag.validation), heldout: readPart(tag.heldout),
    };
  }

  named(name) {
    return this.tags.find((tag) => tag.name === name);
  }

  // What was not saved yet: of the bench before, or out of a link that a colleague sent.
  takeDrafts(before) {
    const sent = this.place.drafts();
    const wish = wishOfWord(this.place.words.by);
    for (const tag of this.tags) {
      const kept = before?.named(tag.name);
      tag.cut = kept?.cut ?? sent.cuts[tag.name] ?? tag.savedCut;
      tag.reason = kept?.reason ?? tag.reason;
      const zone = kept ? kept.zone : sent.zones[tag.name];
      if (zone !== undefined) tag.zone = zone;
      if (!kept && wish && tag.cut !== tag.savedCut && choose(tag.validation, wish).k === tag.cut) tag.reason = wish;
    }
    this.cells = before?.cells ?? sent.cells ?? this.data.cells ?? {};
  }

  get changed() {
    return this.tags.filter((tag) => tag.cut !== tag.savedCut);
  }

  get changedZones() {
    return this.tags.filter((tag) => JSON.stringify(tag.zone) !== JSON.stringify(tag.savedZone));
  }

  get unsaved() {
    return this.changed.length > 0 || this.changedZones.length > 0 || this.changedCells;
  }

  get changedCells() {
    return JSON.stringify(this.cells) !== JSON.stringify(this.data.cells ?? {});
  }

  // Open one of the views: all tags and one cut, zones, cuts per category, bundles.
  look(name, tell = true) {
    this.viewName = name;
    for (const button of this.segments.children) button.setAttribute("aria-pressed", button.dataset.view === name);
    this.view = VIEWS[name][1](this);
    this.area.replaceChildren(this.view.element);
    this.view.shown?.();
    if (tell) this.place.put({view: name === "cuts" ? null : name});
  }

  show(tag, tell = true) {
    this.open = tag;
    this.view.open?.(tag);
    if (tell) this.place.put({tag: tag.name});
  }

  // The cut of the open tag moves; no server is asked.
  move(cut) {
    setCut(this.open, cut);
    this.view.moved?.(this.open);
    this.bar.update();
  }

  // The cut was let go: now the server may be asked which photos change sides, and the link follows.
  settle() {
    this.view.settled?.();
    this.placeDrafts();
  }

  // Set the cuts of many tags at once.
  moveAll(cuts) {
    for (const [tag, cut] of cuts) setCut(tag, cut);
    this.changedMany();
  }

  changedMany() {
    this.view.all?.();
    this.placeDrafts();
    this.bar.update();
  }

  placeDrafts() {
    this.place.putDrafts(this.changed, this.changedZones, this.changedCells ? this.cells : null);
  }

  // Take over what a saved bundle decides, to look at or to save again.
  load(bundle) {
    for (const tag of this.tags) {
      tag.cut = Math.round((bundle.thresholds[tag.name] ?? tag.saved) * 1000);
      tag.zone = bundle.zones[tag.name] ?? null;
      tag.reason = bundle.reasons[tag.name] ?? null;
    }
    this.cells = bundle.per_category;
    this.changedMany();
    say(`The cuts of ${bundle.title} are on the page${bundle.in_use ? "." : "; save them to use them."}`);
  }

  // What would be saved, as the server reads it.
  draft() {
    const of = (pick) => Object.fromEntries(this.tags.filter((tag) => pick(tag)).map((tag) => [tag.name, pick(tag)]));
    return {
      thresholds: Object.fromEntries(this.tags.map((tag) => [tag.name, tag.cut / 1000])),
      zones: of((tag) => tag.zone), reasons: of((tag) => tag.reason), per_category: this.cells,
    };
  }

  save(words) {
    this.bar.busy();
    this.attempts += 1;
    this.act("saved", {attempt: this.attempts, version: this.inUse.version, ...this.draft(), ...words});
  }
}

// A tag's cut lies within its review zone, so the zone follows.
function setCut(tag, cut) {
  tag.cut = cut;
  if (!tag.zone) return;
  const {accept, reject} = cutsOf(tag);
  tag.zone = zoneOf({accept: Math.max(accept, cut), reject: Math.min(reject, cut)});
}

function segments(bench) {
  return h("div", {class: "segments bench-views", role: "group", "aria-label": "What to look at"},
    Object.entries(VIEWS).map(([name, [words]]) => h("button", {
      type: "button", text: words, "aria-pressed": "false", data: {view: name}, on: {click: () => bench.look(name)},
    })));
}
