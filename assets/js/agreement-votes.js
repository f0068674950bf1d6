// Agreement, last: votes in and out. With none yet, how to get some.
import {h, icon, count, plural, say} from "./dom.js";
import {personName} from "./person.js";

const WATCH = 400;
const KINDS = ".parquet,.pq,.csv,.tsv,.txt,.json,.jsonl,.manifest,.ndjson,.jsonlines";

export function mount(root, act) {
  let value = null;
  let running = null; // {id, stop} of the file on its way

  const field = h("input", {type: "file", accept: KINDS, class: "off-screen", tabindex: "-1", "aria-label": "A file of votes", on: {change: () => {
    bring(field.files[0]);
    field.value = "";
  }}});
  const state = h("div", {class: "votes-state", "aria-live": "polite"});

  const tell = (words, bar, stop) => state.replaceChildren(h("p", {class: "dense", text: words}),
    bar === null ? "" : h("span", {class: "bar-track"}, h("span", {class: "bar-fill bar-first", style: {width: `${100 * bar}%`}})),
    stop ? h("button", {type: "button", class: "button small", text: "Stop", on: {click: stop}}) : "");
  const wrong = (sentence) => state.replaceChildren(h("p", {class: "votes-wrong", role: "alert"}, icon("warning", 18), h("span", {text: `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`})));

  const follow = async (id, what) => {
    const answer = await fetch("agreement/import/follow", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({id, do: what, by: personName()})});
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };

  const bring = async (file) => {
    if (!file || running) return;
    const stopper = new AbortController();
    running = {stop: () => stopper.abort()};
    tell(`Sending ${file.name}`, 0.03, () => running?.stop());
    try {
      const answer = await fetch(`agreement/import?workspace=${encodeURIComponent(value.workspace)}`, {
        method: "POST", headers: {"X-File-Name": encodeURIComponent(file.name)}, body: file, signal: stopper.signal,
      });
      if (!answer.ok) throw new Error(await answer.text());
      const {id, refused} = await answer.json();
      if (refused) throw new Error(refused);
      running.stop = () => follow(id, "stop");
      let found = await follow(id);
      while (found.running) {
        tell(`${file.name}: ${found.what}${found.total ? `, ${count(found.done)} of ${count(found.total)}` : ""}`, found.total ? found.done / found.total : 0.1, () => running?.stop());
        await new Promise((resolve) => { setTimeout(resolve, WATCH); });
        found = await follow(id);
      }
      if (found.error) wrong(found.error);
      else taken(found, id);
      act("renew");
    } catch (error) {
      wrong(error.name === "AbortError" ? "Stopped; nothing was added." : error.message);
    }
    running = null;
  };

  const taken = (found, id) => {
    const left = found.left_out.length ? h("details", {class: "votes-left"}, h("summary", {class: "link", text: `What was left out${found.left_out.length > 19 ? ", the first 20" : ""}`}),
      h("div", {class: "agree-scroll", tabindex: "0", role: "region", "aria-label": "What was left out"}, h("table", {class: "agree-table"}, h("thead", null, h("tr", null, ["Row", "Item", "Reason", "What it said"].map((text) => h("th", {scope: "col", text})))),
        h("tbody", null, found.left_out.map((one) => h("tr", null, h("th", {scope: "row", text: count(one.row)}), [one.item_id ?? "–", one.reason, one.detail].map((text) => h("td", {class: "words", text})))))))) : null;
    const back = found.can_undo ? h("button", {type: "button", class: "button small", text: "Take this import back", on: {click: async () => {
      try {
        const done = await follow(id, "back");
        say(done.said);
        state.replaceChildren();
        act("renew");
      } catch (error) { wrong(error.message); }
    }}}) : null;
    state.replaceChildren(h("div", {class: "votes-taken"}, h("h3", {text: "Taken in"}), h("ul", null, found.lines.filter((line) => line.trim()).map((line) => h("li", {class: line.startsWith("  ") ? "within" : "", text: line.trim()}))), left, back));
  };

  const drop = (words) => {
    const zone = h("div", {class: "votes-drop"}, icon("upload", 22), h("p", {class: "dense", text: words}),
      h("button", {type: "button", class: "button", text: "Choose a file", on: {click: () => field.click()}}));
    const over = (is) => (event) => {
      event.preventDefault();
      zone.classList.toggle("over", is);
    };
    zone.addEventListener("dragover", over(true));
    zone.addEventListener("dragleave", over(false));
    zone.addEventListener("drop", (event) => {
      over(false)(event);
      bring(event.dataTransfer.files[0]);
    });
    return zone;
  };

  const kinds = () => h("p", {class: "caption"}, `Parquet or CSV with the columns ${value.id}, annotator, ${value.category} and tags (joined by |), or task and value; a Label Studio export (.json); a SageMaker Ground Truth output manifest (.manifest, .jsonl). A vote that is there already is not doubled.`);

  const empty = () => h("section", {class: "card votes-empty", "aria-label": "No votes yet"},
    h("h2", {text: "Nobody has voted yet"}),
    h("p", {text: "Votes are several people’s own answers to the same items. With two or more of them, this page says how far people agree, whom to trust with what, and which items to settle."}),
    h("ol", null,
      h("li", null, h("strong", {text: "Label as a team. "}), "Make a queue that asks two or three people for each item; nobody sees the others’ answers.",
        h("div", null, h("button", {type: "button", class: "button primary", text: "Open Label", on: {click: () => document.getElementById("tab-label")?.click()}}))),
      h("li", null, h("strong", {text: "Bring votes from another tool. "}), drop("Drop a file of votes here"), kinds(), state),
      h("li", null, h("strong", {text: "Or on the command line: "}), h("code", {text: `python -m core import-votes ${value.root} votes.parquet`}))));

  const full = () => {
    const link = (name, text) => h("a", {class: "button small", href: `agreement/${name}?${value.link}`, download: name, text});
    return h("section", {class: "card votes-card", "aria-label": "Votes in and out"},
      h("div", {class: "votes-columns"},
        h("div", null, h("h2", {text: "Bring votes"}), drop("Drop a file of votes here"), kinds(), state),
        h("div", null, h("h2", {text: "Take them along"}),
          h("p", {class: "dense ink2", text: `${plural(value.votes, "vote")}: who said what, and when. They can be read in again.`}),
          h("div", {class: "votes-links"}, link("votes.csv", "Votes, CSV"), link("votes.parquet", "Votes, Parquet"), link("votes.json", "Label Studio JSON"), link("votes.manifest", "Ground Truth manifest")),
          h("p", {class: "dense ink2", text: "What they come to: majority, CROWDLAB’s answer and how sure it is, what stands now and who set it."}),
          h("div", {class: "votes-links"}, link("consensus.csv", "Consensus, CSV"), link("consensus.parquet", "Consensus, Parquet")))));
  };

  return (next) => {
    const before = value;
    value = next;
    if (!value) return;
    if (before && Boolean(before.votes) === Boolean(value.votes) && before.workspace === value.workspace && before.votes === value.votes) return;
    if (before && before.workspace !== value.workspace) state.replaceChildren();
    root.replaceChildren(field, value.votes ? full() : empty());
  };
}
