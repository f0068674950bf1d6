// The saved theme, before the first paint. Gradio sets the class of the body itself from the
// system's theme, so what the user chose is set again whenever that happens.
(() => {
  const KEY = "fitting-room-theme";
  const asked = new URLSearchParams(location.search).get("__theme");
  let chosen = asked === "dark" || asked === "light" ? asked : null;
  try {
    chosen ??= localStorage.getItem(KEY);
  } catch {
    // storage is closed: the system's theme it is
  }
  const apply = () => {
    if (!document.body || !chosen) return;
    const dark = chosen === "dark";
    if (document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
  };
  const watchBody = () => {
    apply();
    new MutationObserver(apply).observe(document.body, {attributes: true, attributeFilter: ["class"]});
  };
  if (document.body) watchBody();
  else document.addEventListener("DOMContentLoaded", watchBody);
  window.fittingRoomTheme = {
    isDark: () => document.body.classList.contains("dark"),
    toggle() {
      chosen = this.isDark() ? "light" : "dark";
      try {
        localStorage.setItem(KEY, chosen);
      } catch {
        // kept for this visit only
      }
      apply();
      document.dispatchEvent(new Event("fitting-room:theme"));
    },
  };
})();
