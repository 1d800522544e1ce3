// In a form marked data-suggests the arrows lead from the field into the titles below it and back, and Escape shuts them.
// Without this module Tab does the same.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest("[data-suggests]");
  if (!form) return;
  const field = form.querySelector("input[type=search]");
  const list = form.querySelector(".suggestions");
  const stops = [field, ...list.querySelectorAll("a")];
  const here = stops.indexOf(event.target);
  if (event.key === "Escape" && stops.length > 1) {
    list.replaceChildren();
    field.focus();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && stops.length > 1 && here >= 0) {
    stops[(here + (event.key === "ArrowDown" ? 1 : stops.length - 1)) % stops.length].focus();
  } else {
    return;
  }
  event.preventDefault();
});
