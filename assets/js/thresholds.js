// Thresholds: every figure is computed here, at each move of the cut, from counts sent once.

import {readPart} from "./cuts.js";
import {h} from "./dom.js";
import {bundleBar} from "./thresholds-bundle.js";
import {costCard, keptPrices} from "./thresholds-cost.js";
import {countsTable} from "./thresholds-counts.js";
import {flipsCard} from "./thresholds-flips.js";
import {cutSlider} from "./thresholds-slider.js";
import {tagTable} from "./thresholds-table.js";
import {precisionRecallPlot, rocPlot, scoresPlot} from "./curves.js";

export function mount(root, act) {
  let bench = null;
  return (value) => {
    const tags = value?.tags ?? [];
    bench = tags.length ? new Bench(value, act, bench) : null;
    root.replaceChildren(...(bench ? bench.elements : value ? [noTags()] : []));
  };
}

const noTags = () => h("div", {class: "card no-tags"}, h("h2", {}, "No tags, no thresholds"),
  h("p", {}, "This workspace asks for the category only. To ask for tags, name their columns in ",
    h("code", {}, "tasks.yaml"), " and train a model that answers them."));

// Cuts that a person has moved outlive a new value, until another bundle is in use.
const sameBundle = (before, data) => before
  && JSON.stringify(before.data.key) === JSON.stringify(data.key)
  && before.data.bundles[0].version === data.bundles[0].version;

class Bench {
  constructor(data, act, before) {
    this.data = data;
    this.act = act;
    this.prices = before?.prices ?? keptPrices();
    this.attempts = before?.attempts ?? 0;
    const names = data.tags.map((tag) => tag.name);
    const kept = sameBundle(before, data) ? before.cuts : {};
    this.tags = data.tags.map((tag) => {
      const savedCut = Math.round(tag.saved * 1000);
      return {
        ...tag, savedCut, cut: kept[tag.name] ?? savedCut,
        validation: readPart(tag.validation), heldout: readPart(tag.heldout),
      };
    });
    const named = (name) => this.tags.find((tag) => tag.name === name);
    this.order = before?.order ?? {key: "name", down: false};
    this.open = named(data.open) ?? named(before?.open.name) ?? named([...names].sort()[0]);
    this.bar = bundleBar(this);
    this.table = tagTable(this);
    this.detail = h("div", {class: "bench-detail"});
    this.elements = [this.bar.element, this.table.element, this.detail];
    this.show(this.open, false);
  }

  get cuts() {
    return Object.fromEntries(this.tags.map((tag) => [tag.name, tag.cut]));
  }

  get changed() {
    return this.tags.filter((tag) => tag.cut !== tag.savedCut);
  }

  // Open another tag: its slider, curves and counts.
  show(tag, tell = true) {
    this.open = tag;
    this.table.select(tag);
    this.slider = cutSlider(this, tag);
    const plots = [precisionRecallPlot(tag), rocPlot(tag), scoresPlot(tag.validation)];
    const counts = countsTable(this, tag);
    const cost = costCard(this, tag, () => this.slider.forget());
    this.flips = flipsCard(this, tag);
    this.movers = [this.slider, ...plots, counts, cost];
    this.detail.replaceChildren(this.slider.element, plotsCard(tag, plots),
      h("div", {class: "bench-foot"}, counts.element, cost.element, this.flips.element));
    for (const mover of this.movers) mover.move(tag.cut);
    this.settle();
    if (tell) this.act("opened", {tag: tag.name});
  }

  // Move the cut of the open tag; no server is asked.
  move(cut) {
    this.open.cut = cut;
    for (const mover of this.movers) mover.move(cut);
    this.table.update(this.open);
    this.bar.update();
  }

  // The cut was let go: now the server may be asked which photos change sides.
  settle() {
    this.flips.settle(this.open.cut);
  }

  // Take over the cuts of a saved bundle, to look at or to save again.
  load(thresholds) {
    for (const tag of this.tags) tag.cut = Math.round((thresholds[tag.name] ?? tag.saved) * 1000);
    for (const tag of this.tags) this.table.update(tag);
    this.move(this.open.cut);
    this.settle();
  }

  save() {
    this.bar.busy();
    this.attempts += 1;
    this.act("saved", {
      attempt: this.attempts,
      by: this.bar.name(),
      version: this.data.bundles[0].version,
      thresholds: Object.fromEntries(this.tags.map((tag) => [tag.name, tag.cut / 1000])),
    });
  }
}

function plotsCard(tag, [precisionRecall, roc, scores]) {
  const figure = (title, note, plot, ...legend) => h("figure", {},
    h("figcaption", {}, h("strong", {}, title), " ", h("span", {class: "dim"}, note)),
    plot.element, h("p", {class: "legend"}, ...legend));
  const two = (a, b) => `${decimals(a)}, ${decimals(b)}`;
  return h("div", {class: "card plots"},
    figure("Precision and recall", `AP ${two(tag.validation.ap, tag.heldout.ap)}`, precisionRecall,
      key("line validation", "validation"), key("line heldout", "held-out")),
    figure("ROC", `AUC ${two(tag.validation.auc, tag.heldout.auc)}`, roc,
      key("line validation", "validation"), key("line heldout", "held-out")),
    figure("Scores on validation", "", scores,
      key("box positives", `labelled ${tag.name}, upward`),
      key("box negatives", `not ${tag.name}, downward; share of each, root scale`)));
}

const decimals = (value) => (value === null ? "–" : value.toFixed(2));
const key = (kind, words) => h("span", {class: "key"},
  h("i", {class: kind, "aria-hidden": "true"}), words);
