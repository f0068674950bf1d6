// Slices, middle: the open slice: its conditions, all its figures, a form to save it.
import {h, icon, count, focusedLabel, plural, refocus} from "./dom.js";
import {personField, personName} from "./person.js";
import {plotFoot} from "./plot-tools.js";

const IDS = "items";

export function mount(root, act) {
  let value = null;
  let narrowing = false; // the form for one more condition is open
  let figuresOpen = true;
  let name = ""; // typed, not saved yet

  const chips = () => h("ul", {class: "slice-chips", "aria-label": "Conditions"}, value.chips.map((chip) => h("li", {class: "chip"},
    h("span", {text: chip.words}),
    h("button", {type: "button", class: "chip-off", "aria-label": `Take away: ${chip.words}`, text: "×", on: {click: () => act("open", {where: chip.where})}}))));

  const button = (text, press, more = {}) => h("button", {type: "button", class: "button small", text, on: {click: press}, ...more});

  const valueField = () => {
    const {add} = value;
    if (!add) return null;
    if (add.kind === "number") {
      const ends = ["low", "high"].map((end) => h("input", {type: "number", step: "any", class: "slice-number", placeholder: add[end], "aria-label": end === "low" ? "from" : "below"}));
      return {nodes: [h("span", {text: "from"}), ends[0], h("span", {text: "below"}), ends[1]], read: () => ({value: ends.map((end) => end.value || null)})};
    }
    const op = h("select", {"aria-label": "is or is not"}, h("option", {value: "is", text: "is"}), h("option", {value: "not", text: "is not"}));
    const choice = add.more
      ? h("input", {type: "text", list: "slice-levels", class: "slice-text", "aria-label": "value"})
      : h("select", {"aria-label": "value"}, add.levels.map((one) => h("option", {value: one.value, text: one.label})), add.unknown ? h("option", {value: "", text: "unknown", data: {unknown: "yes"}}) : null);
    const list = add.more ? h("datalist", {id: "slice-levels"}, add.levels.map((one) => h("option", {value: one.value, text: one.label}))) : null;
    const box = (select) => h("span", {class: "choose"}, select, icon("down", 14));
    return {nodes: [box(op), add.more ? choice : box(choice), list], read: () => ({op: op.value, value: choice.selectedOptions?.[0]?.dataset.unknown ? null : choice.value})};
  };

  const narrowForm = () => {
    const facets = h("select", {"aria-label": "Condition on", name: "add", on: {change: () => {
      if (facets.value === IDS) {
        value.add = {facet: IDS, kind: "ids"};
        draw();
      } else if (facets.value) act("look", {add: facets.value});
    }}}, h("option", {value: "", text: "choose"}), value.facets.map((one) => h("option", {value: one.value, text: one.label})), h("option", {value: IDS, text: "Item ids"}));
    facets.value = value.add?.facet ?? "";
    const foot = (press) => h("div", {class: "slice-buttons"}, value.add ? button("Add", press, {class: "button small primary"}) : null, button("Cancel", () => {
      narrowing = false;
      draw();
    }));
    const select = h("span", {class: "choose"}, facets, icon("down", 14));
    if (value.add?.kind === "ids") {
      const ids = h("textarea", {rows: 3, "aria-label": "Item ids, one on each line", placeholder: "Item ids, one on each line"});
      return h("div", {class: "slice-form"}, select, ids, h("p", {class: "caption", text: "A long list does not fit into a link: save it under a name at once."}),
        foot(() => act("narrow", {facet: IDS, value: ids.value})), saveForm(() => ids.value));
    }
    const field = valueField();
    return h("div", {class: "slice-form"}, h("div", {class: "slice-line"}, select, field?.nodes), foot(() => act("narrow", {facet: value.add.facet, ...field.read()})));
  };

  const saveForm = (ids = null) => {
    const field = h("input", {type: "text", maxlength: 80, placeholder: value.suggested || "Name of the slice", "aria-label": "Name of the slice", on: {input: () => { name = field.value; }}});
    field.value = name;
    const save = () => act("save", {name: field.value || (ids ? "" : value.suggested), by: personName(), ids: ids?.()});
    return h("div", {class: "slice-save"}, h("div", {class: "slice-line"}, field, button("Save slice", save)),
      h("label", {class: "caption slice-person"}, h("span", {text: "Saved by"}), personField()));
  };

  const figures = () => {
    if (!value.figures.length) return null;
    const details = h("details", {class: "slice-figures", open: figuresOpen, on: {toggle: () => { figuresOpen = details.open; }}},
      h("summary", {text: "Figures of this slice"}),
      h("div", {class: "watch-scroll", tabindex: "0", role: "region", "aria-label": "Figures of this slice"},
        h("table", {class: "watch"},
          h("thead", null, h("tr", null, ["Figure", "Here", ...(value.chips.length ? ["The rest", "Gap"] : [])].map((text) => h("th", {scope: "col", text})))),
          h("tbody", null, value.figures.map((one) => h("tr", null, h("th", {scope: "row", text: one.name}),
            h("td", null, h("strong", {text: one.text}), h("span", {class: "range", text: one.interval})),
            value.chips.length ? [h("td", {text: one.rest_text}), h("td", {text: one.gap})] : null)))),
        value.tags.length ? h("table", {class: "watch slice-tags"},
          h("thead", null, h("tr", null, ["Tag", "Precision", "Recall", "F1", "AP"].map((text) => h("th", {scope: "col", text})))),
          h("tbody", null, value.tags.map((tag) => h("tr", null, h("th", {scope: "row"}, tag.name, h("span", {class: "beneath", text: `${count(tag.of)} tagged`})),
            ["precision", "recall", "f1", "ap"].map((what) => h("td", null, h("strong", {text: tag[what].text}), h("span", {class: "beneath", text: tag[what].interval}), value.chips.length ? h("span", {class: "beneath", text: `rest ${tag[what].rest}`}) : null)))))) : null),
      plotFoot({title: "Figures of this slice", name: `slice-${value.title}`, table: () => ({
        columns: [{name: "figure"}, {name: "value", form: "number"}, {name: "interval"}, {name: "rest"}, {name: "items", form: "count"}],
        rows: [...value.figures.map((one) => [one.name, one.raw[0], one.interval, one.raw[3], one.of]),
          ...value.tags.flatMap((tag) => ["precision", "recall", "f1", "ap"].map((what) => [`${tag.name}, ${what}`, tag[what].raw, tag[what].interval, tag[what].rest, tag.of]))],
      })}).element);
    return details;
  };

  const draw = () => {
    const focused = focusedLabel(root);
    root.replaceChildren(h("section", {class: "card slice-card", "aria-label": "The open slice"},
      h("div", {class: "card-head"}, h("h2", {text: value.title}), h("span", {class: "caption", text: `${count(value.items)} of ${plural(value.total, "item")}`})),
      value.saved ? h("p", {class: "dense ink2", text: `${value.saved.words}. ${value.saved.by}`}) : null,
      value.problem ? h("p", {class: "slice-problem"}, icon("warning", 16), value.problem) : value.chips.length ? chips() : h("p", {class: "dense ink2", text: "All items: open a row on the left, or add a condition."}),
      narrowing ? narrowForm() : h("div", {class: "slice-buttons"}, button("Add a condition", () => {
        narrowing = true;
        draw();
        root.querySelector('select[name="add"]').focus();
      }), value.saved && !value.saved.gone ? button("Remove from the list", () => act("remove", {slice: value.saved.id, by: personName()})) : null),
      value.can_save && !narrowing ? saveForm() : null,
      figures()));
    refocus(root, focused);
  };

  return (next) => {
    if (!next) return;
    if (JSON.stringify(next.chips) !== JSON.stringify(value?.chips)) {
      narrowing = false;
      name = "";
    }
    value = next;
    draw();
  };
}
