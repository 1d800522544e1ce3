// A row of answers without the mouse: the arrow keys turn to the next entry, a kept sentence goes where one was writing, and
// nothing typed is left behind without a word. Without this module the same buttons and links do it, one page at a time.
const fields = "input, textarea, select, button, summary, a[data-pin], [contenteditable]";
let lastField = null;
let isTyped = Boolean(document.querySelector('[data-unsaved="typed"]'));
let isSent = false;

document.querySelectorAll("[data-answering] [data-with-script]").forEach((help) => help.removeAttribute("hidden"));

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest(fields)) return;
  const way = document.querySelector(`a[data-key="${event.key}"]`);
  if (!way) return;
  event.preventDefault();
  way.click();
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("#answer textarea")) lastField = event.target;
});

document.addEventListener("click", (event) => {
  const sentence = event.target.closest("[data-sentence]");
  const field = lastField?.isConnected ? lastField : document.querySelector("#answer [data-insert]");
  if (!sentence || !field) return;
  event.preventDefault();
  const before = field.value.slice(0, field.selectionEnd);
  const apart = before && !/\s$/.test(before) ? " " : "";
  field.setRangeText(apart + sentence.textContent.trim(), field.selectionEnd, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

document.addEventListener("input", (event) => {
  if (event.target.closest("[data-unsaved]")) isTyped = true;
});
document.addEventListener("submit", () => {
  isSent = true;
});
window.addEventListener("beforeunload", (event) => {
  if (isTyped && !isSent) event.preventDefault();
});
