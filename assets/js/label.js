// Label: one photo after the other; what is said is shown at once and sent behind the scenes.
import {h, say} from "./dom.js";
import {listen} from "./keyboard.js";
import {deskView} from "./label-desk.js";
import {guidePanel} from "./label-guide.js";
import {sendingLine} from "./label-line.js";
import {queueForm} from "./label-queue.js";
import {freshKey, keepName, personField, personName} from "./person.js";

const RECENT = 20; // answers from which the speed is told
const GUIDE = "fitting-room-guidelines"; // whether they stand beside the photo

export function mount(root, act) {
  let value = null;
  let queue = null;
  let desk = null;
  let form = null; // settings of a queue, while they are open
  let held = []; // items that are this person's; the first is on screen
  let far = null; // how far the queue is, as the server last said
  let heard = 0; // when the server last said what is this person's
  let loading = false;
  let later = []; // keys pressed while the next item was on its way
  let chosen = null;
  let tags = new Set();
  const done = new Set(); // answered here, sent or not
  const past = []; // {item, key, category, tags}
  const times = [];
  const photos = new Map(); // id -> <img>, loaded ahead

  const line = sendingLine({
    answered(found, job) {
      if (job.body.workspace !== value?.workspace || job.body.queue !== queue?.name) return;
      loading = false;
      far = found;
      heard = Date.now();
      const [here] = held;
      held = [...(here ? [here] : []), ...found.items.filter((item) => item.id !== here?.id && !done.has(item.id))];
      for (const item of held) load(item);
      if (job.path === "save" && found.model) desk?.tell(`${short(job.body.item)}: the model says ${found.model}`);
      const tab = document.querySelector("#tab-label .tab-badge");
      if (tab) tab.textContent = found.badge || "";
      if (found.board !== guide.board) guide.refresh();
      show();
      while (held.length && later.length) later.shift()();
    },
    refused(sentence, job) {
      loading = false;
      say(`${job.path === "save" ? "Not saved: " : ""}${sentence}`);
      if (job.path === "save") done.delete(job.body.item);
      show();
    },
    waiting: (is) => desk?.wait(is),
  });

  const short = (id) => past.find((one) => one.item.id === id)?.item.short ?? id;
  const about = () => ({workspace: value.workspace, model: value.model, queue: queue.name, by: personName()});
  const load = (item) => {
    if (!item.photo || photos.has(item.id)) return;
    photos.set(item.id, h("img", {src: item.photo, alt: `Item ${item.short}`, draggable: "false"}));
  };
  const fetchNext = (leave = null) => {
    loading = true;
    line.push("next", {...about(), leave});
  };
  const coming = () => loading || line.pending > 0; // more items may be on their way
  const press = (what) => {
    if (held.length && !line.pending && Date.now() - heard > 1000 * queue.settings.lease_seconds) {
      held = []; // somebody else may have got these meanwhile
      fresh();
      fetchNext();
      show();
      say("You were away for a while. This is yours now.");
    } else if (held.length) what();
    else if (coming()) later.push(() => press(what));
  };

  const choose = (at) => press(() => {
    chosen = value.questions.classes[at].value;
    guide.choose(chosen);
    show();
  });
  const toggle = (at) => press(() => {
    const tag = value.questions.tags[at].value;
    if (!tags.delete(tag)) tags.add(tag);
    guide.choose(`tag:${tag}`);
    show();
  });
  const answer = (other) => press(() => {
    const category = other ?? chosen; // as it is when the item is there
    if (category === null) {
      say("Choose a category first, or press S to skip.");
      return;
    }
    const item = held.shift();
    const key = freshKey();
    past.push({item, key, category, tags: [...tags]});
    done.add(item.id);
    photos.delete(past[past.length - 6]?.item.id);
    times.push(Date.now());
    fresh();
    line.push("save", {...about(), item: item.id, category, tags: [...past[past.length - 1].tags], key});
    show();
  });
  const undo = () => {
    const last = past.pop();
    if (!last) {
      say("There is nothing to undo here yet.");
      return;
    }
    done.delete(last.item.id);
    times.pop();
    held.unshift(last.item);
    load(last.item);
    chosen = value.questions.classes.some((one) => one.value === last.category) ? last.category : null;
    tags = new Set(last.tags);
    line.push("undo", {...about(), key: last.key});
    show();
  };
  const fresh = () => {
    chosen = null;
    tags = new Set();
  };
  const others = {
    save: () => answer(), undo: () => (coming() && !held.length ? later.push(undo) : undo()), skip: () => answer(value.others.skip),
    cannot: () => answer(value.others.cannot), none: () => answer(value.others.none),
  };
  listen(() => desk && {
    node: desk.node, classes: value.questions.classes, tags: value.questions.tags, choose, toggle,
    other: (key, event) => {
      const button = event.target.closest?.("button, summary, a");
      if (key === " " && (!button || button.id === "tab-label")) others.save();
      else if (key.toLowerCase() === "u") others.undo();
      else if (key.toLowerCase() === "s") others.skip();
      else if (key === "?") desk.help();
      else return false;
      return true;
    },
  });

  const speed = () => {
    const recent = times.slice(-RECENT);
    const spent = recent[recent.length - 1] - recent[0];
    return recent.length > 2 && spent > 0 ? (3600000 * (recent.length - 1)) / spent : null;
  };
  const show = () => desk?.show({
    held, photos, chosen, tags, loading: coming(), canUndo: past.length > 0, problem: far?.problem, far: far?.people ? far : null,
    mine: (far?.mine ?? 0) + line.pending, left: Math.max(0, (far?.left ?? queue.left) - line.pending), perHour: speed(),
  });

  const guide = guidePanel({
    now: () => ({about: {workspace: value.workspace, model: value.model}, item: held[0]?.id ?? null}),
    changed: (now) => desk?.examples(now),
    close: () => showGuide(false),
  });
  const showGuide = (is) => {
    guide.node.hidden = !is;
    desk.node.classList.toggle("with-guide", is);
    desk.expanded("guide", is);
    try { localStorage.setItem(GUIDE, is ? "1" : ""); } catch { /* for now only */ }
  };
  const guideWanted = () => {
    try { return Boolean(localStorage.getItem(GUIDE)); } catch { return false; }
  };
  const closeForm = () => {
    form?.node.remove();
    form = null;
    desk?.expanded("queue", false);
  };
  const openForm = (start) => {
    form = queueForm(value, start, {
      saved: (name, queues) => {
        value.queues = queues;
        begin(name);
        say(`Saved. Your team finds the queue “${name}” in its list.`);
      },
      removed: (queues) => {
        value.queues = queues;
        begin(queues.find((one) => one.own || one.left)?.name);
      },
      close: closeForm,
    });
    (desk?.node ?? root).prepend(form.node);
    desk?.expanded("queue", true);
    form.focus();
  };

  const begin = (name) => {
    const before = queue?.name;
    queue = value.queues.find((one) => one.name === name) ?? null;
    if (!queue) {
      finished();
      return;
    }
    if (name !== value.queue) act("queue", {queue: name}); // for the link
    value.queue = name;
    held = [];
    later = [];
    far = null;
    form = null;
    fresh();
    desk = deskView(value, queue, guide.node, {choose, toggle, ...others, go: begin,
      settings: () => (form ? closeForm() : openForm(queue)), guidelines: () => showGuide(guide.node.hidden)});
    root.replaceChildren(desk.node);
    guide.show(value.guide);
    showGuide(guideWanted());
    fetchNext(before === name ? null : before);
    show();
  };
  const finished = () => {
    desk = null;
    form = null;
    const start = {own: false, settings: {weights: {random: 1}, overlap: 2, lease_seconds: 600, blind: true, hides_model: true}};
    root.replaceChildren(h("section", {class: "card"}, h("p", {class: "empty", text: "Every item has its answer. Nothing is left to label."}),
      h("button", {type: "button", class: "button", text: "Ask for a second answer", on: {click: () => form || openForm(start)}})));
  };
  const ask = () => {
    const field = personField();
    const start = h("form", {class: "card label-start", on: {submit: (event) => {
      event.preventDefault();
      if (!field.value.trim()) return;
      keepName(field.value);
      begin(value.queue);
    }}}, h("label", null, h("span", {text: "Your name"}), field),
    h("button", {type: "submit", class: "button primary", text: "Start"}),
    h("p", {class: "caption", text: "Your answers carry it, and nobody else gets the items that you hold."}));
    root.replaceChildren(start);
  };

  return (next) => {
    if (!next) return;
    const same = value && desk && value.workspace === next.workspace && value.model === next.model;
    value = next;
    if (same) return;
    done.clear();
    past.length = 0;
    line.resume();
    if (!value.queue) finished();
    else if (personName()) begin(value.queue);
    else ask();
  };
}
