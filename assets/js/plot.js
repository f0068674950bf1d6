// A plot with the table behind it: drawn by plotly.js, which is fetched when the first plot is seen.
// The value names colours by token, so that the plot follows the theme.
import {h, icon} from "./dom.js";
import {onTheme, token} from "./cells.js";
import {plotFoot, plotKeys} from "./plot-tools.js";

const HEIGHT = 300;
const SAVED = {width: 800, height: 520};
let library = null;

// plotly.js, once for all plots.
function plotly() {
  library ??= new Promise((resolve, reject) => {
    const script = h("script", {src: new URL("../plotly.min.js", import.meta.url).href});
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => { library = null; reject(new Error("plotly.min.js")); });
    document.head.append(script);
  });
  return library;
}

const traceOf = (mark) => {
  const colour = token(mark.colour);
  const common = {
    name: mark.name, x: mark.x, y: mark.y, yaxis: mark.panel ? `y${mark.panel + 1}` : "y",
    hovertext: mark.tips, hoverinfo: mark.tips ? "text" : "x+y+name",
  };
  if (mark.kind === "bars") return {...common, type: "bar", width: mark.width, marker: {color: colour, line: {color: token("surface"), width: 1}}};
  if (mark.kind === "gaps") {
    return {...common, type: "bar", width: mark.width * 0.5, base: mark.base,
      marker: {color: "rgba(0,0,0,0)", line: {color: colour, width: 1.5}, pattern: {shape: "/", fgcolor: colour, size: 6, solidity: 0.35}}};
  }
  const dash = mark.kind === "dashes" ? "dash" : "solid";
  return {...common, type: "scatter", mode: mark.lines || mark.x.length > 60 || mark.tips === undefined && mark.kind === "dashes" && mark.x.length === 2 ? "lines" : "lines+markers",
    line: {color: colour, width: 2, dash}, marker: {color: colour, size: mark.x.length === 1 ? 9 : 5}};
};

const axis = (more) => ({
  gridcolor: token("line"), zerolinecolor: token("line"), linecolor: token("edge"), tickcolor: token("edge"),
  tickfont: {size: 11, color: token("ink2")}, fixedrange: true, automargin: true, ...more,
  title: {text: more.title, font: {size: 12, color: token("ink2")}, standoff: 6},
});

function layoutOf(value) {
  const layout = {
    paper_bgcolor: token("surface"), plot_bgcolor: token("surface"), showlegend: false, barmode: "overlay",
    bargap: 0, margin: {l: 8, r: 20, t: 8, b: 8}, hovermode: "closest",
    font: {family: "system-ui, sans-serif", size: 12, color: token("ink2")},
    hoverlabel: {bgcolor: token("ink"), bordercolor: token("ink"), font: {size: 12, color: token("page")}},
    shapes: [], annotations: [],
    xaxis: axis({title: value.x.title, range: value.x.range, tickformat: value.x.percent ? ".0%" : undefined,
      dtick: value.x.percent ? 0.2 : value.x.whole && few(value) ? 1 : undefined, rangemode: "tozero",
      anchor: value.panels.length > 1 ? `y${value.panels.length}` : "y"}),
  };
  let top = 1;
  value.panels.forEach((panel, at) => {
    const bottom = Math.max(0, top - (panel.share ?? 1 / value.panels.length));
    const last = at === value.panels.length - 1;
    layout[at ? `yaxis${at + 1}` : "yaxis"] = axis({title: panel.title, range: panel.range, rangemode: panel.close ? "normal" : "tozero",
      tickformat: panel.percent ? ".0%" : undefined, nticks: panel.share < 0.3 ? 3 : 6,
      domain: [last ? 0 : bottom + 0.06, top]});
    top = bottom;
  });
  for (const line of value.lines ?? []) {
    layout.shapes.push({type: "line", xref: "x", yref: "paper", x0: line.at, x1: line.at, y0: 0, y1: 1,
      line: {color: token("ink3"), width: 1, dash: "dot"}});
    layout.annotations.push({x: line.at, xref: "x", y: 1, yref: "paper", text: line.words, showarrow: false,
      xanchor: "left", yanchor: "top", font: {size: 11, color: token("ink3")}});
  }
  return layout;
}

const few = (value) => Math.max(...value.marks.flatMap((mark) => mark.x), 0) < 20;

// plotly.js reads a few HTML tags in titles.
const plain = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

async function imageOf(value, format) {
  const Plotly = await plotly();
  const layout = {
    ...layoutOf(value), margin: {l: 8, r: 24, t: 64, b: 8}, showlegend: true, legend: {orientation: "h", y: -0.16},
    title: {text: `<b>${plain(value.title)}, ${plain(value.of)}</b><br>${plain(value.note)}`, font: {size: 14, color: token("ink")}, x: 0.02, xanchor: "left"},
  };
  const data = value.marks.map((mark) => ({...traceOf(mark), showlegend: !mark.quiet}));
  return Plotly.toImage({data, layout}, {format, ...SAVED, scale: format === "png" ? 2 : 1});
}

const keysOf = (value) => value.marks.filter((mark) => !mark.quiet)
  .map(({name, colour, kind}) => ({words: name, colour, kind}));

// Menus above a plot. Each {key, label, value, options: [[value, words]]}; a choice is an event.
function menus(choices, act) {
  return h("div", {class: "plot-menus"}, choices.map(({key, label, value, options}) => {
    const select = h("select", {"aria-label": label, data: {key}, on: {change: () => act("choose", {key, value: select.value})}},
      options.map(([name, words]) => h("option", {value: name, text: words})));
    select.value = value;
    return h("span", {class: "choose"}, select, icon("down", 14));
  }));
}

export function mount(root, act) {
  let value = null;
  let drawn = "";
  const area = h("div", {class: "plot-area", role: "img"});

  const draw = async () => {
    if (!value || !area.clientWidth) return; // seen later: the observer calls again
    const now = JSON.stringify([value, area.clientWidth, document.body.classList.contains("dark")]);
    if (now === drawn) return;
    drawn = now;
    try {
      const Plotly = await plotly();
      if (now !== drawn) return;
      await Plotly.react(area, value.marks.map(traceOf), {...layoutOf(value), width: area.clientWidth, height: HEIGHT},
        {displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false});
    } catch {
      drawn = "";
      area.replaceChildren(h("p", {class: "empty", text: "The plot could not be drawn; its figures are in the table below."}));
      root.querySelector("details")?.setAttribute("open", "");
    }
  };
  new ResizeObserver(draw).observe(area);
  onTheme(draw);

  return (next) => {
    value = next;
    root.closest(".block")?.classList.toggle("plot-none", !value);
    if (!value) {
      root.replaceChildren();
      return;
    }
    const open = root.querySelector("details")?.open;
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    area.setAttribute("aria-label", value.words);
    const foot = plotFoot({
      title: value.title, name: value.name, table: () => value.table, image: (format) => imageOf(value, format),
    });
    root.replaceChildren(h("section", {class: "card plot-card", "aria-label": value.title},
      h("div", {class: "plot-head"}, h("h3", {text: value.title}), h("p", {class: "caption", text: value.note})),
      value.choices ? menus(value.choices, act) : null,
      area,
      plotKeys(keysOf(value)), foot.element));
    if (open) foot.details.open = true;
    if (focused) root.querySelector(`select[data-key="${focused}"]`)?.focus();
    drawn = "";
    draw();
  };
}
