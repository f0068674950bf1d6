// Building elements: text goes through textContent only, so data can never become markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "style") {
      for (const [property, text] of Object.entries(value)) node.style.setProperty(property, text);
    } else if (name === "text") node.textContent = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// h("button", {class: "button", text: title, on: {click}}, child, ...)
export const h = (tag, attributes, ...children) =>
  fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

const PATHS = {
  mark: ["M12 7.2V6.4a2.2 2.2 0 1 0-2.2-2.2", "M12 7.2 2.9 15.1a1.9 1.9 0 0 0 1.2 3.3h15.8a1.9 1.9 0 0 0 1.2-3.3L12 7.2Z"],
  moon: ["M20 14.5A8.3 8.3 0 0 1 9.5 4a8.3 8.3 0 1 0 10.5 10.5Z"],
  sun: ["M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z", "M12 2.5v2.2M12 19.3v2.2M2.5 12h2.2M19.3 12h2.2M5.3 5.3l1.5 1.5M17.2 17.2l1.5 1.5M5.3 18.7l1.5-1.5M17.2 6.8l1.5-1.5"],
  warning: ["M12 4.2 2.8 19.8h18.4L12 4.2Z", "M12 10v4.6M12 17.1v.3"],
  tick: ["M4.5 12.6 9.7 17.6 19.5 6.6"],
  down: ["M6 9.5l6 6 6-6"],
  left: ["M14.5 6l-6 6 6 6"],
  right: ["M9.5 6l6 6-6 6"],
  upload: ["M12 15V4.5M7.5 8.5 12 4l4.5 4.5", "M4 14.5v4a1.5 1.5 0 0 0 1.5 1.5h13a1.5 1.5 0 0 0 1.5-1.5v-4"],
};

// A line drawing that says nothing by itself; words stand beside it.
export const icon = (name, size = 20) =>
  svg("svg", {class: `icon icon-${name}`, width: size, height: size, viewBox: "0 0 24 24", "aria-hidden": "true"},
    ...PATHS[name].map((d) => svg("path", {d})));

export const count = (number) => number.toLocaleString("en-US");

// 1 photo, 2 photos
export const plural = (number, one, many = `${one}s`) =>
  `${count(number)} ${number === 1 ? one : many}`;

export const percent = (share, digits = 0) =>
  share === null || Number.isNaN(share) ? "–" : `${(100 * share).toFixed(digits)} %`;

// The label of the control inside `root` that has the focus, to give it back after a redraw.
export const focusedLabel = (root) => (root.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null);

export const refocus = (root, label) => {
  if (label) root.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus();
};

// Put `link` into the address bar without a new entry in the history.
export const showLink = (link) => {
  const theme = new URLSearchParams(location.search).get("__theme");
  const words = new URLSearchParams(link);
  if (theme) words.set("__theme", theme);
  const query = words.toString();
  history.replaceState(history.state, "", query ? `?${query}` : location.pathname);
};

// Copy, also where the page is not served securely and the clipboard is closed to scripts.
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = h("textarea", {class: "off-screen", "aria-hidden": "true"});
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}

// A button that copies the address of what is open and says so.
export const copyLinkButton = (attributes) => {
  const button = h("button", {type: "button", text: "Copy link", ...attributes});
  button.addEventListener("click", async () => {
    const copied = await copyText(location.href);
    say(copied ? "Link copied." : `Copy this address: ${location.href}`);
  });
  return button;
};

// A short message at the foot of the page; screen readers hear it.
export function say(text) {
  document.dispatchEvent(new CustomEvent("fitting-room:say", {detail: text}));
}
