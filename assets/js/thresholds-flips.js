// Which photos change sides between the saved cut and this one: asked for when it is let go.

import {h, plural} from "./dom.js";
import {photoBox} from "./items.js";

export function flipsCard(bench, tag) {
  const title = h("h2", {}, "Photos that change sides");
  const note = h("p", {class: "dim", role: "status"});
  const list = h("ul", {class: "flips"});
  const element = h("section", {class: "card flips-card", "aria-label": "Photos that change sides"},
    h("div", {class: "flips-head"}, title, note), list);
  let asked = new AbortController();

  const rest = (words) => {
    title.textContent = "Photos that change sides";
    note.textContent = words;
    list.replaceChildren();
  };
  const settle = async (cut) => {
    asked.abort();
    asked = new AbortController();
    if (cut === tag.savedCut) { rest("None at the saved cut. Drag it to see which do."); return; }
    try {
      const response = await fetch(address(bench, tag, cut), {signal: asked.signal});
      if (!response.ok) { rest(await response.text()); return; }
      show(await response.json());
    } catch (error) {
      if (error.name !== "AbortError") rest("They could not be fetched; check that the app is still running.");
    }
  };
  const show = (found) => {
    const {gained, lost} = found;
    if (!gained && !lost) { rest("None between the saved cut and this one."); return; }
    title.textContent = gained ? `${plural(gained, "photo")} ${gained === 1 ? "gains" : "gain"} the tag`
      : `${plural(lost, "photo")} ${lost === 1 ? "loses" : "lose"} the tag`;
    const more = gained + lost - found.items.length;
    note.textContent = [`${found.right} rightly, ${found.wrong} wrongly`,
      found.unlabelled ? `${found.unlabelled} without a label` : "",
      more > 0 ? `the ${found.items.length} nearest shown` : ""].filter(Boolean).join(", ");
    list.replaceChildren(...found.items.map(item));
  };
  return {element, settle};
}

function item({item_id: id, thumb, score, right}) {
  const kind = right === null ? "" : right ? "right" : "wrong";
  return h("li", {class: kind}, photoBox(thumb, `Item ${id}`),
    h("strong", {}, score.toFixed(3)), h("span", {}, kind || "no label"));
}

function address(bench, tag, cut) {
  const [workspace, model] = bench.data.key;
  const url = new URL("thresholds/flips", document.baseURI);
  url.search = new URLSearchParams({
    workspace, model, photos: bench.data.photos, tag: tag.name, saved: tag.saved, cut: cut / 1000,
  });
  return url;
}
