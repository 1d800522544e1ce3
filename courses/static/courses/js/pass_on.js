// The form that hands an LTI launch to its tool presses itself. Where the page's policy stops it (the tool leads on to a site that
// wasn't entered), the page says so. Without this module there is the button.
document.addEventListener("securitypolicyviolation", (event) => {
  if (event.effectiveDirective === "form-action") document.querySelector("[data-stopped]").hidden = false;
});
document.querySelector("form[data-passes-on]").submit();
