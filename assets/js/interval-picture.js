// A list of figures with their intervals as one picture, for downloads.
import {h, svg} from "./dom.js";
import {svgImage} from "./plot-tools.js";

const [NAMES, TRACK, FIGURES] = [230, 250, 160]; // widths
const ROW = 24;
const LETTERS = 36;

const cut = (text) => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text);
const text = (x, y, words, colour, anchor = "start") => svg("text", {
  x, y, "font-size": 12, "text-anchor": anchor, style: {fill: `var(--${colour})`}, text: words,
});
const box = (x, y, width, height, colour) => svg("rect", {x, y, width, height, rx: 2, style: {fill: `var(--${colour})`}});

// rows: [{name, text, interval, value, low, high, beside, wrong}]
function drawn(rows) {
  const height = ROW * rows.length;
  const at = (share) => NAMES + TRACK * Math.min(1, Math.max(0, share));
  return svg("svg", {viewBox: `0 0 ${NAMES + TRACK + FIGURES} ${height}`, width: NAMES + TRACK + FIGURES, height}, rows.map((row, place) => {
    const y = ROW * place;
    const known = row.value !== null && row.value !== undefined;
    return svg("g", null,
      text(NAMES - 10, y + 15, cut(row.name), "ink", "end"), box(NAMES, y + 7, TRACK, 10, "sunken"),
      known && row.low !== null && row.low !== undefined ? box(at(row.low), y + 10, at(row.high) - at(row.low), 4, "bar2") : null,
      row.beside === null || row.beside === undefined ? null : box(at(row.beside) - 1, y + 5, 2, 14, "ink"),
      known ? box(at(row.value) - 2, y + 7, 4, 10, row.wrong ? "orange-mark" : "bar") : null,
      text(NAMES + TRACK + 10, y + 15, row.interval ? `${row.text} (${row.interval})` : row.text, "ink"));
  }));
}

// `image` for plotFoot. `root` is a place on the page, from which the picture takes its colours.
export const intervalPicture = (root, rows, words) => async (format) => {
  const picture = drawn(rows());
  const stage = h("div", {class: "off-screen", "aria-hidden": "true"}, picture);
  root.append(stage);
  try {
    return await svgImage(() => picture, words)(format);
  } finally {
    stage.remove();
  }
};
