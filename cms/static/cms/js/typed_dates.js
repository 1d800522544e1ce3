// Wagtail's date picker puts today in the place of a date that it doesn't read, such as 31/12/2026, when the field is left.
// What was typed stays: the form reads it, or says what is wrong with it.
document.addEventListener("focusin", ({ target }) => {
  if (target instanceof HTMLInputElement && window.jQuery) window.jQuery(target).off("blur.xdsoft");
});
