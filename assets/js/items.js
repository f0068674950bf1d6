// Photos of items: boxes that keep their place, and grids of cards.
import {h} from "./dom.js";

// A photo on the mat: whole garment, uncropped. Says so where there is no photo to show.
export function photoBox(url, words, {crop = false, eager = false} = {}) {
  const box = h("span", {class: `photo${crop ? " photo-crop" : ""}`});
  const missing = (text) => box.replaceChildren(h("span", {class: "photo-none", text}));
  if (!url) {
    missing("no photo");
    return box;
  }
  const image = h("img", {alt: words, src: url, loading: eager ? "eager" : "lazy", decoding: "async", draggable: "false"});
  image.addEventListener("load", () => box.classList.add("photo-there"));
  image.addEventListener("error", () => missing("photo missing"));
  box.append(image);
  return box;
}
