// A queue's settings: what comes next, among which items, how it is handed out; kept for the team.
import {h, icon, count, plural} from "./dom.js";
import {post} from "./label-post.js";

const MOST = 10; // of a weight
const PAUSE = 250; // milliseconds after the last change until the server is asked

const choose = (label, options, value, none) => {
  const select = h("select", {"aria-label": label}, none ? h("option", {value: "", text: none}) : null,
    options.map((one) => h("option", {value: one.value, text: one.label})));
  select.value = value ?? "";
  return {select, node: h("span", {class: "choose"}, select, icon("down", 14))};
};

const number = (value, most) => {
  const field = h("input", {type: "number", min: "1", max: String(most), step: "1", class: "queue-number"});
  field.value = String(value);
  return field;
};

const tick = (text, on) => {
  const field = h("input", {type: "checkbox"});
  field.checked = on;
  return {field, node: h("label", {class: "queue-tick"}, field, h("span", {text}))};
};

// `queue`: one of value.queues, to begin with. `saved(name, queues)`, `removed(queues)`.
export function queueForm(value, queue, {saved, removed, close}) {
  const {form} = value;
  const about = {workspace: value.workspace, model: value.model};
  const {settings} = queue;
  const name = h("input", {type: "text", class: "queue-name", maxlength: String(form.most.name)});
  name.value = queue.own ? queue.name : "";

  const weights = form.strategies.map((one) => {
    const range = h("input", {type: "range", min: "0", max: String(MOST), step: "1", "aria-label": `Weight of: ${one.label}`});
    range.value = String(Math.round(settings.weights[one.value] ?? 0));
    return {name: one.value, range, told: h("output", {class: "queue-share"}), label: one.label};
  });
  const answer = choose("Class or tag to look for", form.choices, settings.choice ?? form.choices[0]?.value);
  const part = choose("Side of the split", form.parts, settings.part, "all sides");
  const label = choose("Labelled with", form.labels, settings.label, "any label");
  const slice = choose("Slice", form.slices, settings.slice, "no slice");
  const overlap = number(settings.overlap, form.most.overlap);
  const minutes = number(Math.max(1, Math.round(settings.lease_seconds / 60)), form.most.minutes);
  const blind = tick("Nobody sees what others said before answering", settings.blind);
  const hides = tick("The model’s answer stays hidden until saved", settings.hides_model);
  const status = h("p", {class: "queue-status dense", role: "status"});

  const read = () => ({
    weights: Object.fromEntries(weights.filter((one) => Number(one.range.value) > 0).map((one) => [one.name, Number(one.range.value)])),
    choice: answer.select.value, part: part.select.value, label: label.select.value, slice: slice.select.value,
    overlap: Number(overlap.value), lease_seconds: 60 * Number(minutes.value), blind: blind.field.checked, hides_model: hides.field.checked,
  });
  const shares = () => {
    const all = weights.reduce((sum, one) => sum + Number(one.range.value), 0);
    for (const one of weights) {
      const own = Number(one.range.value);
      one.told.textContent = own ? `${own}, ${Math.round((100 * own) / all)} %` : "off";
      one.range.setAttribute("aria-valuetext", one.told.textContent);
    }
    answer.node.hidden = !Number(weights.find((one) => one.name === "answer").range.value);
  };
  let timer = 0;
  let asked = 0;
  const look = () => {
    shares();
    clearTimeout(timer);
    timer = setTimeout(async () => {
      asked += 1;
      const mine = asked;
      try {
        const found = await post("queue/preview", about, {settings: read()});
        if (mine !== asked) return;
        status.textContent = found.left ? `${plural(found.left, "item")} ${found.left === 1 ? "waits" : "wait"}, ${plural(found.answers, "answer")} in all.` : "No item waits in this queue now.";
        status.classList.remove("queue-wrong");
      } catch (error) { wrong(error, mine); }
    }, PAUSE);
  };
  const wrong = (error, mine = asked) => {
    if (mine !== asked) return;
    status.textContent = error.message;
    status.classList.add("queue-wrong");
  };
  const save = async (event) => {
    event.preventDefault();
    asked += 1;
    try {
      const found = await post("queue/save", about, {name: name.value, was: queue.own ? queue.name : null, settings: read()});
      saved(found.queue, found.queues);
    } catch (error) { wrong(error); }
  };
  const remove = async () => {
    try {
      removed((await post("queue/remove", about, {name: queue.name})).queues);
    } catch (error) { wrong(error); }
  };

  const node = h("form", {class: "card queue-form", "aria-label": "Settings of the queue", on: {submit: save, input: look, change: look}},
    h("div", {class: "card-head"}, h("h2", {text: queue.own ? `Queue “${queue.name}”` : "A queue for your team"}),
      h("button", {type: "button", class: "link", text: "Close", on: {click: close}})),
    h("div", {class: "queue-columns"},
      h("fieldset", null, h("legend", {text: "What comes next, mixed by weight"}),
        weights.map((one) => h("div", {class: "queue-weight"}, h("span", {text: one.label}), one.range, one.told,
          one.name === "answer" ? answer.node : null))),
      h("div", {class: "queue-rest"},
        h("fieldset", null, h("legend", {text: "Among which items"}),
          h("div", {class: "queue-filters"}, part.node, label.node, form.slices.length || settings.slice ? slice.node : null)),
        h("fieldset", null, h("legend", {text: "How it is handed out"}),
          h("label", {class: "queue-field"}, overlap, h("span", {text: "answers for each item, by different people"})),
          h("label", {class: "queue-field"}, minutes, h("span", {text: "minutes an item is kept for somebody"})),
          blind.node, hides.node),
        h("fieldset", null, h("legend", {text: "Kept in this workspace, for everybody"}),
          h("label", {class: "queue-field"}, h("span", {text: "Name"}), name),
          queue.saved ? h("p", {class: "caption", text: `Saved by ${queue.saved}`}) : null,
          status,
          h("div", {class: "queue-do"}, h("button", {type: "submit", class: "button primary", text: queue.own ? "Save and begin" : "Save as a new queue"}),
            queue.own ? h("button", {type: "button", class: "button", text: "Remove", on: {click: remove}}) : null)))));
  look();
  return {node, focus: () => weights[0].range.focus()};
}

// The list of queues as a select box: the team's own first.
export function queueSelect(queues, open, go) {
  const option = (one) => h("option", {value: one.name, text: one.problem ? `${one.label}, cannot be used` : `${one.label}, ${count(one.left)}`});
  const [own, ready] = [queues.filter((one) => one.own), queues.filter((one) => !one.own)];
  const select = h("select", {"aria-label": "Which items come next", on: {change: () => go(select.value)}},
    own.length ? [h("optgroup", {label: "Queues of your team"}, own.map(option)), h("optgroup", {label: "Always there"}, ready.map(option))] : ready.map(option));
  select.value = open;
  return h("span", {class: "choose"}, select, icon("down", 14));
}
