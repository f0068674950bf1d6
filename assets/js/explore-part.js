// Which side of the split Explore looks at.
import {h} from "./dom.js";

export function mount(root, act) {
  return (value) => {
    if (!value) return;
    const hadFocus = root.contains(document.activeElement);
    root.replaceChildren(h("div", {class: "segments", role: "group", "aria-label": "Items of"}, value.parts.map((part) =>
      h("button", {
        type: "button", text: part.title, "aria-pressed": part.name === value.part ? "true" : "false",
        on: {click: () => act("part", {part: part.name})},
      }))));
    if (hadFocus) root.querySelector('[aria-pressed="true"]')?.focus();
  };
}
