// A roll, marked data-roll, counts itself while it is marked; without this module the figures are those of the last save.
const roll = document.querySelector("form[data-roll]");
const plural = new Intl.PluralRules(document.documentElement.lang);

function count() {
  const statuses = [...roll.querySelectorAll("fieldset.pupil")].map((pupil) => pupil.querySelector(".mark input:checked")?.value ?? "");
  for (const tally of roll.querySelectorAll("[data-tally]")) {
    const n = statuses.filter((status) => status === tally.dataset.tally).length;
    const words = tally.querySelector("[data-words]");
    words.textContent = words.dataset[plural.select(n)].replace(/^\d+/, n);
    tally.hidden = n === 0;
  }
  const left = statuses.filter((status) => status === "").length;
  roll.querySelector("[data-left]").textContent = left ? ` (${left} ${roll.dataset.toDecide})` : "";
}

// The tone of a line follows its mark; the minutes of who is late are the next thing to type.
function paint(mark) {
  const tone = [...mark.classList].find((name) => name.startsWith("is-"));
  mark.closest(".pupil").className = `pupil ${tone}`;
}

roll.addEventListener("change", (event) => {
  const mark = event.target.closest(".mark");
  if (!mark) return;
  paint(mark);
  count();
});
count();
// Back from another page, an error 503 say, the browser gives the marks back after this module ran, and fires no "change".
addEventListener("pageshow", () => {
  for (const chosen of roll.querySelectorAll(".mark input:checked")) paint(chosen.closest(".mark"));
  count();
});
