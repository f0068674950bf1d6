// Confusion, head: the two figures that matter most.
import {h} from "./dom.js";

export function mount(root) {
  return (value) => {
    if (!value) return;
    root.replaceChildren(h("p", {class: "headline-figures"}, h("strong", {text: value.right}), ` right of ${value.of}`,
      value.two ? [", ", h("strong", {text: value.two}), " in the first two"] : null));
  };
}
