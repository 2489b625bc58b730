// Puts words that are selected in the thread into the field of words to hide. The page is whole without this.
(() => {
  "use strict";
  const field = document.querySelector("[data-marks]");
  if (!field) return;
  let chosen = "";

  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = field.dataset.marks;
  button.disabled = true;
  field.closest("label").after(button);

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const from = selection && !selection.isCollapsed && selection.anchorNode && selection.anchorNode.parentElement;
    if (!from || !from.closest(".thread .in .words")) return;
    chosen = selection.toString().trim().replace(/\s+/g, " ");
    button.disabled = !chosen;
  });

  button.addEventListener("click", () => {
    if (!chosen) return;
    field.value = field.value.trim() ? `${field.value.trim()}\n${chosen}` : chosen;
    field.focus();
  });
})();
