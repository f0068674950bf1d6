// Who saves: kept in this browser, so that it is asked once.
import {h} from "./dom.js";

const REMEMBERED = "fitting-room-name";

export function personName() {
  try {
    return localStorage.getItem(REMEMBERED) ?? "";
  } catch { return ""; } // a browser that keeps nothing asks again
}

export function keepName(name) {
  try { localStorage.setItem(REMEMBERED, name.trim()); } catch { /* as above */ }
}

export function personField(changed = () => {}) {
  const field = h("input", {type: "text", maxlength: "80", autocomplete: "name", on: {change: () => {
    keepName(field.value);
    changed(field.value.trim());
  }}});
  field.value = personName();
  return field;
}

// 32 random hex digits: a save's own name, so that sent twice it is saved once.
export const freshKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
