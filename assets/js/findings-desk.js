// What the parts of the page share: the list that is shown, the finding that is looked at, which
// are picked, and the saves that U takes back.
import {say} from "./dom.js";
import {freshKey, personName} from "./person.js";
import {pickedOn} from "./picked.js";

const STORE = "fitting-room-findings-saves";
const KEPT = 100;

const read = () => {
  try { return JSON.parse(sessionStorage.getItem(STORE)) ?? []; } catch { return []; }
};

class Desk {
  value = null; // of the list
  looked = null; // key of a finding
  picked = pickedOn("findings");
  known = new Map(); // key -> {suggested, heldout} of all rows that were shown
  act = () => {};
  #saves = read(); // their names, the latest last
  #newest = 0;
  #watchers = new Set();

  watch(told) { this.#watchers.add(told); }

  // Whether a value is older than what is shown: answers may overtake each other.
  isLate(value) {
    if (value.workspace !== this.value?.workspace || value.newest >= this.#newest) return false;
    return true;
  }

  show(value) {
    const {answered = ""} = value;
    this.value = value;
    this.#newest = value.newest;
    this.looked = value.looked;
    for (const row of value.rows) this.known.set(row.key, {suggested: row.suggested !== null, heldout: row.heldout, state: row.state});
    const [what, name] = answered.includes(" ") ? answered.split(" ") : ["saved", answered];
    if (what === "undone") this.#keep(this.#saves.slice(0, Math.max(0, this.#saves.indexOf(name))));
    else if (what === "refused") this.#keep(this.#saves.filter((one) => one !== name));
    else if (name && this.picked.size) this.picked.clear();
  }

  #keep(names) {
    this.#saves = names.slice(-KEPT);
    try { sessionStorage.setItem(STORE, JSON.stringify(this.#saves)); } catch { /* this page only */ }
  }

  // Everything that a save says of itself; it can be taken back from now on.
  save() {
    const key = freshKey();
    this.#keep([...this.#saves, key]);
    return {key, by: personName()};
  }

  // A save that was named by a form.
  saved(key) { this.#keep([...this.#saves, key]); }

  // Which findings are meant: those picked, else the one looked at.
  #meant() {
    if (this.picked.all) return {scope: "all", expected: this.picked.all};
    if (this.picked.size) return {keys: [...this.picked.items.keys()]};
    return {keys: [this.looked], was: this.known.get(this.looked)?.state};
  }

  decide(verdict) {
    if (!this.looked && !this.picked.size) return;
    const meant = this.#meant();
    this.act("decide", {...meant, verdict, ...this.save()});
    if (meant.was) this.#leave();
  }

  asSuggested() {
    if (this.picked.size) this.act("suggested", {...this.#meant(), ...this.save()});
  }

  // The next one is looked at before the server has answered, so that fast keys lose none.
  #leave() {
    const {rows, state} = this.value;
    const at = rows.findIndex((row) => row.key === this.looked);
    if (at < 0) return;
    if (state === "open") rows.splice(at, 1);
    this.looked = rows[state === "open" ? at : at + 1]?.key ?? rows[at - 1]?.key ?? null;
    this.tell();
  }

  tell() {
    for (const told of this.#watchers) told();
  }

  look(key, item = null) {
    this.looked = key;
    this.tell();
    this.act("look", {finding: key, item});
  }

  // The finding before (-1) or after (1); beyond the page the next page.
  move(by) {
    const {rows, page, pages} = this.value ?? {rows: []};
    const at = rows.findIndex((row) => row.key === this.looked);
    const next = rows[at < 0 ? 0 : at + by];
    if (next) this.look(next.key);
    else if (by > 0 && page + 1 < pages) this.act("turn", {page: page + 1});
    else if (by < 0 && page > 0) this.act("turn", {page: page - 1});
  }

  undo() {
    if (!this.#saves.length) {
      say("There is nothing to undo here yet.");
      return;
    }
    this.act("takeback", {saves: [...this.#saves].reverse(), by: personName()});
  }

  // How many of those picked have a suggested answer, and how many of these are held-out.
  get suggested() {
    if (this.picked.all) return {number: this.value.suggested, heldout: this.value.suggestedHeldout};
    const found = [...this.picked.items.keys()].map((key) => this.known.get(key)).filter((one) => one?.suggested);
    return {number: found.length, heldout: found.filter((one) => one.heldout).length};
  }
}

export const desk = new Desk();
