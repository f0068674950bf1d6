// Tables of buttons: one tab stop, arrow keys among the buttons, and a tip that repeats their words.
import {h} from "./dom.js";

// Let the arrow keys, Home and End walk over the buttons of `table`, which carry data-row and
// data-column. Missing places are jumped over as long as there is a button beyond them.
export function roam(table, rows, columns) {
  const at = new Map();
  for (const button of table.querySelectorAll("button[data-row]")) {
    button.tabIndex = -1;
    at.set(`${button.dataset.row},${button.dataset.column}`, button);
  }
  const all = [...at.values()];
  if (all.length) all[0].tabIndex = 0;
  const stop = (button) => {
    for (const other of table.querySelectorAll('button[data-row][tabindex="0"]')) other.tabIndex = -1;
    button.tabIndex = 0;
  };
  const walk = (row, column, down, right) => {
    let [r, c] = [row + down, column + right];
    while (r >= 0 && c >= 0 && r < rows && c < columns) {
      const next = at.get(`${r},${c}`);
      if (next) return next;
      [r, c] = [r + down, c + right];
    }
    return null;
  };
  const edge = (row, last) => {
    const line = all.filter((button) => Number(button.dataset.row) === row);
    return line[last ? line.length - 1 : 0];
  };
  table.addEventListener("focusin", (event) => {
    const button = event.target.closest("button[data-row]");
    if (button) stop(button);
  });
  table.addEventListener("keydown", (event) => {
    const button = event.target.closest("button[data-row]");
    if (!button || event.altKey || event.metaKey) return;
    const [row, column] = [Number(button.dataset.row), Number(button.dataset.column)];
    const next = {
      ArrowUp: () => walk(row, column, -1, 0),
      ArrowDown: () => walk(row, column, 1, 0),
      ArrowLeft: () => walk(row, column, 0, -1),
      ArrowRight: () => walk(row, column, 0, 1),
      Home: () => (event.ctrlKey ? all[0] : edge(row, false)),
      End: () => (event.ctrlKey ? all[all.length - 1] : edge(row, true)),
    }[event.key]?.();
    if (next === undefined) return;
    event.preventDefault();
    next?.focus();
  });
  return stop;
}

// Show lines of words beside the button under the pointer or in focus. The words are also the
// button's label, so the tip itself is hidden from screen readers. `linesOf(button)` gives them.
export function tips(area, linesOf) {
  const tip = h("div", {class: "tip", "aria-hidden": "true", hidden: true});
  document.body.append(tip);
  const hide = () => { tip.hidden = true; };
  const show = (event) => {
    const button = event.target.closest?.("button[data-row]");
    if (!button || !area.contains(button)) return;
    tip.replaceChildren(...linesOf(button).map((line, at) => h(at ? "span" : "strong", {text: line})));
    tip.hidden = false;
    const [box, own] = [button.getBoundingClientRect(), tip.getBoundingClientRect()];
    const left = Math.min(Math.max(8, box.left + box.width / 2 - own.width / 2), innerWidth - own.width - 8);
    const above = box.top - own.height - 8;
    tip.style.left = `${left}px`;
    tip.style.top = `${above > 8 ? above : box.bottom + 8}px`;
  };
  area.addEventListener("pointerover", show);
  area.addEventListener("focusin", show);
  area.addEventListener("pointerout", (event) => {
    if (!area.contains(event.relatedTarget) || !event.relatedTarget.closest?.("button[data-row]")) hide();
  });
  area.addEventListener("focusout", hide);
  area.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  area.addEventListener("scroll", hide, true);
  addEventListener("scroll", hide, {passive: true});
}

const channel = (value) => {
  const part = value / 255;
  return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};
const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const parse = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

// Black or white, whichever contrasts more with a colour given as [r, g, b] or #rrggbb.
export const textOn = (colour) =>
  (luminance(typeof colour === "string" ? parse(colour.trim()) : colour) > 0.179 ? "#000000" : "#FFFFFF");

// The colour between two of three at `share` in [-1, 1], 0 being the middle one.
export function between(low, none, high, share) {
  const [from, to, t] = share < 0 ? [none, low, -share] : [none, high, share];
  const [a, b] = [parse(from), parse(to)];
  return a.map((value, at) => Math.round(value + (b[at] - value) * Math.min(1, t)));
}

// The value of a token, such as token("right1").
export const token = (name) => getComputedStyle(document.body).getPropertyValue(`--${name}`).trim();

// Call `redraw` when the theme changes.
export function onTheme(redraw) {
  let dark = document.body.classList.contains("dark");
  new MutationObserver(() => {
    if (document.body.classList.contains("dark") === dark) return;
    dark = !dark;
    redraw();
  }).observe(document.body, {attributes: true, attributeFilter: ["class"]});
}

// Scroll `area`, and nothing else, so far that `button` stands well inside it.
export function reveal(area, button) {
  const [box, own] = [area.getBoundingClientRect(), button.getBoundingClientRect()];
  const room = 140; // the names stay in front of the first columns, some stand below
  if (own.left < box.left + room || own.right > box.right - 20) {
    area.scrollLeft += own.left - box.left - box.width / 2;
  }
  if (own.top < box.top + room || own.bottom > box.bottom - room) {
    area.scrollTop += own.top - box.top - box.height / 2;
  }
}
