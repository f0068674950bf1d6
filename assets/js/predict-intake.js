// Photos come by drop anywhere on the page, by paste, or by the file picker.

export function listen(root, add, ready) {
  const open = () => ready() && root.isConnected && root.offsetParent !== null;
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  let depth = 0;
  const hover = (on) => root.classList.toggle("dropping", on);

  document.addEventListener("dragenter", (event) => {
    if (open() && carriesFiles(event)) { depth += 1; hover(true); }
  });
  document.addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) hover(false);
  });
  document.addEventListener("dragover", (event) => {
    if (open() && carriesFiles(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    depth = 0;
    hover(false);
    if (!open() || !carriesFiles(event)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const typing = event.target.closest?.("input, textarea, [contenteditable]");
    if (open() && !typing) take([...(event.clipboardData?.files ?? [])]);
  });
  const take = (files) => { if (files.length) add(files); };
}
