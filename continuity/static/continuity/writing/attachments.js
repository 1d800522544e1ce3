// With pictures chosen in a field marked data-attachments, there is a line for what each shows; what is too heavy is said before sending.
for (const input of document.querySelectorAll("input[type=file][data-attachments]")) {
  const lines = input.closest("fieldset").querySelector("[data-new-alts]");
  const plain = lines.firstElementChild;
  plain.hidden = true;
  input.addEventListener("change", () => {
    const files = [...input.files];
    const heavy = files.find((file) => file.size > Number(lines.dataset.mostBytes));
    input.setCustomValidity(heavy ? lines.dataset.heavy.replace("{name}", heavy.name) : "");
    if (heavy) input.reportValidity();
    plain.querySelector("input").disabled = true;
    lines.replaceChildren(plain, ...files.map((file, n) => line(file, n, plain, lines.dataset.label)));
  });
}

// One for each file, in their order; those that are no pictures have theirs hidden and empty.
function line(file, n, plain, label) {
  const field = plain.cloneNode(true);
  const input = field.querySelector("input");
  field.hidden = !file.type.startsWith("image/") && !/\.hei[cf]$/i.test(file.name);
  input.disabled = false;
  input.id = `new-alt-${n}`;
  input.value = "";
  input.removeAttribute("aria-describedby");
  field.querySelector("label").htmlFor = input.id;
  field.querySelector("label").textContent = label.replace("{name}", file.name);
  field.querySelector(".field__help")?.remove();
  return field;
}

// A picture is placed in the text by a press, where there is an editor for it.
const hints = document.querySelector("[data-rich-text]") ? document.querySelectorAll("[data-place]") : [];
for (const hint of hints) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = hint.dataset.placeLabel;
  button.addEventListener("click", () => {
    const editor = document.querySelector("trix-editor");
    if (editor) {
      editor.editor.insertString(`\n${hint.dataset.place}\n`);
      editor.focus();
    }
  });
  hint.before(button);
}
