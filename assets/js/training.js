// A training: start one, see how far it is, stop it, take it up again, look at what it made.
import {h, icon, count} from "./dom.js";

const WATCH = 1000;

export function mount(root, act) {
  let timer = 0;
  let running = ""; // name of the training that was seen going on
  let recipe = "";

  const button = (one, primary) => h("button", {
    type: "button", class: `button small${primary ? " primary" : ""}`, text: one.text, data: {do: one.do}, on: {click: () => act(one.do)},
  });

  const start = (value) => {
    const known = value.recipes.map((one) => one.value);
    if (!known.includes(recipe)) [recipe] = known;
    const words = h("p", {class: "caption training-words"});
    const tell = () => { words.textContent = value.recipes.find((one) => one.value === recipe).words; };
    const select = h("select", {"aria-label": "Recipe of the training", data: {do: "recipe"}, on: {change: () => {
      recipe = select.value;
      tell();
    }}}, value.recipes.map((one) => h("option", {value: one.value, text: one.name})));
    select.value = recipe;
    tell();
    return [h("p", {class: "dense", text: value.text}), h("div", {class: "training-start"},
      h("span", {class: "choose"}, select, icon("down", 14)),
      h("button", {type: "button", class: "button primary small", text: value.button, data: {do: "start"}, on: {click: () => act("start", {recipe})}}),
      words)];
  };

  const bar = (value) => {
    const share = value.total ? value.done / value.total : 0;
    return h("div", {class: "progress", role: "progressbar", "aria-label": "Training", "aria-valuemin": 0, "aria-valuemax": value.total || 1,
      "aria-valuenow": value.done, "aria-valuetext": value.total ? `${count(value.done)} of ${count(value.total)}` : "starting"},
    h("div", {class: "progress-done", style: {width: `${100 * share}%`}}));
  };

  // The server is asked again for as long as the work goes on and is seen.
  const watch = (value) => {
    clearInterval(timer);
    timer = value?.busy ? setInterval(() => { if (root.offsetParent) act("watch", {name: running}); }, WATCH) : 0;
    if (value?.busy) running = value.name;
  };

  return (value) => {
    watch(value);
    root.closest(".block")?.classList.toggle("plot-none", !value);
    if (!value) {
      root.replaceChildren();
      return;
    }
    const focused = root.contains(document.activeElement) ? document.activeElement.dataset.do : null;
    root.replaceChildren(h("section", {class: "card training-card", "aria-label": "Training"},
      h("h2", {text: value.title}),
      value.text ? h("div", {class: `run${value.error ? " run-error" : ""}`},
        h("p", {role: "status", text: value.text}),
        value.error ? h("p", {class: "run-wrong"}, icon("warning", 16), h("span", {text: value.error})) : null,
        value.busy ? bar(value) : null,
        value.epochs ? h("p", {class: "caption", text: value.epochs}) : null,
        value.notes.map((text) => h("p", {class: "caption", text: `${text[0].toUpperCase()}${text.slice(1)}.`})),
        value.link || value.buttons.length ? h("div", {class: "training-do"},
          value.link ? h("a", {class: "button primary small", href: value.link.href, text: value.link.text}) : null,
          value.buttons.map((one, at) => button(one, at === 0 && ["resume", "restart"].includes(one.do)))) : null) : null,
      value.start ? start(value.start) : null));
    if (focused) (root.querySelector(`[data-do="${focused}"]`) ?? root.querySelector("button, select"))?.focus();
  };
}
