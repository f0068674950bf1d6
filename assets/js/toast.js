// One short message at the foot of the page: from Python as value, from other parts by say().
import {h} from "./dom.js";

const STAYS = 6000;

export function mount(root) {
  let timer = 0;
  const line = h("div", {class: "toast", role: "status", "aria-live": "polite", hidden: true});
  root.append(line);
  const show = (text) => {
    line.textContent = text;
    line.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => { line.hidden = true; }, STAYS + 40 * text.length);
  };
  line.addEventListener("click", () => { line.hidden = true; });
  document.addEventListener("fitting-room:say", (event) => show(event.detail));
  return (value) => {
    if (value?.text) show(value.text);
  };
}
