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
  asked = null; // key of the finding whose photos are on their way
  picked = pickedOn("findings");
  known = new Map(); // key -> {suggested, heldout} of all rows that were shown
  act = () => {};
  #saves = read(); // their names, the latest last
  #newest = 0;
  #watchers = new Set();

  watch(told) { this.#watchers.add(told); }

  // Saves whose answer is not here yet: name -> finding, where one was decided.
  pending = new Map();

  // Take over what the server shows; false when a later answer is shown already. Answers may
  // overtake each other, and none of them may bring back what was decided meanwhile.
  show(value) {
    const {answered = ""} = value;
    const [what, name] = answered.includes(" ") ? answered.split(" ") : ["saved", answered];
    this.pending.delete(name);
    if (what === "undone") this.#keep(this.#saves.slice(0, Math.max(0, this.#saves.indexOf(name))));
    else if (what === "refused") this.#keep(this.#saves.filter((one) => one !== name));
    if (value.workspace === this.value?.workspace && value.newest < this.#newest) return false;
    this.#newest = value.newest;
    for (const row of value.rows) this.known.set(row.key, {suggested: row.suggested !== null, heldout: row.heldout, state: row.state});
    const going = new Set(this.pending.values());
    if (value.state === "open") value.rows = value.rows.filter((row) => !going.has(row.key));
    // Where the person has gone on to meanwhile counts more than where the server would go.
    const stays = (name && what === "saved") || going.size;
    this.value = value;
    if (!stays || !value.rows.some((row) => row.key === this.looked)) this.looked = value.looked;
    this.asked = value.looked;
    if (what === "saved" && name && this.picked.size) this.picked.clear();
    return true;
  }

  #keep(names) {
    this.#saves = names.slice(-KEPT);
    try { sessionStorage.setItem(STORE, JSON.stringify(this.#saves)); } catch { /* this page only */ }
  }

  // A save that is sent now; it can be taken back from now on.
  sent(key, finding = null) {
    this.#keep([...this.#saves, key]);
    if (finding) this.pending.set(key, finding);
  }

  // Which findings are meant: those picked, else the one looked at.
  #meant() {
    if (this.picked.all) return {scope: "all", expected: this.picked.all};
    if (this.picked.size) return {keys: [...this.picked.items.keys()]};
    return {keys: [this.looked], was: this.known.get(this.looked)?.state};
  }

  decide(verdict) {
    if (!this.looked && !this.picked.size) return;
    const [key, alone] = [freshKey(), !this.picked.size];
    this.sent(key, alone ? this.looked : null);
    this.act("decide", {...this.#meant(), verdict, key, by: personName()});
    if (alone) this.#leave();
  }

  asSuggested() {
    if (!this.picked.size) return;
    const key = freshKey();
    this.sent(key);
    this.act("suggested", {...this.#meant(), key, by: personName()});
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
    this.asked = key;
    this.act("look", {finding: key, item});
    this.tell();
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
