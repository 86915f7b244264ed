// Keys that stand on the controls: a letter clicks what carries it. Off while somebody types, and with Ctrl, Alt or ⌘.
"use strict";
(() => {
  const typing = (element) => element.closest("input:not([type=radio]), textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("tr[data-row]")];
  const moveTo = (list, step) => {
    const at = list.findIndex((row) => row.contains(document.activeElement));
    const next = list[Math.min(list.length - 1, Math.max(0, at + step))];
    if (next) next.querySelector("a").focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target)) return;
    const key = event.key.toLowerCase();
    const list = rows();
    if (list.length && (key === "j" || key === "k")) {
      event.preventDefault();
      moveTo(list, key === "j" ? 1 : -1);
      return;
    }
    const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (found) {
      event.preventDefault();
      found.click();
    }
  });
})();
