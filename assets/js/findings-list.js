// Findings, left: the checks with their counts, the filters, and the findings in pages.
import {h, icon, count, copyLinkButton, percent, plural, say} from "./dom.js";
import {desk} from "./findings-desk.js";
import {pager, photoBox} from "./items.js";

const NARROW = 900; // pixels up to which the finding that is looked at stands beneath the list

const typing = (target) => target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable='true']");

function checks(value) {
  const buttons = value.checks.map((one) => h("li", null, h("button", {
    type: "button", class: `check ${one.skipped ? "check-skipped" : ""}`, "aria-pressed": one.value === value.check ? "true" : "false",
    "aria-label": `${one.title}, ${one.skipped ? "not checked" : plural(one.count, "finding")}`,
    on: {click: () => desk.act("filter", {check: one.value})},
  }, h("span", {class: "check-title", text: one.title}),
  h("span", {class: "check-count", text: one.skipped ? "not checked" : count(one.count)}))));
  const reasons = [...new Set(value.checks.map((one) => one.skipped).filter(Boolean))];
  return h("nav", {class: "card checks", "aria-label": "Checks"}, h("h2", {text: "Checks"}), h("ul", null, buttons),
    reasons.map((text) => h("p", {class: "caption checks-why", text: `Not checked: ${text}.`})));
}

function filters(value) {
  const states = h("div", {class: "segments", role: "group", "aria-label": "Decided or not"}, value.states.map((one) => h("button", {
    type: "button", "aria-pressed": one.value === value.state ? "true" : "false", "aria-label": `${one.title}, ${count(one.count)}`,
    on: {click: () => desk.act("filter", {state: one.value})},
  }, one.title, " ", h("span", {class: "segment-count", text: count(one.count)}))));
  return h("div", {class: "finding-filters"}, states);
}

function sides(value) {
  const select = h("select", {"aria-label": "Side of the split", on: {change: () => desk.act("filter", {of: select.value || null})}},
    value.sides.map((one) => h("option", {value: one.value, text: one.title})));
  select.value = value.side;
  return h("span", {class: "choose"}, select, icon("down", 14));
}

function row(one) {
  const tick = h("input", {type: "checkbox", class: "finding-tick", "aria-label": `Choose ${one.check}, ${one.name}`, data: {key: one.key}});
  const words = [one.check, one.name, one.because, one.suggested ? `suggested: ${one.suggested}` : null, `suspicion ${percent(one.suspicion)}`, one.decided || null].filter(Boolean).join(", ");
  const chips = [
    one.suggested ? h("span", {class: "chip chip-tagged", text: `suggested: ${one.suggested}`}) : null,
    ...one.sides.map((side) => h("span", {class: "chip", text: side})),
    one.corrected ? h("span", {class: "chip", text: "corrected"}) : null,
    one.decided ? h("span", {class: "chip finding-decided", text: one.decided}) : null,
  ];
  return h("li", {class: "finding", data: {key: one.key}}, h("label", {class: "finding-pick"}, tick),
    h("button", {type: "button", class: "finding-open", "aria-label": words, data: {key: one.key}},
      h("span", {class: "finding-photos"}, one.items.map((item) => h("span", {class: "finding-photo"}, photoBox(item.thumb, "", {crop: true}))),
        one.number > one.items.length ? h("span", {class: "finding-more", text: `+${one.number - one.items.length}`}) : null),
      h("span", {class: "finding-words"},
        h("span", {class: "finding-title"}, h("strong", {text: one.check}), h("span", {class: "finding-name", text: one.name})),
        h("span", {class: "finding-because", text: one.because}),
        h("span", {class: "finding-chips"}, chips)),
      h("span", {class: "finding-suspicion"},
        h("span", {class: "finding-share", text: percent(one.suspicion)}),
        h("span", {class: "bar-track"}, h("span", {class: "bar-fill bar-wrong", style: {width: `${100 * one.suspicion}%`}})),
        h("span", {class: "finding-what", text: "suspicion"}))));
}

export function mount(root, act) {
  desk.act = act;
  let anchor = 0; // where a shift-click begins
  let drawn = "";
  const bar = h("div", {class: "finding-choose", "aria-live": "polite"});
  const rows = () => [...root.querySelectorAll(".finding")];

  const mark = () => {
    const {value, looked, picked} = desk;
    if (!value) return;
    for (const node of rows()) {
      const {key} = node.dataset;
      const shown = value.rows.some((one) => one.key === key);
      const open = node.querySelector(".finding-open");
      node.classList.toggle("finding-leaving", !shown);
      node.classList.toggle("finding-looked", key === looked);
      node.classList.toggle("finding-picked", picked.has(key));
      node.querySelector("input").checked = picked.has(key);
      open.setAttribute("aria-current", key === looked ? "true" : "false");
      open.tabIndex = key === looked ? 0 : -1;
    }
    const here = rows().map((node) => node.dataset.key);
    const whole = here.length && here.every((key) => picked.items.has(key));
    bar.replaceChildren(...[
      picked.size ? h("strong", {text: `${plural(picked.size, "finding")} chosen`}) : null,
      here.length > 1 && !whole && !picked.all ? link(`Choose all ${count(here.length)} on this page`, () => picked.add(here)) : null,
      picked.size && !picked.all && value.total > here.length ? link(`Choose all ${count(value.total)} listed`, () => picked.set([], value.total)) : null,
      picked.size ? link("Choose none", () => picked.clear()) : null,
    ].filter(Boolean));
  };
  const link = (text, click) => h("button", {type: "button", class: "link", text, on: {click: () => {
    click();
    (bar.querySelector("button") ?? root.querySelector(".finding-open")).focus();
  }}});
  const pick = (key, range) => {
    const keys = rows().map((node) => node.dataset.key);
    const at = keys.indexOf(key);
    if (desk.picked.all) desk.picked.set(keys);
    if (range) desk.picked.add(keys.slice(Math.min(anchor, at), Math.max(anchor, at) + 1));
    else desk.picked.toggle(key);
    anchor = at;
  };
  const reveal = () => {
    const node = rows().find((one) => one.dataset.key === desk.looked);
    if (root.contains(document.activeElement) && document.activeElement.matches(".finding-open")) node?.querySelector(".finding-open").focus({preventScroll: true});
    if (innerWidth > NARROW) node?.scrollIntoView({block: "nearest"}); // beneath the list stays what is looked at
  };

  root.addEventListener("click", (event) => {
    const tick = event.target.closest(".finding-tick");
    const open = event.target.closest(".finding-open");
    if (tick) {
      event.stopPropagation();
      pick(tick.dataset.key, event.shiftKey);
    } else if (open && (event.shiftKey || event.ctrlKey || event.metaKey)) pick(open.dataset.key, event.shiftKey);
    else if (open) {
      anchor = rows().findIndex((node) => node.dataset.key === open.dataset.key);
      desk.look(open.dataset.key);
      if (innerWidth <= NARROW) document.getElementById("findings-item")?.scrollIntoView({behavior: "smooth"});
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (!desk.value || !root.checkVisibility()) return;
    const walks = event.target === document.body || event.target.closest?.(".finding");
    const done = {
      j: () => desk.move(1), k: () => desk.move(-1),
      arrowdown: () => walks && desk.move(1), arrowup: () => walks && desk.move(-1),
      a: () => desk.decide("accepted"), d: () => desk.decide("dismissed"),
      r: relabel,
      x: () => desk.looked && pick(desk.looked, false), u: () => desk.undo(),
      escape: () => (desk.picked.size ? desk.picked.clear() : false),
    }[event.key.toLowerCase()]?.();
    if (done === false || !/^([jkadrxu]|arrowup|arrowdown|escape)$/i.test(event.key)) return;
    event.preventDefault();
    reveal();
  });
  desk.picked.watch(mark);
  desk.watch(mark);

  return (value) => {
    if (!value) {
      desk.value = null;
      root.replaceChildren();
      drawn = "";
      return;
    }
    const before = desk.value;
    const moved = before && (before.check !== value.check || before.state !== value.state || before.side !== value.side);
    if (moved) desk.picked.clear();
    if (!desk.show(value)) {
      desk.tell();
      return;
    }
    const now = JSON.stringify({...value, looked: null, answered: null, newest: null});
    if (now !== drawn) {
      drawn = now;
      draw(root, value, bar, act);
    }
    desk.tell();
    reveal();
  };
}

// What the button says: the suggested answers of those that are picked, or the answer that is chosen.
function relabel() {
  const button = document.querySelector("#findings-item .finding-suggested, #findings-item .choice-save");
  if (button && !button.disabled) button.click();
  else say(desk.picked.size ? "None of them has a suggested answer." : "Choose a label first, then press R.");
}

function draw(root, value, bar, act) {
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  const [label, key] = [focused?.getAttribute("aria-label"), focused?.closest(".finding")?.dataset.key];
  const ways = ["csv", "json"].map((kind) => h("a", {class: "link", href: `download/findings.${kind}?${value.link}`, download: "", text: `Save as ${kind.toUpperCase()}`}));
  const show = value.empty.show;
  const body = value.rows.length ? [
    h("ol", {class: "finding-rows"}, value.rows.map(row)),
    h("div", {class: "cell-foot"}, pager(value, (page) => act("turn", {page}), "findings"),
      h("div", {class: "cell-links"}, copyLinkButton({class: "link"}), ways)),
  ] : [h("div", {class: "finding-none"}, h("h3", {text: value.empty.title}), h("p", {text: value.empty.text}),
    show ? h("button", {type: "button", class: "button", text: value.empty.button, on: {click: () => act("filter", show)}}) : null)];
  root.replaceChildren(checks(value), h("section", {class: "card finding-list", "aria-label": "Findings"}, filters(value),
    h("div", {class: "finding-bar"}, bar, sides(value)), ...body));
  const chosen = root.querySelector('.check[aria-pressed="true"]');
  chosen.closest("ul").scrollLeft = chosen.offsetLeft - 40; // a narrow screen shows them in one line
  if (key) (root.querySelector(`.finding[data-key="${key}"] ${focused.matches("input") ? "input" : ".finding-open"}`) ?? root.querySelector('.finding-open'))?.focus({preventScroll: true});
  else if (label) root.querySelector(`[aria-label^="${CSS.escape(label.split(",")[0])}"]`)?.focus({preventScroll: true});
}
