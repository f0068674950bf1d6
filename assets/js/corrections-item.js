// Corrections, right: one corrected item, large; to be corrected again, or set back.
import {ItemPanel} from "./item-panel.js";

export function mount(root, act) {
  const panel = new ItemPanel(root, {save: (wish) => act("relabel", wish), step: (by) => act("step", {by})});
  return (value) => panel.show(value?.item || value?.answered ? value : null);
}
