// What only the server can say of this workspace and model; a failure comes as {error}, a sentence.

import {h} from "./dom.js";

export async function getJson(bench, what, words, signal = null) {
  const [workspace, model] = bench.data.key;
  const url = new URL(`thresholds/${what}`, document.baseURI);
  url.search = new URLSearchParams({workspace, model, ...words});
  try {
    const response = await fetch(url, {signal});
    return await response.json();
  } catch (error) {
    return {error: error.name === "AbortError" ? "Stopped." : "The app does not answer; check that it is still running, then try again."};
  }
}

// The same where it may take a while: `area` says so, and offers to stop waiting.
export async function getSlowly(bench, what, words, area) {
  const stopper = new AbortController();
  const said = h("span", {role: "status", text: "Fitting…"});
  const begun = Date.now();
  const ticking = setInterval(() => { said.textContent = `Fitting, ${Math.round((Date.now() - begun) / 1000)} s`; }, 1000);
  area.replaceChildren(h("p", {class: "more"}, said, " ",
    h("button", {type: "button", class: "link", text: "Stop", on: {click: () => stopper.abort()}})));
  const found = await getJson(bench, what, words, stopper.signal);
  clearInterval(ticking);
  return found;
}
