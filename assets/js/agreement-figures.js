// Agreement, below: the figures as tables. Choosing a row of a table opens what is behind it.
import {h, count} from "./dom.js";

const csv = (name, link) => h("a", {class: "link", href: `agreement/table/${name}.csv?${link}`, download: `${name}.csv`, text: "CSV"});

// A card with a title, a line that explains it, and its table's download.
const card = (title, words, name, link, ...body) => h("section", {class: `card agree-card agree-${name}`, "aria-label": title},
  h("div", {class: "card-head"}, h("div", null, h("h2", {text: title}), h("p", {class: "caption", text: words})), csv(name, link)), body);

const table = (columns, rows, caption) => h("div", {class: "agree-scroll", tabindex: "0", role: "region", "aria-label": caption},
  h("table", {class: "agree-table"}, h("thead", null, h("tr", null, columns.map((text) => h("th", {scope: "col", text})))), h("tbody", null, rows)));

const row = (name, cells, kind = "") => h("tr", {class: kind}, h("th", {scope: "row"}, name), cells.map((cell) => (cell instanceof Node ? h("td", null, cell) : h("td", {text: cell}))));

// Five steps, as in the matrices: below 0.4, 0.6, 0.8, 0.9, above.
const step = (kappa) => (kappa === null ? "none" : [0.4, 0.6, 0.8, 0.9].filter((cut) => kappa >= cut).length + 1);

export function mount(root, act) {
  let value = null;

  const opener = (text, pressed, words, click) => h("button", {type: "button", class: "link agree-open", "aria-pressed": String(pressed), "aria-label": words, title: text, text, on: {click}});

  const tasks = () => card("Each question", "Choose one to see its classes, people and pairs below.", "tasks", value.link,
    table(["", "Items", "Same", "Cohen", "Fleiss", "Krippendorff", "Ties", "One vote", "CROWDLAB differs"], value.tasks.map((one) => row(
      opener(one.name, one.value === value.task.value, `Show ${one.name}`, () => act("task", {task: one.value})),
      [one.items, one.agreement, one.kappa, one.fleiss, one.alpha, one.ties, one.one_vote, one.differs ?? "…"],
      one.value === value.task.value ? "open" : "")), "Agreement on each question"));

  const classes = () => (value.classes.length ? card("Each class", "How often a second voter says the same; kappa and alpha of the class against all others.", "classes", value.link,
    table(["", "Votes", "Same", "Fleiss", "Krippendorff"], value.classes.map((one) => row(one.name, [one.votes, one.agreement, one.fleiss, one.alpha])), "Agreement on each class")) : null);

  const byVotes = () => card("Votes for each item", `Items by how many people answered, on ${value.task.name}.`, "votes-per-item", value.link,
    table(["Votes", "Items", "All the same", "Ties"], value.by_votes.map((one) => row(count(one.votes), [count(one.items), one.votes > 1 ? count(one.unanimous) : "–", one.votes > 1 ? count(one.undecided) : "–"])), "Items by number of votes"));

  const pairs = () => {
    const {people, rows, in_all: all} = value.pairs;
    if (people.length < 2) return null;
    const cell = (at, other) => {
      const one = rows[at][other];
      if (at === other) return h("td", {class: "agree-same", text: "·"});
      if (!one) return h("td", {class: "agree-same", title: "no item in common", text: "–"});
      const [a, b] = [people[at], people[other]];
      return h("td", null, h("button", {type: "button", class: `agree-cell step-${step(one.value)}`, "aria-pressed": String(isOpen(a, b)),
        "aria-label": `${a} and ${b}: kappa ${one.kappa}, the same on ${one.agreement} of ${one.items} items`, on: {click: () => act("person", {a, b})}},
      h("strong", {text: one.kappa}), h("span", {text: one.items})));
    };
    return card("Each two people", `Cohen’s kappa, and items in common${all > people.length ? `; the ${people.length} of ${all} people with most votes, all in the CSV` : ""}.`, "pairs", value.link,
      h("div", {class: "agree-scroll", tabindex: "0", role: "region", "aria-label": "Agreement of each two people"},
        h("table", {class: "agree-heat"}, h("thead", null, h("tr", null, h("td"), people.map((name) => h("th", {scope: "col", text: name, title: name})))),
          h("tbody", null, people.map((name, at) => h("tr", null, h("th", {scope: "row", text: name, title: name}), people.map((_, other) => cell(at, other))))))));
  };
  const isOpen = (a, b) => Boolean(value.open) && (b === null ? value.open.a === a && value.open.b === null : [value.open.a, value.open.b].sort().join("\n") === [a, b].sort().join("\n"));

  const people = () => card("Each person", `Against the consensus of at least two votes, their own included, on ${value.task.name}. Choose one to see what they mix up.`, "people", value.link,
    table(["", "Votes", "As the consensus", "95 % interval", "Quality (CROWDLAB)"], value.people.map((one) => row(
      opener(one.name, isOpen(one.name, null), `Show what ${one.name} mixes up`, () => act("person", {a: one.name})),
      [one.votes, one.accuracy, one.interval ? one.interval.join(" to ") : "–", one.quality], isOpen(one.name, null) ? "open" : "")), "Everybody against the consensus"),
    value.people_in_all > value.people.length ? h("p", {class: "caption", text: `${value.people.length} of ${value.people_in_all}; all in the CSV.`}) : null);

  const open = () => {
    if (!value.open) return null;
    const {rows, columns, names, matrix, a, b} = value.open;
    const words = new URLSearchParams(value.link);
    words.set("a", a);
    if (b) words.set("b", b);
    const title = b ? `${rows} and ${columns}` : `What ${columns} mixes up`;
    return card(title, `Rows: ${rows}. Columns: ${columns}.`, "confusion", words.toString(),
      h("div", {class: "agree-scroll", tabindex: "0", role: "region", "aria-label": title},
        h("table", {class: "agree-table agree-matrix"}, h("thead", null, h("tr", null, h("td"), names.map((text) => h("th", {scope: "col", text})))),
          h("tbody", null, matrix.map((line, at) => h("tr", null, h("th", {scope: "row", text: names[at]}),
            line.map((number, other) => h("td", {class: number ? (at === other ? "right" : "wrong") : "zero", text: number ? count(number) : "·"}))))))));
  };

  return (next) => {
    value = next;
    const label = root.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    if (!value) {
      root.replaceChildren();
      return;
    }
    root.replaceChildren(tasks(), h("div", {class: "agree-grid"},
      h("div", null, people(), pairs(), byVotes()), h("div", null, open(), classes())));
    if (label) root.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus({preventScroll: true});
  };
}
