// Keys of a labelling form: digits choose a class, letters switch tags; typing is left alone.

const PAUSE = 1200; // milliseconds in which the digits of one class are typed

const typing = (target) => target instanceof Element
  && target.closest("input, textarea, select, [contenteditable='true']");

// `form()` gives {node, classes: [{key}], tags: [{key}], choose(at), toggle(at), other(key)} or null.
export function listen(form) {
  let digits = "";
  let timer = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const now = form();
    if (!now?.node.isConnected || !now.node.checkVisibility()) return;
    const key = event.key.toLowerCase();
    if (/^[0-9]$/.test(key)) {
      clearTimeout(timer);
      timer = setTimeout(() => { digits = ""; }, PAUSE);
      digits = (digits + key).slice(-now.classes[0].key.length);
      const at = now.classes.findIndex((one) => one.key === digits);
      if (at < 0) return;
      digits = "";
      event.preventDefault();
      now.choose(at);
      return;
    }
    digits = "";
    const at = now.tags.findIndex((one) => one.key === key);
    if (at >= 0) {
      event.preventDefault();
      now.toggle(at);
    } else if (now.other?.(event.key, event)) event.preventDefault();
  });
}
