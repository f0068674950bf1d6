// Asking the server: one photo a request, the file itself as the body.

const address = (path, {workspace, model}) => {
  const url = new URL(`predict/${path}`, document.baseURI);
  url.search = new URLSearchParams({workspace, model});
  return url;
};

export function askPhoto(place, file, signal) {
  const headers = {"X-Photo-Name": encodeURIComponent(file.name)};
  const tooLarge = file.size > place.max_mb * 1024 * 1024;
  if (tooLarge) headers["X-Photo-Bytes"] = String(file.size); // refused unread: why send it
  return ask(place, headers, tooLarge ? "" : file, file.name, signal);
}

export function askItem(place, id, signal) {
  return ask(place, {"X-Item": encodeURIComponent(id)}, "", id, signal);
}

// {answer} or {refused: sentence}; never throws, so that the other photos go on.
async function ask(place, headers, body, name, signal) {
  let found;
  try {
    const response = await fetch(address("photo", place), {method: "POST", headers, body, signal});
    if (!response.ok) return {refused: `${name} was not answered: ${await response.text()}`};
    found = await response.json();
  } catch {
    return {
      refused: `${name} did not reach the server. Drop photos, not folders; check that the app is`
        + " still running and drop it again.",
    };
  }
  return found.refused ? {refused: found.refused, name: found.photo ?? name } : {answer: found, name: found.photo};
}

export async function download(place, kind, answers) {
  const response = await fetch(address(`results.${kind}`, place), {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(answers),
  });
  if (!response.ok) throw new Error(await response.text());
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = `answers.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
