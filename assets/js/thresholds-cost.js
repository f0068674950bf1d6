// What the cut costs: a price for a wrong and for a missed tag, per 10,000 held-out items.

import {h} from "./dom.js";
import {cost, costCurve} from "./thresholds-cost-curve.js";

const KEPT = "fitting-room-prices";
const START = {wrong: 0.05, missed: 0.4, unit: "€"};

export function costCard(bench, tag, changed) {
  const prices = bench.prices;
  const figure = h("p", {class: "cost-figure"});
  const compared = h("p", {class: "dim"});
  const signs = [];
  const curve = costCurve(bench, tag);
  let at = tag.cut;
  const field = (name, words) => {
    const input = h("input", {
      type: "number", class: "bare", min: "0", step: "0.01", value: prices[name].toFixed(2),
      "aria-label": `Price of ${words}`,
    });
    input.addEventListener("input", () => {
      prices[name] = Math.max(0, Number(input.value) || 0);
      keep(prices);
      curve.draw();
      move(at);
      changed();
    });
    const sign = h("span", {text: prices.unit});
    signs.push(sign);
    return h("label", {}, h("span", {}, words), h("span", {class: "price"}, sign, input));
  };
  const unit = h("input", {type: "text", class: "unit", maxlength: "8", value: prices.unit, on: {input: () => {
    prices.unit = unit.value.trim();
    for (const sign of signs) sign.textContent = prices.unit;
    keep(prices);
    curve.draw();
    move(at);
  }}});
  const move = (cut) => {
    at = cut;
    curve.move(cut);
    const now = cost(tag.heldout, cut, prices);
    const saved = cost(tag.heldout, tag.savedCut, prices);
    figure.textContent = money(now, prices);
    compared.textContent = now === null ? "no held-out items to judge by" : against(now, saved, prices, cut === tag.savedCut);
  };
  return {
    curve: curve.element,
    element: h("section", {class: "card cost-card", "aria-label": "Cost"},
      h("h2", {}, "Cost per 10,000 items"), figure, compared,
      field("wrong", "a wrong tag"), field("missed", "a missed tag"),
      h("label", {}, h("span", {}, "counted in"), unit)),
    move,
  };
}

export function keptPrices() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT));
    if (kept?.wrong >= 0 && kept?.missed >= 0) return {...START, ...kept, unit: String(kept.unit ?? START.unit)};
  } catch { /* nothing kept, or nothing to be kept */ }
  return {...START};
}

function keep(prices) {
  try { localStorage.setItem(KEPT, JSON.stringify(prices)); } catch { /* asked again next time */ }
}

function against(now, saved, prices, same) {
  if (same) return "at the saved cut";
  const [a, b] = [Math.round(now), Math.round(saved)];
  if (a === b) return `as at the saved cut`;
  return `${a < b ? "down" : "up"} from ${money(saved, prices)} at the saved cut`;
}

const money = (value, {unit}) => (value === null ? "–" : `${unit} ${Math.round(value).toLocaleString("en")}`.trim());
