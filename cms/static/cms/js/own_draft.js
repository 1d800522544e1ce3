// What this window has saved by itself goes along when a button is pressed: it is no other person’s newer version.
document.addEventListener("w-autosave:success", (event) => {
  const form = document.querySelector("[data-edit-form]");
  const number = event.detail?.response?.revision_id;
  if (!form || !number) return;
  const field = form.elements.saved_here ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "saved_here" }));
  field.value = number;
});
