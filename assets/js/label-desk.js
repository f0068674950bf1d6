// Label, what is seen: the photo large, the next ones beside it, the questions with their keys.
import {h, icon} from "./dom.js";
import {photoBox} from "./items.js";
import {progressCard} from "./label-progress.js";
import {queueSelect} from "./label-queue.js";
import {classSearch} from "./relabel.js";

const cap = (key) => (key ? h("kbd", {class: "key-cap", "aria-hidden": "true", text: key}) : null);
const NEXT = 4;

function keysHelp(questions) {
  const rows = [
    [questions.classes.length > 9 ? `${questions.classes[0].key} to ${questions.classes.at(-1).key}` : `1 to ${questions.classes.length}`, "choose the category"],
    ...questions.tags.filter((one) => one.key).map((one) => [one.key.toUpperCase(), one.value]),
    ["Space", "save, and show the next"], ["U", "undo the last answer"], ["S", "skip: somebody else may know"],
    ["?", "show or hide this list"],
  ];
  return h("dl", {class: "label-keys", hidden: true}, rows.map(([key, text]) => [h("dt", null, cap(key)), h("dd", {text})]));
}

// A node, and show(state), help(), tell(text), wait(is), examples(guide).
export function deskView(value, queue, guide, {choose, toggle, save, undo, skip, cannot, none, go, settings, guidelines}) {
  const {questions} = value;
  const strip = h("ol", {class: "label-strip", "aria-label": "Next items"});
  const photo = h("div", {class: "label-photo"});
  const name = h("p", {class: "label-origin"});
  const said = h("p", {class: "label-said caption", role: "status", text: value.has_model && queue.settings.hides_model ? "The model’s answer is hidden until you save" : ""});
  const others = h("p", {class: "label-others-said dense", hidden: true});
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
  const keysButton = h("button", {type: "button", class: "button small", "aria-expanded": "false", on: {click: () => showHelp()}}, "Keys", cap("?"));
  const showHelp = () => {
    help.hidden = !help.hidden;
    keysButton.setAttribute("aria-expanded", String(!help.hidden));
  };
  const settingsButton = h("button", {type: "button", class: "button small", "aria-expanded": "false", text: "Queue", on: {click: settings}});
  const guideButton = h("button", {type: "button", class: "button small", "aria-expanded": "false", text: "Guidelines", on: {click: guidelines}});
  const progress = progressCard();

  const node = h("div", {class: "label-desk"},
    h("div", {class: "label-top"}, queueSelect(value.queues, queue.name, go), settingsButton, guideButton, keysButton), help,
    strip,
    h("section", {class: "card label-card", "aria-label": "Photo"}, photo, h("div", {class: "label-foot"}, name, said), others),
    guide,
    h("div", {class: "label-side"},
      h("section", {class: "card", "aria-label": "Answer"},
        h("h2", {text: "Which category?"}),
        classList,
        tagButtons.length ? [h("h2", {text: "Which tags?"}), h("ul", {class: "label-tags"}, tagButtons.map((one) => h("li", null, one)))] : null,
        button("Save and next", "Space", save, "primary label-save"),
        h("div", {class: "label-others"}, undoButton, button("Skip", "S", skip, "small"),
          button("Cannot tell", null, cannot, "small"), button("None of these", null, none, "small"))),
      progress.node));
  node.addEventListener("mousedown", (event) => { // the keys stay with the page
    if (event.target.closest("button")) event.preventDefault();
  });

  let shown = null;
  const draw = ({held, photos, loading, problem}) => {
    const [here] = held;
    const what = here?.id ?? `${loading} ${problem}`;
    if (shown === what) return;
    shown = what;
    const large = h("span", {class: "photo photo-there"});
    if (here && photos.get(here.id)) large.append(photos.get(here.id));
    else large.append(h("span", {class: "photo-none", text: here ? "no photo" : loading ? "the next photo is on its way" : problem || "Nothing is left in this queue. Choose another one above."}));
    photo.replaceChildren(large);
    name.replaceChildren(...(here ? [h("strong", {text: here.short}), ` ${here.origin}`] : []));
    if (here?.guess) said.textContent = `The model says ${here.guess}`;
    others.hidden = !here?.said.length;
    others.textContent = here?.said.join("; ") ?? "";
  };
  return {
    node,
    help: showHelp,
    tell: (text) => { said.textContent = text; },
    wait: progress.wait,
    expanded(which, is) { (which === "guide" ? guideButton : settingsButton).setAttribute("aria-expanded", String(is)); },
    examples(now) { // a pinned photo stands for its class
      questions.classes.forEach((one, at) => {
        const pin = now.subjects[at].pins[0];
        if (pin) classButtons[at].querySelector(".label-example")?.replaceChildren(photoBox(pin.thumb, "", {crop: true}));
      });
    },
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
      progress.show(state);
    },
  };
}
