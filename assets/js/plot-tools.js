// What stands beneath every plot: its key, its figures as a table, its download as picture or CSV.

import {h, svg, count, percent} from "./dom.js";

const DRAWN = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin",
  "opacity", "visibility", "display", "font-size", "font-weight", "text-anchor"];
const HEAD = 48;
const LINE = 18;
const PADDING = 12;

// The key of a plot. Each {words, colour, kind}: a token's name; kind bars, line, dashes or gaps.
export const plotKeys = (keys) => h("p", {class: "plot-keys", "aria-hidden": "true"},
  keys.map(({words, colour, kind}) => h("span", {class: "plot-key"},
    h("i", {class: `key-${kind}`, style: {"--key": `var(--${colour})`}}), words)));

// The figures and the downloads of one plot.
//   title: names the plot, in the buttons too; name: of the file, without its ending
//   table: () => {columns: [{name, form}], rows}; form share, count, number or none (plain words)
//   image: async (format) => data or blob URL of a "png" or "svg"; null for a table without a plot
// `refresh` after figures have changed costs nothing while the table is closed.
export function plotFoot({title, name, table, image = null}) {
  const button = (format, press) => h("button", {
    type: "button", class: "link", text: format, "aria-label": `Save ${title} as ${format}`, on: {click: press},
  });
  const picture = (format) => async () => save(await image(format), `${fileName(name)}.${format}`);
  const details = h("details", null, h("summary", {text: "Figures", "aria-label": `Figures: ${title}`}));
  const refresh = () => {
    details.querySelector(".plot-table")?.remove();
    if (details.open) details.append(tableOf(title, table()));
  };
  details.addEventListener("toggle", refresh);
  const element = h("div", {class: "plot-foot"}, details, h("span", {class: "plot-links"},
    image ? [button("SVG", picture("svg")), button("PNG", picture("png"))] : null,
    button("CSV", () => saveTable(name, table()))));
  return {element, details, refresh};
}

export function tableOf(title, {columns, rows}) {
  return h("div", {class: "plot-table", tabindex: "0", role: "region", "aria-label": `${title}, figures`},
    h("table", null,
      h("thead", null, h("tr", null, columns.map((one) => h("th", {scope: "col", text: one.name})))),
      h("tbody", null, rows.map((row) => h("tr", null, row.map((cell, at) =>
        h(at ? "td" : "th", {scope: at ? null : "row", text: shown(cell, columns[at].form)})))))));
}

const shown = (cell, form) => {
  if (cell === null || cell === undefined) return "–";
  if (form === "share") return percent(cell, 1);
  if (form === "count") return count(cell);
  return form === "number" ? Number(cell).toFixed(3) : String(cell);
};

export function saveTable(name, {columns, rows}) {
  const text = [columns.map((one) => one.name), ...rows].map((row) => row.map(quoted).join(",")).join("\n");
  save(URL.createObjectURL(new Blob([`${text}\n`], {type: "text/csv"})), `${fileName(name)}.csv`);
}

const quoted = (cell) => {
  const text = cell === null || cell === undefined ? "" : String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

// Save what an address holds; a blob's address is given up afterwards.
export function save(url, name) {
  const link = h("a", {href: url, download: name});
  document.body.append(link);
  link.click();
  link.remove();
  if (url.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// Names of tags and workspaces may hold what a file's name cannot.
const fileName = (name) => name.replace(/[^\p{L}\p{N}._ -]+/gu, "").trim().replace(/\s+/g, "-") || "plot";

// An inline SVG of the page as a picture of its own: with title, note, key and the theme's colours.
//   svgImage(() => element, {title, note, keys})(format) is an `image` for plotFoot
export const svgImage = (element, words) => async (format) => {
  const picture = standalone(element(), words());
  const text = new XMLSerializer().serializeToString(picture);
  const url = URL.createObjectURL(new Blob([text], {type: "image/svg+xml"}));
  return format === "svg" ? url : raster(url, picture);
};

// The same for a drawing that stands on no page: made when asked for, among the colours of `host`.
export const drawnImage = (host, make, words) => svgImage(() => {
  const made = make();
  made.classList.add("plot-aside");
  host.append(made);
  requestAnimationFrame(() => made.remove());
  return made;
}, words);

function standalone(source, {title, note, keys}) {
  const copy = source.cloneNode(true);
  const originals = [source, ...source.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((node, i) => {
    const style = getComputedStyle(originals[i]);
    node.setAttribute("style", DRAWN.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"));
  });
  const {width, height} = source.viewBox.baseVal;
  const wide = width + 2 * PADDING;
  const keyed = keyPlaces(keys, wide);
  const high = height + HEAD + LINE * keyed.lines + 10;
  for (const [name, value] of Object.entries({x: PADDING, y: HEAD, width, height})) copy.setAttribute(name, value);
  const token = (name) => getComputedStyle(source).getPropertyValue(`--${name}`).trim();
  return svg("svg", {
    xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${wide} ${high}`, width: wide, height: high,
    "font-family": "system-ui, sans-serif",
  },
  svg("rect", {width: wide, height: high, fill: token("surface")}),
  line(PADDING, 20, title, token("ink"), 13, 600), line(PADDING, 37, note, token("ink3"), 11, 400),
  copy, keyed.places.map((place) => keyMark(place, HEAD + height + 14, token)));
}

const line = (x, y, text, fill, size, weight) =>
  svg("text", {x, y, fill, "font-size": size, "font-weight": weight, text});

// Where each part of the key stands; what would not fit begins a new line.
function keyPlaces(keys, wide) {
  let [x, row] = [PADDING, 0];
  const places = keys.map((key) => {
    const room = 42 + 6.4 * key.words.length;
    if (x > PADDING && x + room > wide) [x, row] = [PADDING, row + 1];
    x += room;
    return {...key, x: x - room, row};
  });
  return {places, lines: row + 1};
}

function keyMark({words, colour, kind, x, row}, top, token) {
  const y = top + row * LINE;
  const mark = kind === "bars" || kind === "gaps"
    ? svg("rect", {x, y: y - 9, width: 12, height: 9, fill: token(colour)})
    : svg("path", {d: `M${x} ${y - 4}h18`, stroke: token(colour), "stroke-width": 2.4, "stroke-dasharray": kind === "dashes" ? "5 4" : null});
  return [mark, line(x + 24, y, words, token("ink2"), 11, 400)];
}

async function raster(url, picture) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = h("canvas", {width: 2 * picture.getAttribute("width"), height: 2 * picture.getAttribute("height")});
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(url);
  return canvas.toDataURL("image/png");
}
