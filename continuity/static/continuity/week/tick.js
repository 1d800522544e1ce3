// A tick (form[data-ticks]) is sent without leaving the page, and shown at once. Without a line it is kept on this device: waiting.js
// sends it from any page. Without this module the button sends its form.
import { itemsOf, put, read, remove } from "../../courses/js/outbox.js";

const form = document.querySelector("form[data-ticks]"); // none where nothing can be ticked
const words = document.querySelector("[data-device]").dataset;
const owner = words.device;

// `waits`: a sentence that says that it isn't sent yet, and why.
function show(id, isDone, waits) {
  const button = document.querySelector(`button[value="${CSS.escape(id)}"]`);
  if (!button) return;
  const row = button.closest(".item") ?? form;
  const icon = form.querySelector(isDone ? "[data-done]" : "[data-undone]")?.content;
  button.name = isDone ? "undone" : "done";
  button.setAttribute("aria-pressed", isDone);
  if (icon) button.replaceChildren(icon.cloneNode(true));
  else button.disabled = Boolean(waits); // its words say what it was before
  row.classList.toggle("item--done", isDone);
  row.classList.toggle("is-done", isDone);
  row.querySelector("[data-waiting-tick]")?.remove();
  if (!waits) return;
  const line = document.createElement("p");
  line.className = "soft";
  line.dataset.waitingTick = "";
  line.textContent = waits;
  row.append(line);
}

form?.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  const { name, value: id } = button;
  const item = { key: `tick ${owner} ${id}`, kind: "tick", id, owner, address: form.action, fields: [[name, id]], chosenAt: Date.now() };
  if (!(await put(item))) return sendAsForm(name, id);
  show(id, name === "done");
  const parcel = new FormData();
  parcel.append(name, id);
  const sending = await import("../../courses/js/sending.js").catch(() => undefined); // not before it is needed; there may be no line
  let answer = (await sending?.send(form.action, parcel, id)) ?? { trouble: "offline" };
  for (let failures = 0; answer.trouble && answer.trouble !== "login"; failures++) {
    show(id, name === "done", reason(answer.trouble));
    await new Promise((resolve) => {
      if (sending) setTimeout(resolve, sending.pause(failures));
      window.addEventListener("online", resolve, { once: true });
    });
    if (!sending) return location.reload();
    if ((await read(item))?.chosenAt !== item.chosenAt) return undefined; // pressed again since, or sent by another window
    answer = await sending.send(form.action, parcel, id);
  }
  if (!answer.trouble) await remove(item);
  if (document.getElementById(`i-${id}`)) history.replaceState(null, "", `#i-${id}`);
  return location.reload(); // with its minutes and days; or to the login, after which the tick leaves
});

function reason(trouble) {
  if (trouble === "another") return form.dataset.another;
  return words[trouble] ? `${words[trouble]}. ${form.dataset.waits}` : form.dataset.waits;
}

// Nothing is kept here: the browser itself says when there is no line.
function sendAsForm(name, id) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value: id });
  form.append(field);
  form.submit();
}

for (const item of form ? await itemsOf(owner) : []) {
  if (item.kind === "tick") show(item.id, item.fields[0][0] === "done", form.dataset.waits);
}
