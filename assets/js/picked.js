// Items picked in a grid to be relabelled together; grid and form look at the same set.

const watchers = new Set();

export const picked = {
  items: new Map(), // id -> {label, tags}
  all: 0, // number of items when all of the cell are meant, else 0
  get size() { return this.all || this.items.size; },
  set(items, all = 0) {
    this.items = new Map(items);
    this.all = all;
    for (const told of watchers) told();
  },
  clear() {
    if (this.size) this.set([]);
  },
  watch(told) { watchers.add(told); },
};
