// Explore, first row: how much there is, and what is wrong with it.
import {h} from "./dom.js";

export function mount(root, act) {
  return (value) => {
    if (!value) return;
    root.replaceChildren(h("ul", {class: "tiles"}, value.tiles.map((tile) => h("li", {class: "tile"},
      h("strong", {class: `tile-figure${tile.figure.length > 15 ? " tile-long" : ""}`, text: tile.figure}),
      h("span", {class: "tile-words", text: tile.words}),
      tile.show ? h("button", {
        type: "button", class: "link", text: "Show", "aria-label": `Show ${tile.words}`,
        on: {click: () => act("show", {show: tile.show})},
      }) : null))));
  };
}
