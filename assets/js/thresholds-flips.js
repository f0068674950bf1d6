// Which photos change sides between the saved cut and this one: asked for when it is let go, and
// to be looked at large, relabelled one by one or many at once.
import {h, count, plural} from "./dom.js";
import {ItemGrid} from "./item-grid.js";
import {ItemPanel} from "./item-panel.js";
import {oneItem} from "./item-server.js";
import {itemCard, pager} from "./items.js";
import {pickedOn} from "./picked.js";

const KINDS = {all: "All", right: "Right", wrong: "Wrong", unlabelled: "No label"};
const TITLE = "Photos that change sides";

// What is open outlives the card, which is drawn anew after each save.
const place = {of: "all", at: 0, item: null, about: "", heard: null};

export function flipsCard(bench, tag) {
  const title = h("h2", {}, TITLE);
  const note = h("p", {class: "dim", role: "status"});
  const body = h("div");
  const beside = h("div", {class: "flips-item"});
  const element = h("section", {class: "card flips-card", "aria-label": TITLE}, h("div", {class: "flips-head"}, title, note), body);
  const picked = pickedOn("thresholds");
  const grid = new ItemGrid(picked, {look: (id) => look(id), card: flipCard});
  const panel = new ItemPanel(beside, {
    picked, noun: "Photo", step: (by) => step(by),
    save: (wish) => bench.act("relabel", {...wish, tag: tag.name}),
  });
  let asked = new AbortController();
  let cut = null;
  let found = null;

  const rest = (words) => {
    found = null;
    title.textContent = TITLE;
    note.textContent = words;
    body.replaceChildren();
    panel.show(null);
  };
  const settle = async (next) => {
    cut = next;
    const about = JSON.stringify([bench.data.key, tag.name, tag.savedCut, cut, bench.data.photos]);
    if (place.about !== about) {
      Object.assign(place, {of: "all", at: 0, item: null, about});
      grid.leave();
    }
    if (cut === tag.savedCut) { rest("None at the saved cut. Drag it to see which do."); return; }
    await fetchPage();
  };
  const fetchPage = async () => {
    asked.abort();
    asked = new AbortController();
    try {
      const response = await fetch(address(bench, tag, cut), {signal: asked.signal});
      if (!response.ok) { rest(await response.text()); return; }
      found = await response.json();
      place.at = found.page;
      show();
      if (place.item) await look(place.item);
    } catch (error) {
      if (error.name !== "AbortError") rest("They could not be fetched; check that the app is still running.");
    }
  };
  const show = () => {
    const {gained, lost, right, wrong, unlabelled} = found;
    if (!gained && !lost) { rest("None between the saved cut and this one."); return; }
    title.textContent = gained ? `${plural(gained, "photo")} ${gained === 1 ? "gains" : "gain"} the tag`
      : `${plural(lost, "photo")} ${lost === 1 ? "loses" : "lose"} the tag`;
    note.textContent = [`${count(right)} rightly, ${count(wrong)} wrongly`, unlabelled ? `${count(unlabelled)} without a label` : ""].filter(Boolean).join(", ");
    const open = found.items.findIndex((item) => item.id === place.item);
    grid.show({...found, selected: open});
    body.replaceChildren(kinds(), ...(found.items.length
      ? [grid.bar, h("div", {class: "flips-body"}, h("div", null, grid.element, pager(found, turn)), beside)]
      : [h("p", {class: "empty", text: "None of these. Choose another kind."})]));
    if (place.item === null) panel.show({...meant(), item: null});
  };
  // The answer to a save is told to the form once.
  const meant = () => {
    const {questions, list, seen, total} = found;
    const key = bench.data.answered === place.heard ? null : bench.data.answered;
    place.heard = bench.data.answered;
    return {questions, list, seen, total, answered: key};
  };
  const kinds = () => h("div", {class: "segments", role: "group", "aria-label": "Which photos"},
    Object.entries(KINDS).filter(([kind]) => kind !== "unlabelled" || found.unlabelled).map(([kind, words]) => h("button", {
      type: "button", "aria-pressed": kind === found.kind ? "true" : "false", data: {kind}, on: {click: async () => {
        Object.assign(place, {of: kind, at: 0, item: null});
        grid.leave();
        await fetchPage();
        body.querySelector(`[data-kind="${kind}"]`)?.focus();
      }}}, `${words} ${count(kind === "all" ? found.gained + found.lost : found[kind])}`)));
  const turn = (page) => {
    Object.assign(place, {at: page, item: null});
    fetchPage();
  };
  const look = async (id) => {
    place.item = id;
    const at = found.items.findIndex((item) => item.id === id);
    grid.mark(at);
    const [workspace, model] = bench.data.key;
    try {
      const item = await oneItem({workspace, model, id});
      if (place.item !== id || !found) return;
      panel.show({...meant(), item, number: at < 0 ? null : found.first + at});
    } catch (error) {
      note.textContent = error.message;
    }
  };
  const step = async (by) => {
    const at = found.items.findIndex((item) => item.id === place.item) + by;
    if (found.items[at]) { look(found.items[at].id); return; }
    const page = found.page + by;
    if (page < 0 || page >= found.pages) return;
    Object.assign(place, {at: page, item: null});
    await fetchPage();
    if (found?.items.length) look(found.items[by > 0 ? 0 : found.items.length - 1].id);
  };
  return {element, settle};
}

function flipCard(item, click) {
  const card = itemCard(item, click);
  card.classList.add(`flip-${item.guesses[0].name.replace(" ", "-")}`);
  return card;
}

function address(bench, tag, cut) {
  const [workspace, model] = bench.data.key;
  const url = new URL("thresholds/flips", document.baseURI);
  url.search = new URLSearchParams({
    workspace, model, photos: bench.data.photos, tag: tag.name, saved: tag.saved, cut: cut / 1000, of: place.of, at: place.at,
  });
  return url;
}
