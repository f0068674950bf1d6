// "Which category is it?": classes and tags as buttons with their keys, for one item or for several.
import {h, icon, count} from "./dom.js";
import {listen} from "./keyboard.js";
import {freshKey, personField, personName} from "./person.js";

const LONG = 12; // with more classes a search field stands above them

let forms = []; // keys go to the one in sight
listen(() => forms.find((form) => form.node.isConnected && form.node.checkVisibility()));

const cap = (key) => (key ? h("kbd", {class: "key-cap", "aria-hidden": "true", text: key.toUpperCase()}) : null);

// What is chosen but not saved, by item; kept until the save was answered.
const drafts = new Map();

function classButton(one, note, choose) {
  return h("button", {type: "button", class: "choice", "aria-pressed": "false", on: {click: choose}},
    cap(one.key), h("span", {class: "choice-name", text: one.name}), note ? h("span", {class: "choice-note", text: note}) : null);
}

function tagButton(one, toggle) {
  return h("button", {type: "button", class: "choice choice-tag", "aria-pressed": "false", title: one.value, on: {click: toggle}},
    cap(one.key), h("span", {class: "choice-name", text: one.value}), h("span", {class: "choice-note"}));
}

function notes(value, now, suggested) {
  if (!now) return "";
  const said = suggested?.category === value ? ["suggested"] : [];
  if (now.category === value) said.push("label now");
  if (now.guess?.category === value) said.push(`model, ${now.guess.share}`);
  return said.join("; ");
}

// A field that hides the buttons of classes that do not contain what is typed; null for few.
export function classSearch(buttons, classes) {
  if (classes.length <= LONG) return null;
  const field = h("input", {type: "search", class: "choice-search", "aria-label": "Find a category", placeholder: "Find a category"});
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    buttons.forEach((button, at) => { button.parentElement.hidden = !classes[at].name.toLowerCase().includes(wanted); });
  });
  return field;
}

// A form for one item (`now` its labels) or for several (`now` null).
//   save({category, tags, by, key}) sends; `skip` goes on without; `number` items are meant;
//   `suggested` {category, tags: {tag: set or not}} is chosen at first; with `guess` the model's
//   answer, else the label; `preview(wish)` says what a save of several would change; `other(key)`
//   is told keys that the form does not know.
export function relabelForm({questions, now, id, number = 1, words, save, skip, skipWords = "Skip", guess = false, suggested = null, preview: ask = null, other = null}) {
  const {classes, tags} = questions;
  const kept = id && drafts.get(id);
  const had = new Set(now?.tags ?? []);
  let category = kept ? kept.category : suggested?.category ?? (now ? (guess && now.guess?.category) || now.category : null);
  let busy = false;
  const wanted = new Map(kept?.tags ?? Object.entries(suggested?.tags ?? {})); // tag -> set or not, where it is to change

  const buttons = classes.map((one, at) => classButton(one, notes(one.value, now, suggested), () => choose(at)));
  const tagButtons = tags.map((one, at) => tagButton(one, () => toggle(at)));
  const state = h("p", {class: "off-screen", "aria-live": "polite"});
  const send = h("button", {type: "button", class: "button primary choice-save", on: {click: () => submit()}});
  const preview = now ? null : h("p", {class: "caption", role: "status"});
  const counted = now ? null : h("p", {class: "dense relabel-counted", role: "status"});

  const choose = (at) => {
    const value = classes[at].value;
    category = !now && category === value ? null : value;
    draw();
    buttons[at].scrollIntoView({block: "nearest"});
    send.focus({preventScroll: true});
  };
  const toggle = (at) => {
    const tag = tags[at].value;
    if (now) {
      const on = !(wanted.has(tag) ? wanted.get(tag) : had.has(tag));
      if (on === had.has(tag)) wanted.delete(tag);
      else wanted.set(tag, on);
    } else if (!wanted.has(tag)) wanted.set(tag, true);
    else if (wanted.get(tag)) wanted.set(tag, false);
    else wanted.delete(tag);
    draw();
    state.textContent = `${tag}: ${tagButtons[at].getAttribute("aria-pressed") === "true" ? "yes" : "no"}`;
  };
  const submit = () => {
    if (send.disabled || busy) return;
    const key = freshKey();
    if (id) drafts.set(id, {category, tags: [...wanted], key});
    setBusy();
    save({category: onlyTags() ? undefined : category ?? undefined, tags: Object.fromEntries(wanted), by: personName(), key});
  };
  // A tag was in doubt, not the category: nothing is said of that.
  const onlyTags = () => Boolean(suggested?.tags && wanted.size && category === (now?.category ?? null));
  const setBusy = () => { // not disabled, which would lose the focus
    busy = true;
    send.setAttribute("aria-disabled", "true");
    send.textContent = "Saving";
  };

  const draw = () => {
    const chosen = classes.find((one) => one.value === category);
    buttons.forEach((button, at) => button.setAttribute("aria-pressed", classes[at].value === category ? "true" : "false"));
    tagButtons.forEach((button, at) => {
      const tag = tags[at].value;
      const on = wanted.has(tag) ? wanted.get(tag) : had.has(tag);
      button.setAttribute("aria-pressed", on ? "true" : "false");
      button.classList.toggle("choice-off", !now && wanted.get(tag) === false);
      button.querySelector(".choice-note").replaceChildren(
        now ? (on ? icon("tick", 12) : "") : !wanted.has(tag) ? "" : on ? "add" : "remove");
    });
    send.disabled = !chosen && !wanted.size;
    const verb = now?.category && now.category === category && !wanted.size ? "Keep as" : "Save as";
    send.textContent = !now ? `Relabel ${count(number)}` : onlyTags() ? `Save as ${[...wanted].map(([tag, on]) => (on ? tag : `not ${tag}`)).join(", ")}` : chosen ? `${verb} ${chosen.one}` : wanted.size ? "Save tags" : "Choose a category";
    if (preview) {
      preview.textContent = previewText(chosen);
      tally();
    }
  };
  let timer = 0;
  const tally = () => {
    clearTimeout(timer);
    const wish = {category: category ?? undefined, tags: Object.fromEntries(wanted)};
    const asked = JSON.stringify(wish);
    if (counted.dataset.of !== asked) counted.textContent = "";
    if (!ask || counted.dataset.of === asked || send.disabled) return;
    timer = setTimeout(async () => {
      counted.dataset.of = asked;
      const said = await ask(wish).catch((error) => error.message);
      if (counted.dataset.of === asked) counted.textContent = said;
    }, 150);
  };
  const previewText = (chosen) => {
    const said = [chosen ? `labelled ${chosen.one}` : null, ...[...wanted].map(([tag, on]) => `${tag} ${on ? "added" : "removed"}`)].filter(Boolean);
    return said.length ? `${words}: ${said.join(", ")}. One undo takes all of it back.` : "Choose a category, or tags to add or to take away.";
  };

  const list = h("ul", {class: "choices"}, buttons.map((button) => h("li", null, button)));
  const person = personField();
  const node = h("div", {class: "relabel"},
    h("h3", {text: now ? "Which category is it?" : "Which category are they?"}),
    classSearch(buttons, classes), list,
    tags.length ? h("ul", {class: "choice-tags", "aria-label": "Tags"}, tagButtons.map((button) => h("li", null, button))) : null,
    preview, counted, state,
    h("div", {class: "relabel-do"}, send, skip ? h("button", {type: "button", class: "button", text: skipWords, on: {click: skip}}) : null),
    h("label", {class: "relabel-person caption"}, h("span", {text: "Saved by"}), person));
  draw();
  forms = [...forms.filter((form) => form.node.isConnected), {node, classes, tags, choose, toggle, other}];
  return {node, reveal: () => {
    const at = classes.findIndex((one) => one.value === category);
    if (at >= 0 && list.scrollHeight > list.clientHeight) list.scrollTop = buttons[at].offsetTop - list.offsetTop - 60;
  }};
}

// A save was answered: `answered` is its key, or "refused KEY".
export function answered(key) {
  for (const [id, draft] of drafts) if (draft.key === key) drafts.delete(id);
}
