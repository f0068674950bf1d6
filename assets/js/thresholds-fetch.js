// What only the server can say of this workspace and model; a failure comes as {error}, a sentence.

export async function getJson(bench, what, words) {
  const [workspace, model] = bench.data.key;
  const url = new URL(`thresholds/${what}`, document.baseURI);
  url.search = new URLSearchParams({workspace, model, ...words});
  try {
    const response = await fetch(url);
    return await response.json();
  } catch {
    return {error: "The app does not answer; check that it is still running, then try again."};
  }
}
