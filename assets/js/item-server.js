// What the server knows of one item, for the panel that every page shows.

// `item` names its workspace and model. Throws an Error with the server's sentence.
async function ask(path, options) {
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), options);
  } catch {
    throw new Error("The server cannot be reached; check that the app is still running.");
  }
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

const words = ({workspace, model, id}) => new URLSearchParams({workspace, model, item: id});

const post = (path, data) => ask(path, {
  method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(data),
});

export const oneItem = (item) => ask(`items/one?${words(item)}`);

export const whyOf = (item) => ask(`items/why?${words(item)}`);

export const alikeOf = (item) => ask(`items/alike?${words(item)}`);

// `what`: "find" or "cancel".
export const searchAlike = ({workspace, model, id}, what) => post("items/alike", {workspace, model, item: id, do: what});

// What a save would change, in a sentence.
export const previewOf = async (wish) => (await post("items/preview", wish)).text;
