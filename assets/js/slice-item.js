// The item of a slice that is looked at, large; or several, to be relabelled.
import {h} from "./dom.js";
import {ItemPanel} from "./item-panel.js";
import {pickedOn} from "./picked.js";

export function mount(root, act) {
  const page = root.closest(".page").id.replace("page-", "");
  const panel = new ItemPanel(root, {
    picked: pickedOn(page), empty: "Choose a photo to see it large.",
    save: (wish) => act("relabel", wish), step: (by) => act("step", {by}),
    extra: (value) => (value.like ? h("button", {
      type: "button", class: "link", text: "Show the 50 most like it", on: {click: () => act("alike", {item: value.item.id})},
    }) : null),
  });
  return (value) => value && panel.show(value);
}
