// What is open on the page, in the words of its link, so that a colleague sees the same.

const WAIT = 250;
const LONGEST = 4000;

export class Place {
  // `words`: those of a link or of the page as it was; the server keeps what it knows of them.
  constructor(act, data, words) {
    this.act = act;
    this.model = data.key[2].slice(0, 8);
    this.words = {...words};
    this.full = false; // more is unsaved than a link can hold
  }

  // null takes a word out. The link follows when nothing has changed for a moment.
  put(words) {
    const before = JSON.stringify(this.words);
    this.forget(...Object.keys(words));
    for (const [name, value] of Object.entries(words)) if (value !== null) this.words[name] = String(value);
    if (JSON.stringify(this.words) !== before) this.tell();
  }

  // Not from behind another page: the answer would call the user back to this one.
  tell() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (document.body.dataset.page === "thresholds") this.act("placed", this.words);
    }, WAIT);
  }

  forget(...names) {
    for (const name of names) delete this.words[name];
  }

  // Cuts that are not saved, those of this model only: another one's mean other items.
  putDrafts(cuts, zones, cells) {
    const word = (parts) => (parts.length ? [this.model, ...parts].join(";") : null);
    const name = encodeURIComponent;
    const drafts = {
      cuts: word(cuts.map((tag) => `${name(tag.name)}:${tag.cut}`)),
      zones: word(zones.map((tag) => [name(tag.name), ...(tag.zone
        ? [tag.zone.accept === null ? "" : tag.zone.accept * 1000, tag.zone.reject * 1000].map((cut) => (cut === "" ? "" : Math.round(cut))) : [])].join(":"))),
      cells: cells && word(Object.entries(cells).flatMap(([tag, own]) =>
        Object.entries(own).map(([kind, cut]) => `${name(tag)}:${name(kind)}:${Math.round(cut * 1000)}`)).concat("")),
    };
    const long = Object.keys(drafts).filter((key) => drafts[key]?.length > LONGEST);
    for (const key of long) drafts[key] = null;
    this.full = long.length > 0;
    this.put(drafts);
  }

  drafts() {
    const found = {cuts: {}, zones: {}, cells: null};
    for (const [name, cut] of this.parts("cuts")) if (isCut(cut)) found.cuts[name] = Number(cut);
    for (const [name, accept, reject] of this.parts("zones")) {
      if (accept === undefined) found.zones[name] = null;
      else if (isCut(reject) && (accept === "" || isCut(accept))) {
        found.zones[name] = {accept: accept === "" ? null : accept / 1000, reject: reject / 1000};
      }
    }
    if (this.words.cells?.startsWith(`${this.model};`)) {
      found.cells = {};
      for (const [tag, kind, cut] of this.parts("cells")) if (isCut(cut)) (found.cells[tag] ??= {})[kind] = cut / 1000;
    }
    return found;
  }

  parts(key) {
    const [model, ...parts] = (this.words[key] ?? "").split(";");
    return model === this.model ? parts.filter(Boolean).map((part) => part.split(":").map(plain)) : [];
  }
}

const isCut = (text) => /^\d{1,4}$/.test(text ?? "") && Number(text) <= 1000;

function plain(text) {
  try { return decodeURIComponent(text); } catch { return ""; }
}
