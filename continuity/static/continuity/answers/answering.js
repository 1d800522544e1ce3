// A row of answers without the mouse: the arrow keys turn to the next entry, and a kept sentence goes where one was writing.
// Without this module the same buttons and links do it, one page at a time.
const fields = "input, textarea, select, button, summary, a[data-pin], [contenteditable]";
let lastField = null;

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
