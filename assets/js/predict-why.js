// Why: a person chooses an answer, the part of the photo that speaks for it stays bright.

import {h} from "./dom.js";
import {drawVeil} from "./veil.js";

const CANNOT = "This model cannot show why: it has no map of the photo.";

export class Why {
  // `photo`: {mat, image}; `given`: the answer's `why`, null from a model that cannot tell; or a
  // function that fetches one of both when it is first asked for.
  constructor(photo, given) {
    this.photo = photo;
    this.given = given;
    this.chosen = null;
    this.buttons = [];
    this.said = h("p", {class: "why-words dim", role: "status"});
    photo.image.addEventListener("error", () => this.close("There is no photo to lay it over."));
  }

  // A name that can be chosen; without maps only the name. `weak`: words for an answer not given.
  name(kind, key, title, weak = "") {
    if (!this.given) return h("span", {class: "label", text: title});
    return this.button({kind, key, title, weak}, "label", title, `Why ${title}`);
  }

  // What stands under the photo: a button for the answer itself, and what is seen.
  foot(kind, key, title, weak = "") {
    if (!this.given) {
      this.said.textContent = CANNOT;
      return h("div", {class: "why"}, this.said);
    }
    return h("div", {class: "why"},
      this.button({kind, key, title, weak}, "button small", `Why ${title}?`), this.said);
  }

  button(answer, kind, text, label = null) {
    const found = h("button", {
      type: "button", class: kind, "aria-pressed": "false", "aria-label": label, text,
      on: {click: () => this.toggle(answer)},
    });
    this.buttons.push([found, answer]);
    return found;
  }

  toggle(answer) {
    const same = (other) => other && other.kind === answer.kind && other.key === answer.key;
    this.chosen = same(this.chosen) ? null : answer;
    for (const [button, own] of this.buttons) {
      button.setAttribute("aria-pressed", String(this.chosen !== null && same(own)));
    }
    this.draw();
  }

  async draw() {
    this.canvas?.remove();
    this.canvas = null;
    this.said.textContent = "";
    const {chosen, photo: {mat, image}} = this;
    if (!chosen) return;
    try {
      await image.decode();
    } catch {
      return; // the error of the image is told by its own listener
    }
    if (this.chosen !== chosen) return;
    const given = await this.evidence();
    if (this.chosen !== chosen || !given) return;
    const canvas = h("canvas", {class: "veil", "aria-hidden": "true"});
    const shown = drawVeil(canvas, image, given, given[chosen.kind][chosen.key]);
    if (shown) mat.append(canvas);
    this.canvas = canvas;
    this.said.textContent = shown ? `Bright: what speaks for ${chosen.title}${chosen.weak}.`
      : `Nothing in this photo speaks for ${chosen.title}.`;
  }

  // Where the evidence lies, fetched once; null when it cannot be had, which is said.
  async evidence() {
    if (typeof this.given !== "function") return this.given;
    try {
      this.given = await this.given();
      if (!this.given) throw new Error(CANNOT);
      return this.given;
    } catch (error) {
      this.close(error.message);
      return null;
    }
  }

  close(words) {
    for (const [button] of this.buttons) {
      button.disabled = true;
      button.setAttribute("aria-pressed", "false");
    }
    if (this.buttons.length) this.said.textContent = words;
  }
}
