// A line that says when other people have changed labels since this page was drawn.
import {h} from "./dom.js";
import {personName} from "./person.js";

const EVERY = 4000;
const GRACE = 1500; // an own save is told to the header a little later than it is made

// `refresh()` draws the page anew.
export function othersLine(refresh) {
  let now = null; // [workspace, number of the newest save that the page shows]
  let dismissed = ""; // a sentence that was put away; told again once there is more to tell
  const text = h("span");
  const element = h("p", {class: "others", role: "status", hidden: true}, text,
    h("button", {type: "button", class: "link", text: "Show", on: {click: refresh}}),
    h("button", {type: "button", class: "link", text: "Not now", on: {click: () => {
      dismissed = text.textContent;
      hide();
    }}}));
  const hide = () => { element.hidden = true; };
  const look = async () => {
    if (!now || document.hidden) return;
    const asked = now;
    try {
      const [workspace, save] = asked;
      const response = await fetch(new URL(`items/since?${new URLSearchParams({workspace, save, by: personName()})}`, document.baseURI));
      const said = response.ok ? (await response.json()).text : "";
      if (!said || said === dismissed) return;
      await new Promise((done) => { setTimeout(done, GRACE); });
      if (now !== asked) return;
      text.textContent = said;
      element.hidden = false;
    } catch { /* the next look may reach the server */ }
  };
  setInterval(look, EVERY);
  return {element, seen: (next, page) => {
    if (JSON.stringify(next) !== JSON.stringify(now)) {
      now = page === "label" ? null : next;
      dismissed = "";
      hide();
    }
  }};
}
