// Label, what is seen: the photo large, the next ones beside it, the questions with their keys.
import {h, icon, count} from "./dom.js";
import {photoBox} from "./items.js";
import {classSearch} from "./relabel.js";

const cap = (key) => (key ? h("kbd", {class: "key-cap", "aria-hidden": "true", text: key}) : null);
const NEXT = 4;

function keysHelp(questions) {
  const rows = [
    [questions.classes.length > 9 ? `${questions.classes[0].key} to ${questions.classes.at(-1).key}` : `1 to ${questions.classes.length}`, "choose the category"],
    ...questions.tags.filter((one) => one.key).map((one) => [one.key.toUpperCase(), one.value]),
    ["Space", "save, and show the next"], ["U", "undo the last answer"], ["S", "skip: somebody else may know"], ["?", "show or hide this list"],
  ];
  return h("dl", {class: "label-keys", hidden: true}, rows.map(([key, text]) => [h("dt", null, cap(key)), h("dd", {text})]));
}

// A node, and show(state), help(), tell(text), wait(is).
export function deskView(value, order, {choose, toggle, save, undo, skip, cannot, none, order: reorder}) {
  const {questions} = value;
  const strip = h("ol", {class: "label-strip", "aria-label": "Next items"});
  const photo = h("div", {class: "label-photo"});
  const name = h("p", {class: "label-origin"});
  const said = h("p", {class: "label-said caption", role: "status", text: "The model’s answer is hidden until you save"});
  const classButtons = questions.classes.map((one, at) => h("button", {
    type: "button", class: "label-class", "aria-pressed": "false", on: {click: () => choose(at)},
  }, one.thumb ? h("span", {class: "label-example"}, photoBox(one.thumb, "", {crop: true})) : null,
  h("span", {class: "choice-name", text: one.name}), cap(one.key)));
  const tagButtons = questions.tags.map((one, at) => h("button", {
    type: "button", class: "label-tag", "aria-pressed": "false", on: {click: () => toggle(at)},
  }, h("span", {class: "label-tick"}, icon("tick", 14)), h("span", {class: "choice-name", text: one.value}), cap(one.key?.toUpperCase())));
  const classList = [h("ul", {class: "label-classes"}, classButtons.map((one) => h("li", null, one)))];
  const find = classSearch(classButtons, questions.classes);
  if (find) classList.unshift(find);
  const button = (text, key, click, kind = "") => h("button", {type: "button", class: `button ${kind}`, on: {click}}, text, cap(key));
  const undoButton = button("Undo", "U", undo, "small");
  const help = keysHelp(questions);
  const select = h("select", {"aria-label": "Which items come next", on: {change: () => reorder(select.value)}},
    value.orders.map((one) => h("option", {value: one.value, text: `${one.label}, ${count(one.left)}`})));
  select.value = order;
  const keysButton = h("button", {type: "button", class: "button small", "aria-expanded": "false", on: {click: () => showHelp()}}, "Keys", cap("?"));
  const showHelp = () => {
    help.hidden = !help.hidden;
    keysButton.setAttribute("aria-expanded", String(!help.hidden));
  };
  const bar = h("span", {class: "bar-fill bar-first"});
  const doneText = h("strong");
  const timeText = h("span", {class: "ink2"});
  const speedText = h("span", {class: "label-speed"});
  const offline = h("p", {class: "label-offline", role: "alert", hidden: true, text: "Not saved yet: the server does not answer. Your answers are kept here and sent again."});

  const node = h("div", {class: "label-desk"},
    h("div", {class: "label-top"}, h("span", {class: "choose"}, select, icon("down", 14)), keysButton), help,
    strip,
    h("section", {class: "card label-card", "aria-label": "Photo"}, photo, h("div", {class: "label-foot"}, name, said)),
    h("div", {class: "label-side"},
      h("section", {class: "card", "aria-label": "Answer"},
        h("h2", {text: "Which category?"}),
        classList,
        tagButtons.length ? [h("h2", {text: "Which tags?"}), h("ul", {class: "label-tags"}, tagButtons.map((one) => h("li", null, one)))] : null,
        button("Save and next", "Space", save, "primary label-save"),
        h("div", {class: "label-others"}, undoButton, button("Skip", "S", skip, "small"),
          button("Cannot tell", null, cannot, "small"), button("None of these", null, none, "small"))),
      h("section", {class: "card label-progress", "aria-label": "Progress"}, offline,
        h("p", {class: "label-counts"}, doneText, timeText), h("span", {class: "bar-track"}, bar), speedText)));
  node.addEventListener("mousedown", (event) => { // the keys stay with the page
    if (event.target.closest("button")) event.preventDefault();
  });

  let shown = null;
  const draw = ({held, photos, loading}) => {
    const [here] = held;
    if (shown === (here?.id ?? String(loading))) return;
    shown = here?.id ?? String(loading);
    const large = h("span", {class: "photo photo-there"});
    if (here && photos.get(here.id)) large.append(photos.get(here.id));
    else large.append(h("span", {class: "photo-none", text: here ? "no photo" : loading ? "the next photo is on its way" : "Nothing is left in this order. Choose another one above."}));
    photo.replaceChildren(large);
    name.replaceChildren(...(here ? [h("strong", {text: here.short}), ` ${here.origin}`] : []));
  };
  return {
    node,
    help: showHelp,
    tell: (text) => { said.textContent = text; },
    wait: (is) => { offline.hidden = !is; },
    show(state) {
      draw(state);
      const ids = state.held.slice(0, NEXT).map((item) => item.id).join("\n");
      if (strip.dataset.ids !== ids) {
        strip.dataset.ids = ids;
        strip.replaceChildren(...state.held.slice(0, NEXT).map((item, at) => h("li", {class: at ? "" : "here"}, photoBox(item.thumb, ""))));
      }
      classButtons.forEach((one, at) => {
        const is = questions.classes[at].value === state.chosen;
        if (is && one.getAttribute("aria-pressed") !== "true") one.scrollIntoView({block: "nearest"});
        one.setAttribute("aria-pressed", String(is));
      });
      tagButtons.forEach((one, at) => one.setAttribute("aria-pressed", String(state.tags.has(questions.tags[at].value))));
      undoButton.disabled = !state.canUndo;
      const all = state.done + state.left;
      doneText.textContent = `${count(state.done)} of ${count(all)} done`;
      bar.style.width = `${all ? (100 * state.done) / all : 0}%`;
      const minutes = state.perHour ? Math.ceil((60 * state.left) / state.perHour) : null;
      timeText.textContent = minutes === null ? "" : minutes < 120 ? `about ${count(minutes)} minute${minutes === 1 ? "" : "s"} left` : `about ${count(Math.round(minutes / 60))} hours left`;
      speedText.textContent = state.perHour ? `${count(Math.round(state.perHour))} items an hour` : "";
    },
  };
}
