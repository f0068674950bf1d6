// The header: mark, menus, theme switch, and the tabs that open pages.
import {h, icon, showLink} from "./dom.js";
import {othersLine} from "./others.js";

function menu(act, fold, {name, label, value, options}) {
  const select = h("select", {
    name, "aria-label": label,
    on: {change: () => {
      fold();
      act("go", {[name]: select.value});
    }},
  }, options.map((option) => h("option", {value: option.value, text: option.label})));
  select.value = value;
  return h("label", {class: `menu menu-${name}`}, h("span", {class: "menu-label", text: label}), select, icon("down", 16));
}

function themeButton() {
  const button = h("button", {type: "button", class: "theme-switch"});
  const draw = () => {
    const dark = window.fittingRoomTheme.isDark();
    button.setAttribute("aria-label", dark ? "Use the light theme" : "Use the dark theme");
    button.replaceChildren(icon(dark ? "sun" : "moon"));
  };
  button.addEventListener("click", () => {
    window.fittingRoomTheme.toggle();
    draw();
  });
  new MutationObserver(draw).observe(document.body, {attributes: true, attributeFilter: ["class"]});
  draw();
  return button;
}

// Which page is seen is decided here and by CSS; Python fills it.
function showPage(name) {
  document.body.dataset.page = name;
  for (const page of document.querySelectorAll(".page")) {
    page.setAttribute("role", "tabpanel");
    page.setAttribute("aria-labelledby", page.id.replace("page-", "tab-"));
    page.hidden = page.id !== `page-${name}`;
  }
}

// Figures on corrected labels say so, and what they are on the others.
function showCorrected(strip, value) {
  const now = JSON.stringify(value ?? null);
  if (strip.dataset.shown === now) return;
  strip.dataset.shown = now;
  strip.hidden = !value;
  strip.classList.toggle("corrected-warn", Boolean(value?.warn));
  if (!value) {
    strip.replaceChildren();
    return;
  }
  strip.replaceChildren(value.warn ? icon("warning", 16) : "", h("span", {text: value.text}),
    value.warn ? h("span", {text: "Mostly where the model was wrong."}) : "",
    h("button", {type: "button", class: "link", text: "See what changed", on: {click: () => document.getElementById("tab-corrections")?.click()}}));
}

function tabs(act, pages, open) {
  const list = h("div", {class: "tabs", role: "tablist", "aria-label": "Pages"}, pages.map((page) =>
    h("button", {
      type: "button", role: "tab", id: `tab-${page.name}`, class: "tab",
      "aria-selected": page.name === open ? "true" : "false", "aria-controls": `page-${page.name}`,
      tabindex: page.name === open ? "0" : "-1", data: {page: page.name},
    }, page.title, page.name === "label" ? h("span", {class: "tab-badge", text: page.badge ? page.badge.toLocaleString("en-US") : ""}) : null)));
  const all = [...list.children];
  // On a narrow screen the tabs scroll: bring one into view without moving the page.
  const reveal = (tab) => {
    const beyond = tab.offsetLeft + tab.offsetWidth + 16 - list.clientWidth;
    list.scrollLeft = Math.max(beyond, Math.min(list.scrollLeft, tab.offsetLeft - 16));
  };
  requestAnimationFrame(() => reveal(all.find((tab) => tab.tabIndex === 0) ?? all[0]));
  const select = (tab) => {
    reveal(tab);
    for (const other of all) {
      other.setAttribute("aria-selected", other === tab ? "true" : "false");
      other.tabIndex = other === tab ? 0 : -1;
    }
    showPage(tab.dataset.page);
    act("go", {page: tab.dataset.page});
  };
  list.addEventListener("click", (event) => {
    const tab = event.target.closest(".tab");
    if (tab) select(tab);
  });
  list.addEventListener("keydown", (event) => {
    const at = all.indexOf(document.activeElement);
    const next = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1}[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    const tab = all[(next + all.length) % all.length];
    tab.focus();
    select(tab);
  });
  return list;
}

export function mount(root, act) {
  const menus = h("div", {class: "menus", id: "menus"});
  const unfold = (open) => {
    root.classList.toggle("menus-open", open);
    more.setAttribute("aria-expanded", open);
  };
  const fold = () => unfold(false);
  const more = h("button", {
    type: "button", class: "menus-more", "aria-expanded": "false", "aria-controls": "menus",
    on: {click: () => unfold(!root.classList.contains("menus-open"))},
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !root.classList.contains("menus-open")) return;
    fold();
    more.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!menus.contains(event.target) && !more.contains(event.target)) fold();
  });
  const bar = h("div", {class: "bar"},
    h("a", {class: "mark", href: "./"}, icon("mark", 24), h("span", {text: "Fitting Room"})),
    more, menus, themeButton());
  const nav = h("nav", {"aria-label": "Pages"});
  const strip = h("p", {class: "corrected-strip", role: "status", hidden: true});
  root.setAttribute("role", "banner");
  const others = othersLine(() => act("go", {}));
  root.append(bar, nav, strip, others.element);
  let pages = "";
  return (value) => {
    if (!value) return;
    const focused = document.activeElement?.closest(".menus select")?.name;
    menus.replaceChildren(...value.menus.map((one) => menu(act, fold, one)));
    if (focused) menus.querySelector(`select[name="${focused}"]`)?.focus();
    const workspace = value.menus.find((one) => one.name === "workspace");
    more.hidden = !value.menus.length;
    more.replaceChildren(h("span", {class: "off-screen", text: "Workspace, model, photos: "}),
      h("span", {text: workspace?.value ?? "Menus"}), icon("down", 16));
    const now = JSON.stringify([value.pages, value.page]);
    if (now !== pages) {
      const hadFocus = nav.contains(document.activeElement);
      nav.replaceChildren(tabs(act, value.pages, value.page));
      if (hadFocus) nav.querySelector('[aria-selected="true"]').focus();
      pages = now;
    }
    showPage(value.page);
    showCorrected(strip, value.corrected);
    others.seen(value.seen, value.page);
    document.title = `${value.pages.find((page) => page.name === value.page)?.title ?? ""} · Fitting Room`;
    showLink(value.link);
  };
}
