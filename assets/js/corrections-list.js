// Corrections: the items whose labels were changed, with what, by whom, and which way it went.
import {h, icon} from "./dom.js";
import {pager, photoBox} from "./items.js";

const change = (one) => h("p", {class: "correction"},
  h("span", {class: "correction-what"}, h("span", {class: "ink3", text: `${one.task}: `}), h("s", {text: one.before}), " → ", h("strong", {text: one.after})),
  h("span", {class: "caption", text: [one.by, one.part, one.answer].filter(Boolean).join("; ")}),
  h("span", {class: `chip way-${one.way}`, text: one.way_words}));

const words = (item) => `Item ${item.name}: ${item.changes.map((one) => `${one.task} ${one.before} to ${one.after}, ${one.way_words}`).join("; ")}`;

export function mount(root, act) {
  let shown = "";
  const pick = (id) => {
    act("item", {item: id});
    if (innerWidth <= 780) document.getElementById("corrections-item")?.scrollIntoView({behavior: "smooth"});
  };
  const select = (value) => {
    for (const [at, card] of [...root.querySelectorAll(".corrected-item")].entries()) {
      card.setAttribute("aria-pressed", at === value.selected ? "true" : "false");
    }
  };
  const filter = ({key, label, value, options}) => {
    const menu = h("select", {"aria-label": label, data: {key}, on: {change: () => act("narrow", {[key]: menu.value})}},
      options.map(([name, text]) => h("option", {value: name, text})));
    menu.value = value;
    return h("span", {class: "choose"}, menu, icon("down", 14));
  };

  return (value) => {
    if (!value) {
      shown = "";
      root.replaceChildren();
      return;
    }
    const now = JSON.stringify({...value, selected: null});
    if (now === shown) {
      select(value);
      return;
    }
    shown = now;
    const active = root.contains(document.activeElement) ? document.activeElement : null;
    const [key, label] = [active?.dataset.key, active?.getAttribute("aria-label")];
    const body = [
      h("div", {class: "plot-menus"}, value.filters.filter((one) => one.options.length > 2 || one.value).map(filter)),
      h("ul", {class: "cards corrected"}, value.items.map((item) => h("li", null, h("button", {
        type: "button", class: "corrected-item", "aria-label": words(item), "aria-pressed": "false", on: {click: () => pick(item.id)},
      }, h("span", {class: "corrected-photo"}, photoBox(item.thumb, "")), h("span", {class: "corrected-changes"}, item.changes.map(change)))))),
      h("div", {class: "cell-foot"}, pager(value, (page) => act("turn", {page})), h("a", {class: "link", href: value.csv, download: "", text: "Save as CSV"})),
    ];
    root.replaceChildren(h("section", {class: "card", "aria-label": value.title}, h("h2", {text: value.title, "aria-live": "polite"}), ...body));
    select(value);
    if (key) root.querySelector(`select[data-key="${key}"]`)?.focus();
    else if (label) root.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus();
  };
}
