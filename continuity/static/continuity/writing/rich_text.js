// Boxes marked data-rich-text become an editor (Trix); without this module, or where it doesn't load, they are plain boxes.

let trix;

function load(address) {
  // Trix puts two style elements into the head while it loads, which our policy forbids: they are kept out, rich_text.css has the same.
  const head = document.head;
  head.insertBefore = (node, before) =>
    node.matches?.("style[data-tag-name]") ? node : Node.prototype.insertBefore.call(head, node, before);
  trix ??= import(address).then(({ default: Trix }) => {
    const { blockAttributes, textAttributes, dompurify } = Trix.config;
    // What is pasted brings no pictures: they would be asked of the site they come from, and have no words for who can't see them.
    dompurify.FORBID_TAGS = ["img", "picture", "figure", "video", "audio", "svg", "math", "style", "form", "input"];
    dompurify.FORBID_ATTR = ["style", "data-trix-attachment"];
    blockAttributes.heading1.tagName = "h3";
    blockAttributes.heading2 = { ...blockAttributes.heading1, tagName: "h4" };
    textAttributes.strike.tagName = "s";
    textAttributes.sup = { tagName: "sup", inheritable: true };
    textAttributes.sub = { tagName: "sub", inheritable: true };
    textAttributes.fixed = { tagName: "code", inheritable: true };
  }).finally(() => delete head.insertBefore);
  return trix;
}

async function edit(box) {
  box.dataset.edited = "";
  const textarea = box.querySelector("textarea");
  const html = box.querySelector("input[type=hidden]");
  const typed = textarea.value;
  try {
    await load(box.dataset.richText);
  } catch {
    return; // the plain box stays
  }
  if (textarea.value !== typed) return; // somebody began to type meanwhile
  const tools = box.querySelector("template").content.cloneNode(true).firstElementChild;
  const editor = document.createElement("trix-editor");
  const hadFocus = document.activeElement === textarea;
  editor.className = "input rich__text rich-text prose";
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (textarea.hasAttribute(name)) editor.setAttribute(name, textarea.getAttribute(name));
  }
  editor.setAttribute("aria-multiline", "true");
  editor.setAttribute("aria-label", textarea.labels[0]?.innerText.trim() ?? "");
  editor.id = textarea.id;
  textarea.id += "-plain";
  editor.setAttribute("input", html.id);
  editor.setAttribute("toolbar", tools.id);
  html.disabled = false;
  textarea.disabled = true;
  textarea.hidden = true;
  textarea.before(tools, editor);
  // Files have a place of their own in the form, with what they show in words: none in the text.
  editor.addEventListener("trix-file-accept", (event) => event.preventDefault());
  editor.addEventListener("trix-attachment-add", ({ attachment }) => attachment.remove());
  for (const happens of ["trix-selection-change", "trix-change", "trix-focus"]) {
    editor.addEventListener(happens, () => requestAnimationFrame(() => press(tools)));
  }
  // Trix listens to the mouse alone: a press of a key comes as a click without one.
  tools.addEventListener("click", (event) => {
    const tool = event.target.closest(".rich__tool");
    if (!tool || event.detail) return;
    editor.focus();
    tool.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
  });
  if (hadFocus) editor.focus();
}

function press(tools) {
  for (const tool of tools.querySelectorAll("[aria-pressed]")) {
    tool.setAttribute("aria-pressed", tool.hasAttribute("data-trix-active"));
  }
}

function editAll() {
  document.querySelectorAll("[data-rich-text]:not([data-edited])").forEach(edit);
}

document.addEventListener("htmx:load", editAll);
editAll();
