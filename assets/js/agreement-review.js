// Agreement, above: the figures at a glance, and what people do not agree on, one item after the other; a reviewer settles it.
import {h, icon, count, plural, say} from "./dom.js";
import {itemView} from "./item-view.js";
import {photoBox} from "./items.js";
import {listen} from "./keyboard.js";
import {freshKey, personField, personName} from "./person.js";
import {classSearch} from "./relabel.js";

const WATCH = 700; // milliseconds between two looks at the weighing

const cap = (key) => (key ? h("kbd", {class: "key-cap", "aria-hidden": "true", text: key}) : null);

export function mount(root, act) {
  let value = null;
  let timer = 0;
  let chosen = null; // answer of the open row that is not saved yet
  let drawn = null; // the row on screen
  let form = null;
  const past = []; // keys of settlements, to be undone

  const answers = () => value.open.answers.filter((one) => !value.open.is_tag || one.value !== "cannot tell");
  const mark = (at) => {
    chosen = answers()[at].value;
    form.buttons.forEach((button, place) => button.setAttribute("aria-pressed", String(place === at)));
    form.save.disabled = false;
  };
  const choose = (at) => {
    mark(at);
    form.buttons[at].scrollIntoView({block: "nearest"});
    form.save.focus({preventScroll: true}); // Space and Enter save
  };
  const save = () => {
    if (chosen === null) {
      say("Choose an answer first, or press S for the next.");
      return;
    }
    if (form.save.getAttribute("aria-disabled")) return;
    form.save.setAttribute("aria-disabled", "true");
    form.save.textContent = "Saving";
    const key = freshKey();
    past.push(key);
    act("settle", {item: value.open.item_id, task: value.open.task, value: chosen, at: value.at, key, by: personName()});
  };
  const undo = () => {
    if (past.length) act("takeback", {key: past.pop(), by: personName()});
    else say("There is nothing to undo here yet.");
  };
  const go = (at) => {
    if (at >= 0 && at < value.total) act("row", {at});
    else say(at < 0 ? "This is the first." : "This is the last.");
  };
  const send = () => act("send", {item: value.open.item_id, by: personName()});

  listen(() => form && value?.open && {
    node: form.node,
    classes: value.open.is_tag ? [{key: "-"}] : answers().filter((one) => one.key),
    tags: value.open.is_tag ? answers().map((one) => ({key: one.key?.toLowerCase()})) : [],
    choose, toggle: choose,
    other: (key, event) => {
      const button = event.target.closest?.("button, summary, a");
      if (key === " " && (!button || form.node.contains(button))) save();
      else if (key.toLowerCase() === "u") undo();
      else if (key.toLowerCase() === "s") go(value.at + 1);
      else if (key.toLowerCase() === "b") go(value.at - 1);
      else if (key.toLowerCase() === "q") send();
      else return false;
      return true;
    },
  });

  const answerForm = () => {
    const {open} = value;
    const buttons = answers().map((one, at) => h("button", {type: "button", class: "choice agree-answer", "aria-pressed": "false", on: {click: () => choose(at)}},
      cap(one.key), h("span", {class: "agree-answer-words"}, h("span", {class: "choice-name", text: one.name}),
        one.who.length ? h("span", {class: "agree-who", text: one.who.join(", ")}) : null),
      one.model ? h("span", {class: "choice-note", text: `model ${one.model}`}) : null));
    const node = h("div", {class: "relabel"},
      h("h3", {text: open.is_tag ? `Is it ${open.task_name}?` : "Which category is it?"}),
      open.is_tag ? null : classSearch(buttons, answers().map((one) => ({name: one.name}))),
      h("ul", {class: "choices"}, buttons.map((button) => h("li", null, button))),
      h("p", {class: "caption", text: open.told}));
    const saveButton = h("button", {type: "button", class: "button primary choice-save", disabled: true, on: {click: save}}, "Settle it", cap("Space"));
    node.append(h("div", {class: "relabel-do"}, saveButton,
      h("button", {type: "button", class: "button", on: {click: () => go(value.at + 1)}}, "Skip", cap("S"))),
    h("div", {class: "agree-more"},
      h("button", {type: "button", class: "button small", disabled: open.sent, on: {click: send}}, open.sent ? "Waits for another vote" : "Ask for another vote", open.sent ? null : cap("Q")),
      h("button", {type: "button", class: "button small", disabled: !past.length, on: {click: undo}}, "Undo", cap("U"))),
    h("label", {class: "relabel-person caption"}, h("span", {text: "Settled by"}), personField()));
    return {node, buttons, save: saveButton};
  };

  const list = () => h("ol", {class: "agree-list", start: String(value.first + 1)}, value.rows.map((one, place) => {
    const at = value.first + place;
    return h("li", null, h("button", {type: "button", class: "agree-row", "aria-current": at === value.at ? "true" : null,
      "aria-label": `${count(at + 1)}: item ${one.short}, ${one.task}, ${one.votes}${one.sent ? ", waits for another vote" : ""}`, on: {click: () => act("row", {at})}},
    h("span", {class: "agree-thumb"}, photoBox(one.thumb, "", {crop: true})),
    h("span", {class: "agree-row-words"}, h("span", {class: "agree-row-task", text: one.task}), h("span", {text: one.votes}),
      one.sent ? h("span", {class: "caption", text: "waits for another vote"}) : null)));
  }));

  const pages = () => {
    const {first, per_page: size, total} = value;
    const last = Math.min(first + size, total);
    const button = (name, words, at, off) => h("button", {type: "button", class: "button square", "aria-label": words, disabled: off, on: {click: () => act("row", {at})}}, icon(name, 16));
    return h("div", {class: "pager"}, h("span", {class: "dense ink2", text: `${count(first + 1)} to ${count(last)} of ${count(total)}`}),
      total > size ? h("div", {class: "pager-buttons"}, button("left", "Rows before", first - size, first <= 0), button("right", "Rows after", first + size, last >= total)) : null);
  };

  const tiles = () => h("div", {class: "agree-tiles"}, value.tiles.map((tile) => h("p", {class: "card agree-tile"}, h("strong", {text: tile.figure}), h("span", {text: tile.words}))));

  const weighing = () => {
    const job = value.weighing;
    if (!job) return null;
    const words = job.running ? "Weighing the votes by how reliable everybody is" : job.error;
    return h("div", {class: "agree-weighing", "aria-live": "polite"}, h("span", {class: "dense", text: words}),
      job.running ? h("span", {class: "bar-track", role: "progressbar", "aria-label": words, "aria-valuemin": "0", "aria-valuemax": String(job.total || 1), "aria-valuenow": String(job.done)},
        h("span", {class: "bar-fill bar-first", style: {width: `${job.total ? (100 * job.done) / job.total : 3}%`}})) : null,
      h("button", {type: "button", class: "button small", text: job.running ? "Stop" : "Weigh them", on: {click: () => act("weigh", {do: job.running ? "stop" : "again"})}}));
  };

  const choice = () => {
    if (value.tasks.length <= 2) return null;
    const select = h("select", {"aria-label": "Which question", on: {change: () => act("task", {task: select.value})}},
      value.tasks.map((one) => h("option", {value: one.value, text: one.value === "all" ? "every question" : one.label})));
    select.value = value.task;
    return h("span", {class: "choose"}, select, icon("down", 14));
  };

  const head = (title) => h("div", {class: "card-head"}, h("div", null, h("h2", {text: title}),
    h("p", {class: "caption", text: `Ordered by how much one more vote would settle. What a reviewer says wins over votes.${value.outside ? ` ${plural(value.outside, "more is", "more are")} of items that are not in this catalog; the CSV has them.` : ""}`})), choice(),
  value.total ? h("a", {class: "link", href: `agreement/table/review.csv?workspace=${encodeURIComponent(value.workspace)}`, download: "review.csv", text: "CSV"}) : null);

  const draw = () => {
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    const [label, saved] = [focused?.getAttribute("aria-label"), focused?.classList.contains("choice-save") || focused?.classList.contains("agree-answer")];
    const scroll = root.querySelector(".agree-list")?.scrollTop ?? 0;
    form = null;
    const row = value.open ? `${value.open.task} ${value.open.item_id}` : null;
    const kept = row !== null && row === drawn ? chosen : null; // figures may come meanwhile
    drawn = row;
    chosen = null;
    if (!value.total) {
      root.replaceChildren(tiles(), h("section", {class: "card agree-review"}, head("To settle"), weighing(),
        value.weighing ? null : h("p", {class: "empty", text: "Nothing is left to settle here: where several people answered, they agree, or a reviewer has decided."})));
      return;
    }
    form = answerForm();
    const view = itemView(value.open.item, {form: form.node, folded: true});
    const unsent = value.unsent ? h("button", {type: "button", class: "button small agree-send-all", text: `Ask for another vote on ${value.unsent === value.total && value.total > 1 ? "all " : ""}${plural(value.unsent, "row")}`,
      on: {click: () => act("send", {all: true, by: personName()})}}) : null;
    root.replaceChildren(tiles(), h("section", {class: "card agree-review", "aria-label": "To settle"}, head(`${plural(value.total, "answer")} to settle`), weighing(),
      h("div", {class: "agree-desk"}, h("div", {class: "agree-side"}, list(), pages(), unsent), view)));
    const at = kept === null ? -1 : answers().findIndex((one) => one.value === kept);
    if (at >= 0) mark(at);
    const open = root.querySelector(".agree-list");
    open.scrollTop = scroll;
    const here = open.querySelector("[aria-current]");
    if (here && (here.offsetTop < open.scrollTop || here.offsetTop + here.offsetHeight > open.scrollTop + open.clientHeight)) open.scrollTop = here.offsetTop - 8;
    if (saved) form.buttons[0].focus({preventScroll: true}); // the keys stay with the list
    else if (label) root.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus({preventScroll: true});
  };

  return (next) => {
    clearInterval(timer);
    value = next;
    if (!value) {
      form = null;
      root.replaceChildren();
      return;
    }
    draw();
    // again and again: a value that stands still draws nothing
    if (value.weighing?.running) timer = setInterval(() => { if (root.offsetParent) act("weigh", {do: "look"}); }, WATCH);
  };
}
