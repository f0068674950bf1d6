// The page's head on the right: which saved cuts are in use, and saving the next version.

import {h, plural} from "./dom.js";
import {personField} from "./person.js";

export function bundleBar(bench) {
  const [current] = bench.data.bundles;
  const next = Math.max(...bench.data.bundles.map((bundle) => bundle.version), bench.data.newest) + 1;
  const state = h("span", {class: "off-screen", role: "status"});
  const button = h("button", {type: "button", class: "button primary small", on: {click: () => bench.save()}});
  const summary = h("summary", {});
  const person = personField();
  const menu = h("details", {class: "bundle-menu"}, summary,
    versionList(bench, person, () => { menu.open = false; }));
  closeOutside(menu, summary);
  const update = () => {
    const n = bench.changed.length;
    summary.textContent = `Bundle ${current.label}, ${n ? "changed" : "saved"}`;
    state.textContent = n ? `${plural(n, "cut")} not saved` : "";
    button.textContent = `Save as v${next}`;
    button.disabled = n === 0;
    button.title = n ? "" : "All cuts are saved";
  };
  const busy = () => { button.textContent = "Saving"; button.disabled = true; };
  update();
  return {element: h("div", {class: "bench-bar"}, state, menu, button), update, busy,
    name: () => person.value.trim()};
}

function versionList(bench, person, close) {
  const list = h("ul", {});
  bench.data.bundles.forEach((bundle, i) => {
    const who = bundle.version === 0 ? "chosen by training" : `saved by ${bundle.saved_by}`;
    list.append(h("li", {}, h("button", {
      type: "button",
      on: {click: () => { bench.load(bundle.thresholds); close(); }},
    },
    h("strong", {}, bundle.label), h("span", {}, ` ${who} `),
    h("span", {class: "dim"}, `${moment(bundle.saved_at)}${i === 0 ? ", in use" : ""}`))));
  });
  return h("div", {class: "bundle-list"},
    h("p", {class: "dim"}, "Choose one to take over its cuts; saving makes a new version."), list,
    h("label", {class: "person"}, h("span", {}, "Saved by (your name)"), person));
}

function closeOutside(menu, summary) {
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) { menu.open = false; summary.focus(); }
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  const outside = (event) => { if (!menu.contains(event.target)) menu.open = false; };
  menu.addEventListener("toggle", () => {
    if (menu.open) document.addEventListener("pointerdown", outside);
    else document.removeEventListener("pointerdown", outside);
  });
}

function moment(iso) {
  const date = new Date(iso);
  if (!iso || Number.isNaN(date.getTime())) return "";
  return date.toLocaleString("en-GB", {dateStyle: "medium", timeStyle: "short"});
}
