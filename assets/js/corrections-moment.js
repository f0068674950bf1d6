// Corrections, head: the moment whose labels are looked at: now, after a save, or a day and time.
import {h, icon} from "./dom.js";

const NOW = "";
const TIME = "time";

export function mount(root, act) {
  let value = null;

  const choose = (select, field) => {
    field.hidden = select.value !== TIME;
    if (select.value === TIME) field.querySelector("input").focus();
    else act("moment", {save: select.value});
  };

  const draw = () => {
    const focused = root.contains(document.activeElement) ? document.activeElement.name : null;
    const time = h("input", {type: "datetime-local", name: "moment-time", "aria-label": "Day and time, UTC", value: value.time, step: "60",
      on: {change: () => { if (time.value) act("moment", {time: time.value}); }}});
    const field = h("span", {class: "moment-time", hidden: !value.time}, time, h("span", {class: "caption", text: "UTC"}));
    const select = h("select", {name: "moment-save", "aria-label": "Labels at this moment", on: {change: () => choose(select, field)}},
      h("option", {value: NOW, text: "now"}), h("option", {value: TIME, text: "a day and time …"}),
      value.saves.length ? h("optgroup", {label: "after the save of"}, value.saves.map((one) => h("option", {value: one.value, text: one.text}))) : null);
    select.value = value.time ? TIME : value.save;
    root.replaceChildren(h("div", {class: "moment"}, h("span", {class: "dense ink2", text: "Labels of"}),
      h("span", {class: "choose"}, select, icon("down", 14)), field,
      value.text ? h("button", {type: "button", class: "link", text: "Back to now", on: {click: () => act("moment", {})}}) : null));
    if (focused) root.querySelector(`[name="${focused}"]`)?.focus();
  };

  return (next) => {
    value = next;
    if (!value) root.replaceChildren();
    else draw();
  };
}
