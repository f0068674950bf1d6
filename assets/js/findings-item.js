// Findings, right: the finding that is looked at, its photos large, and what to do about it.
import {h, icon, count, percent, plural} from "./dom.js";
import {desk} from "./findings-desk.js";
import {photoBox} from "./items.js";
import {oneItem} from "./item-server.js";
import {itemView} from "./item-view.js";
import {answered, relabelForm} from "./relabel.js";

const cap = (key) => h("kbd", {class: "key-cap", "aria-hidden": "true", text: key});

function decisions(state, number) {
  const many = number > 1 ? ` ${count(number)}` : "";
  const button = (text, key, verdict, here) => h("button", {
    type: "button", class: `button ${here ? "selected" : ""}`, "aria-pressed": here ? "true" : "false", "aria-keyshortcuts": key,
    on: {click: () => desk.decide(verdict)},
  }, cap(key), `${text}${many}`);
  return h("div", {class: "finding-do"},
    button("Accept", "A", "accepted", state === "accepted"), button("Dismiss", "D", "dismissed", state === "dismissed"),
    state && state !== "open" ? h("button", {type: "button", class: "link", text: "Open again", on: {click: () => desk.decide("open again")}}) : null,
    h("p", {class: "caption", text: "Accept: it is so, and somebody acts on it. Dismiss: all is well."}),
    h("p", {class: "caption finding-keys", text: "Keys: J and K move, X chooses several, U undoes."}));
}

function head(value) {
  const {finding, number, total} = value;
  const step = (name, words, by, off) => h("button", {
    type: "button", class: "button square", "aria-label": words, "aria-keyshortcuts": by < 0 ? "K" : "J", disabled: off, on: {click: () => desk.move(by)},
  }, icon(name, 16));
  const where = number === null ? "Not in this list" : `${count(number)} of ${count(total)}`;
  return [
    h("div", {class: "card-head"}, h("h2", {text: finding.check, "aria-live": "polite"}),
      h("span", {class: "dense ink2 finding-where", text: where}),
      h("div", {class: "pager-buttons"}, step("left", "Finding before", -1, !total || number === 1), step("right", "Next finding", 1, !total || number === total))),
    h("p", {class: "finding-reason", text: finding.because}),
    h("p", {class: "dense ink2"}, finding.suggested ? [h("strong", {text: `Suggested: ${finding.suggested}. `})] : [], finding.advice),
    finding.decided ? h("p", {class: "dense finding-verdict", text: `${finding.decided}.`}) : null,
    finding.heldout ? h("p", {class: "caption", text: "Held-out: a correction here changes the figures, and is counted wherever they are shown."}) : null,
  ];
}

function twin(item, one, looked) {
  const apart = one.id === looked;
  return h("li", {class: apart ? "twin twin-looked" : "twin"},
    h("div", {class: "twin-photo"}, photoBox(one.photo, one.words, {eager: true})),
    h("p", {class: "twin-label"}, h("strong", {text: one.label}), one.tags.map((tag) => h("span", {class: "chip", text: tag}))),
    h("p", {class: "caption", text: [one.words.split(",")[0], one.side, one.corrected ? "corrected" : null].filter(Boolean).join(", ")}),
    one.gone ? null : h("button", {type: "button", class: "link", "aria-pressed": apart ? "true" : "false",
      text: apart ? "All of them" : "Only this one", "aria-label": apart ? "All of them" : `Only this one, ${one.words.split(",")[0]}`,
      on: {click: () => desk.look(item.finding.key, apart ? null : one.id)}}));
}

export function mount(root, act) {
  let value = null;
  let visited = null; // a look-alike that is looked at instead

  const form = (items, now, id) => relabelForm({
    questions: value.questions, now, id, number: items.length, words: plural(items.length, "item"),
    suggested: visited ? null : value.answer,
    save: (wish) => {
      const finding = visited ? null : value.finding.key;
      desk.sent(wish.key, finding);
      act("relabel", {...wish, finding, items, was: value.finding.state});
    },
  });

  const visit = async (id) => {
    const {item} = value;
    visited = await oneItem({...item, id}).catch((error) => ({id, problem: error.message}));
    draw();
    root.querySelector(".back")?.focus({preventScroll: true});
    root.firstChild?.scrollIntoView({block: "nearest"});
  };
  const alike = () => {
    const back = h("button", {type: "button", class: "link back", on: {click: () => {
      visited = null;
      draw();
    }}}, icon("left", 14), " Back to the finding");
    if (visited.problem) return ["A look-alike", [back, h("p", {class: "empty", text: visited.problem})], null];
    const shown = form([visited.id], visited.now, visited.id);
    return ["A look-alike", [back, h("h2", {text: "A look-alike", "aria-live": "polite"}),
      itemView(visited, {form: shown.node, folded: true, visit})], shown];
  };

  const one = () => {
    const {finding, items, item, more} = value;
    const single = items.length === 1;
    const here = items.filter((each) => !each.gone).map((each) => each.id);
    const shown = item ? form([item.id], item.now, item.id) : here.length ? form(here, null, null) : null;
    const save = shown && h("div", {class: "finding-save"}, shown.node.querySelector(".relabel-do"), cap("R"));
    if (!value.answer) shown?.node.querySelector(".relabel-person").before(save);
    const large = item && itemView(item, {form: shown.node, folded: true, visit});
    const photos = single ? (large ?? h("p", {class: "empty", text: "This item is not in the catalog any more. Run the audit again."})) : [
      h("ul", {class: "twins"}, items.map((each) => twin(value, each, item?.id))),
      more ? h("p", {class: "caption", text: `and ${plural(more, "more item")}`}) : null,
      large ?? shown?.node];
    return [finding.check, [head(value), value.answer ? save : null, decisions(finding.state, 1), photos], shown];
  };

  const several = () => {
    const {number, heldout} = desk.suggested;
    const size = desk.picked.size;
    const title = `${plural(size, "finding")} chosen`;
    return [title, [
      h("h2", {text: title, "aria-live": "polite"}),
      decisions(null, size),
      number ? h("button", {type: "button", class: "button primary finding-suggested", "aria-keyshortcuts": "R", on: {click: () => desk.asSuggested()}},
        cap("R"), `Relabel ${count(number)} as suggested`) : null,
      h("p", {class: "dense ink2", text: number
        ? `Each gets its own suggested answer${heldout ? `; ${count(heldout)} of them ${heldout === 1 ? "is" : "are"} held-out and will be marked as corrected` : ""}.${number < size ? ` ${plural(size - number, "finding")} without one ${size - number === 1 ? "stays" : "stay"} open.` : ""}`
        : "None of them has a suggested answer."}),
      h("p", {class: "caption", text: "One undo takes all of it back."}),
    ], null];
  };

  const draw = () => {
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    const onSave = focused?.classList.contains("choice-save");
    const [label, text] = [focused?.getAttribute("aria-label"), focused?.textContent];
    const made = !value ? null : desk.picked.size ? several() : visited ? alike() : value.finding ? one() : null;
    if (!made) {
      root.replaceChildren();
      return;
    }
    const [title, content, shown] = made;
    root.replaceChildren(h("section", {class: "card item-panel finding-panel", "aria-label": title}, content));
    shown?.reveal();
    if (onSave) root.querySelector(".choice-save")?.focus({preventScroll: true});
    else if (focused) {
      [...root.querySelectorAll("button")].find((one) => (label ? one.getAttribute("aria-label") === label : one.textContent === text))?.focus({preventScroll: true});
    }
  };
  let picked = 0;
  desk.picked.watch(() => {
    if (desk.picked.size || picked) draw();
    picked = desk.picked.size;
  });

  // Decided fast, the answers are about other findings than the one that is looked at by now.
  desk.watch(() => {
    const shown = value?.finding?.key ?? null;
    if (!desk.pending.size && desk.looked && ![shown, desk.asked].includes(desk.looked)) desk.look(desk.looked);
  });

  return (next) => {
    if (next?.answered) answered(next.answered);
    if (next && value && next.newest < value.newest && next.workspace === value.workspace) return;
    if (next?.finding && desk.looked && next.finding.key !== desk.looked) return;
    const same = visited && next?.finding && next.finding.key === value?.finding?.key;
    value = next;
    if (!same) visited = null;
    else if (next.answered) visit(visited.id); // its labels may have changed
    draw();
  };
}
