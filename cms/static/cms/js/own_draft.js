// What this window has saved by itself goes along when a button is pressed: it is no other person’s newer version.
// It is no field of the form: one more would be a change, to be saved again.
(() => {
  let saved = "";
  let isSent = false;
  const isEditor = (form) => form.matches("[data-edit-form]");
  document.addEventListener("w-autosave:success", (event) => {
    saved = event.detail?.response?.revision_id ?? saved;
  });
  document.addEventListener("submit", ({ target }) => {
    isSent = isEditor(target);
  });
  document.addEventListener("formdata", ({ target, formData }) => {
    if (isSent && saved && isEditor(target)) formData.set("saved_here", saved);
  });
})();
