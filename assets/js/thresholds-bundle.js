// The page's head on the right: which saved cuts are in use, and saving the next version.

import {h, plural} from "./dom.js";
import {personField} from "./person.js";

export function bundleBar(bench) {
  const current = bench.inUse;
  const next = Math.max(...bench.data.bundles.map((bundle) => bundle.version), bench.data.newest) + 1;
  const state = h("span", {class: "bundle-state", role: "status"});
  const open = h("button", {
    type: "button", class: "button primary small", "aria-expanded": "false", "aria-controls": "save-bundle", text: `Save as v${next}`,
  });
  const form = saveForm(bench, next, () => show(false));
  const show = (on) => {
    form.element.hidden = !on;
    open.setAttribute("aria-expanded", on);
    if (on) form.opened();
  };
  open.addEventListener("click", () => show(form.element.hidden));
  const area = h("div", {class: "save-area"}, open, form.element);
  closeOutside(area, () => form.element.hidden, () => { show(false); open.focus(); }, () => show(false));
  const update = () => {
    const words = changes(bench);
    state.textContent = words.length ? `${words.join(", ")} not saved${bench.place.full ? ", too many for the link" : ""}` : `Bundle ${current.title}, saved`;
    open.disabled = words.length === 0;
    open.title = words.length ? "" : "All cuts are saved";
    if (!words.length) show(false);
  };
  update();
  return {element: h("div", {class: "bench-bar"}, state, area), update, busy: form.busy};
}

function changes(bench) {
  const [cuts, zones] = [bench.changed.length, bench.changedZones.length];
  return [cuts && plural(cuts, "cut"), zones && plural(zones, "review zone"), bench.changedCells && "cuts per category"].filter(Boolean);
}

function saveForm(bench, next, close) {
  const field = (words, input) => h("label", {}, h("span", {text: words}), input);
  const name = h("input", {type: "text", maxlength: "60", autocomplete: "off"});
  const note = h("textarea", {rows: "2", maxlength: "400"});
  const person = personField();
  const later = h("input", {type: "checkbox"});
  const submit = h("button", {type: "submit", class: "button primary small", text: `Save v${next}`});
  const element = h("form", {
    class: "save-form", id: "save-bundle", "aria-label": `Save as v${next}`, hidden: true, on: {submit: (event) => {
      event.preventDefault();
      if (submit.ariaDisabled === "true") return;
      bench.save({name: name.value.trim(), note: note.value.trim(), by: person.value.trim(), draft: later.checked});
    }},
  },
  field("Name (optional)", name), field("Note: why these cuts (optional)", note), field("Saved by (your name)", person),
  h("label", {class: "tick-box"}, later, h("span", {text: "only propose it: keep the cuts in use as they are"})),
  h("p", {class: "save-buttons"}, submit, h("button", {type: "button", class: "button small", text: "Cancel", on: {click: close}})));
  return {
    element, opened: () => name.focus(),
    // not `disabled`, which would take the focus away
    busy: () => { submit.textContent = "Saving"; submit.ariaDisabled = "true"; },
  };
}

function closeOutside(area, hidden, escaped, left) {
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !hidden()) escaped();
  });
  area.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !area.contains(event.relatedTarget)) left();
  });
}
