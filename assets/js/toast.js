// One short message at the foot of the page: from Python as value, from other parts by say().
import {h} from "./dom.js";
import {personName} from "./person.js";

const STAYS = 6000;
const STAYS_TO_UNDO = 12000;

export function mount(root, act) {
  let timer = 0;
  const line = h("div", {class: "toast-text", role: "status", "aria-live": "polite"});
  const undo = h("button", {type: "button", class: "toast-undo", text: "Undo"});
  const toast = h("div", {class: "toast", hidden: true}, line, undo);
  root.append(toast);
  const hide = () => { toast.hidden = true; };
  const wait = (time) => {
    clearTimeout(timer);
    timer = setTimeout(() => (toast.matches(":hover, :focus-within") ? wait(2000) : hide()), time);
  };
  const show = (text, key = null) => {
    line.textContent = text;
    undo.hidden = !key;
    undo.onclick = () => {
      hide();
      act("takeback", {key, by: personName()});
    };
    toast.hidden = false;
    wait((key ? STAYS_TO_UNDO : STAYS) + 40 * text.length);
  };
  line.addEventListener("click", hide);
  document.addEventListener("fitting-room:say", (event) => show(event.detail));
  return (value) => {
    if (value?.text) show(value.text, value.undo);
  };
}
