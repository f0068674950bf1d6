// Guidelines beside the photo: what the team means by each class and tag, with pinned photos.
import {h, say} from "./dom.js";
import {photoBox} from "./items.js";
import {post} from "./label-post.js";

const link = (text, click, more = {}) => h("button", {type: "button", class: "link", text, on: {click}, ...more});

// `now()` gives {about, item}: workspace and model, and the item on screen or null.
// `changed(guide)` hears of every new state.
export function guidePanel({now, changed, close}) {
  let guide = null;
  let chosen = null;
  let editing = null; // subject whose text is being written
  const drafts = new Map(); // subject -> text not saved yet
  const list = h("div", {class: "guide-list", tabindex: "0", "aria-label": "Guidelines, class by class"});
  const node = h("section", {class: "card label-guide", "aria-label": "Guidelines", hidden: true},
    h("div", {class: "card-head"}, h("h2", {text: "Guidelines"}), link("Close", close)), list);

  const send = async (path, body) => {
    try {
      show((await post(`guide/${path}`, now().about, body)).guide);
      return true;
    } catch (error) {
      say(error.message);
      return false;
    }
  };

  const editor = (one) => {
    const field = h("textarea", {rows: "6", maxlength: String(guide.longest), "aria-label": `Guideline for ${one.name}`,
      placeholder: "How does one tell it? What does not belong here?"});
    field.value = drafts.get(one.subject) ?? one.text;
    field.addEventListener("input", () => drafts.set(one.subject, field.value));
    const leave = () => {
      drafts.delete(one.subject);
      editing = null;
      draw();
    };
    return h("div", {class: "guide-edit"}, field, h("div", {class: "guide-do"},
      h("button", {type: "button", class: "button small primary", text: "Save guideline", on: {click: async () => {
        if (await send("write", {subject: one.subject, text: field.value, after: one.number})) leave();
        else send("read");
      }}}),
      h("button", {type: "button", class: "button small", text: "Cancel", on: {click: leave}})));
  };

  const pins = (one) => (one.pins.length ? h("ul", {class: "guide-pins"}, one.pins.map((pin) => h("li", null,
    photoBox(pin.thumb, pin.words),
    h("button", {type: "button", class: "guide-unpin", "aria-label": `Take down ${pin.words}`, title: pin.words, text: "×",
      on: {click: () => send("pin", {subject: one.subject, item: pin.id, pinned: false})}})))) : null);

  const earlier = (one) => h("details", {class: "guide-earlier", on: {toggle: async (event) => {
    const box = event.currentTarget;
    if (!box.open || box.children.length > 1) return;
    try {
      const {versions} = await post("guide/versions", now().about, {subject: one.subject});
      box.append(h("ol", null, versions.map((version) => h("li", null,
        h("span", {class: "caption", text: version.said}), h("p", {class: "guide-text", text: version.text || "(taken down)"})))));
    } catch (error) { say(error.message); }
  }}}, h("summary", {class: "link", text: "All versions"}));

  const section = (one) => h("section", {class: `guide-one${one.subject === chosen ? " here" : ""}`, data: {subject: one.subject}},
    h("h3", {text: one.name}),
    editing === one.subject ? editor(one) : one.text ? h("p", {class: "guide-text", text: one.text}) : null,
    pins(one),
    one.said ? h("p", {class: "caption", text: one.said}) : null,
    editing === one.subject ? null : h("div", {class: "guide-do"},
      link(one.text ? "Change" : "Write", () => {
        editing = one.subject;
        draw();
        list.querySelector("textarea")?.focus();
      }, {"aria-label": `${one.text ? "Change" : "Write"} the guideline for ${one.name}`}),
      link("Pin this photo", () => {
        const {item} = now();
        if (item) send("pin", {subject: one.subject, item, pinned: true});
        else say("There is no photo to pin.");
      }, {"aria-label": `Pin this photo to ${one.name}`}),
      one.number ? earlier(one) : null));

  const draw = () => {
    const top = list.scrollTop;
    list.replaceChildren(...guide.subjects.map(section));
    list.scrollTop = top;
  };
  const show = (next) => {
    guide = next;
    draw();
    changed(guide);
  };
  return {
    node,
    show,
    get board() { return guide?.board ?? 0; },
    refresh: () => send("read"),
    choose(subject) { // bring what was chosen into view
      if (subject === chosen) return;
      chosen = subject;
      for (const one of list.children) {
        const here = one.dataset.subject === subject;
        one.classList.toggle("here", here);
        if (here && !node.hidden) list.scrollTop = one.offsetTop - list.offsetTop - 8;
      }
    },
  };
}
