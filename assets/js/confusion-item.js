// Confusion, right: the item that is looked at, large, and what it is; or several, to be relabelled.
import {ItemPanel} from "./item-panel.js";
import {pickedOn} from "./picked.js";

export function mount(root, act) {
  const panel = new ItemPanel(root, {
    picked: pickedOn("confusion"), guess: true, empty: "Choose a photo to see it large.",
    save: (wish) => act("relabel", wish), step: (by) => act("step", {by}),
  });
  return (value) => panel.show(value);
}
