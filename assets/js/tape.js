// A measuring tape from 0 to 1 around a native range input; a mark stands at the saved cut.

import {h, svg} from "./dom.js";

export function tape({id, label, saved = null, moved, settled}) {
  const range = h("input", {
    type: "range", id, min: "0", max: "1", step: "0.001", "aria-label": label,
    on: {input: () => moved(Math.round(range.value * 1000)), change: () => settled()},
  });
  const element = h("div", {class: "tape"}, range,
    saved === null ? null : h("span", {class: "saved-mark", style: {left: `${saved / 10}%`}, "aria-hidden": "true"}),
    ticks());
  const move = (cut) => {
    const words = (cut / 1000).toFixed(3);
    range.value = words;
    range.setAttribute("aria-valuetext", words);
    element.style.setProperty("--cut", cut / 1000);
  };
  return {element, range, move};
}

function ticks() {
  const scale = svg("svg", {class: "ticks", "aria-hidden": "true"});
  for (let i = 0; i <= 100; i += 1) {
    const long = i % 10 === 0;
    scale.append(svg("line", {
      x1: `${i}%`, x2: `${i}%`, y1: 0, y2: long ? 9 : i % 5 === 0 ? 6 : 4, class: long ? "long" : "",
    }));
    if (long) {
      scale.append(svg("text", {x: `${i}%`, y: 21, "text-anchor": "middle"}, (i / 100).toFixed(1)));
    }
  }
  return scale;
}
