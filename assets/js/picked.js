// Items picked in a page's grid to be relabelled together; grid and form look at the same set.

export class Picked {
  items = new Map(); // id -> true
  all = 0; // number of items when all of the list are meant, else 0
  #watchers = new Set();

  get size() { return this.all || this.items.size; }

  has(id) { return Boolean(this.all) || this.items.has(id); }

  set(ids, all = 0) {
    this.items = new Map([...ids].map((id) => [id, true]));
    this.all = all;
    for (const told of this.#watchers) told();
  }

  add(ids) { this.set([...this.items.keys(), ...ids]); }

  toggle(id) {
    const now = new Map(this.items);
    if (!now.delete(id)) now.set(id, true);
    this.set(now.keys());
  }

  clear() {
    if (this.size) this.set([]);
  }

  watch(told) { this.#watchers.add(told); }
}

const sets = new Map();

// The set of one page, for its parts that are drawn apart.
export function pickedOn(page) {
  if (!sets.has(page)) sets.set(page, new Picked());
  return sets.get(page);
}
