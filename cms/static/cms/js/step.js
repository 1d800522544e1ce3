// Marks in the editor the passages that the other language hasn’t followed: a word and a frame at each.
// The list of them stands in the page; blocks are drawn late and drawn anew, so the form is watched.
(() => {
  const mark = () => {
    const list = document.getElementById("step-marks");
    if (!list) return;
    for (const [id, word] of Object.entries(JSON.parse(list.textContent))) {
      const place = document.querySelector(`[data-contentpath="${CSS.escape(id)}"]`);
      if (!place || place.hasAttribute("data-step-late")) continue;
      place.setAttribute("data-step-late", "");
      const sign = document.createElement("p");
      sign.className = "step__mark";
      sign.textContent = word;
      place.prepend(sign);
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    mark();
    const form = document.querySelector("[data-edit-form]");
    if (form) new MutationObserver(mark).observe(form, { childList: true, subtree: true });
  });
})();
