// Forms marked data-draft: what is typed is kept on this device until it is saved, given back after a reload, an error or a login
// that expired, and never left behind without a question. Without this module, the browser and the server keep what they can.
// data-draft-base: the state of what the form is about, where its fields don't show it, or show it in one language. Typed over
// another state, a draft is offered, and never given.
import { draftsOf, forget, keep, stored } from "./drafts.js";

const SKIPPED = ["file", "password", "submit", "button", "image", "reset"];
const PAUSE = 300; // milliseconds after the last key
const ANY = null; // the page it was typed on isn't known: it fits
const { posted } = document.documentElement.dataset; // the id of the draft that was sent, where this page answers a form
const isLeft = () => "leaving" in document.documentElement.dataset;
let words;
let isRestoring = false;

export function watch(owner, said) {
  words = said;
  const begin = () => document.querySelectorAll("form[data-draft]").forEach((form) => attend(form, owner));
  // Whoever makes rows for a draft (continuity/answers/pins.js) is there by then.
  if (performance.getEntriesByType("navigation")[0]?.domContentLoadedEventStart === 0) document.addEventListener("DOMContentLoaded", begin);
  else begin();
}

function attend(form, owner) {
  const address = new URL(form.getAttribute("action") || location.href, location.href).pathname.replace(/^\/(fr|en)\//, "/");
  const place = `draft ${owner} ${address}#${form.dataset.draft}`;
  const served = asServed(form);
  let kept = draftsOf(owner)
    .filter(({ key }) => key === place || key.startsWith(`${place} `))
    .sort((one, other) => other.at - one.at);
  let draft; // the one that this page writes
  let known; // its fields, as this page wrote or read them last
  let base = served;
  let told; // the notice that the draft was restored
  let isStored = true; // false where the browser keeps nothing
  let isUnsaved = false;
  let isSent = false;
  let timer;

  // The server shows what was typed and isn't saved: a refused form, or a preview.
  const isTypedOver =
    posted !== undefined ||
    "unsaved" in form.dataset ||
    performance.getEntriesByType("navigation")[0]?.responseStatus >= 400;
  const noted = history.state?.drafts?.[place]; // the draft that this entry of the browser's history wrote
  const isDone = noted && !kept.some(({ id }) => id === noted); // saved since: what the Back button puts back isn't new
  const isEarly = !isTypedOver && !isDone && isTouched(form); // typed before this module had come, or put back by the Back button
  isTypedOver ? goOn() : begin();
  kept.filter((one) => one !== draft).forEach(offer);

  // What the page shows is newer than what was kept of it. What it was typed over is what the first page was.
  function goOn() {
    draft = kept.find(({ id }) => id === posted);
    known = draft?.fields;
    base = draft ? draft.base : ANY;
    if (draft && known === fieldsOf(form)) mark();
    else write();
  }

  function begin() {
    if (!isEarly) {
      const now = fieldsOf(form);
      kept.filter(({ fields }) => fields === now).forEach(forget);
      kept = kept.filter(({ fields }) => fields !== now);
    }
    const mine = kept.find(({ id }) => id === noted) ?? kept[0];
    if (mine && fits(mine) && (!isEarly || isPartOf(form, mine.fields))) give(mine);
    else if (isEarly) write();
  }

  function fits(one) {
    return one.base === served || (one.base === ANY && !("draftBase" in form.dataset));
  }

  function write() {
    clearTimeout(timer);
    timer = undefined;
    if (isLeft()) return; // logged out, or discarded: what was removed stays removed
    // Another tab goes on with the same draft, or saved it: from here on there are two.
    if (!draft || (isStored && stored(draft.key)?.fields !== known)) draft = fresh();
    known = fieldsOf(form);
    Object.assign(draft, { at: Date.now(), base, fields: known });
    isStored = keep(draft);
    mark();
  }

  // The form's key makes what arrives twice one: each draft has its own.
  function fresh() {
    const formKey = form.querySelector("input[name=key]");
    if (formKey) formKey.value = formKey.value.replace(/\w/g, () => Math.floor(Math.random() * 16).toString(16));
    const id = Math.random().toString(36).slice(2, 12).padEnd(10, "0");
    return { key: `${place} ${id}`, id };
  }

  // The server says in a cookie of that name that this draft is saved.
  function mark() {
    isUnsaved = true;
    history.replaceState({ ...history.state, drafts: { ...history.state?.drafts, [place]: draft.id } }, "");
    let field = form.querySelector("input[name=draft]");
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "draft";
      form.append(field);
    }
    field.value = draft.id;
  }

  function give(one) {
    draft = one;
    known = one.fields;
    base = one.base;
    restore(form, JSON.parse(one.fields));
    mark();
    told = say(form, fill(words.draftGiven, one.at), [[words.draftDiscard, discard]]);
  }

  function offer(one) {
    const decided = (event) => event.target.closest("[data-draft-notice]").remove();
    const bring = (event) => {
      decided(event);
      if (timer) write();
      const newer = isUnsaved && draft; // what was typed since is offered in its turn
      told?.remove();
      give(one);
      if (newer) offer(newer);
    };
    const remove = (event) => {
      decided(event);
      forget(one);
    };
    say(form, fill(fits(one) ? words.draftEarlier : words.draftOffered, one.at), [
      [words.draftBring, bring],
      [words.draftDiscard, remove],
    ]);
  }

  function discard() {
    forget(draft);
    document.documentElement.dataset.leaving = "";
    location.replace(location.pathname + location.search); // with a fragment it would only scroll
  }

  function typed(event) {
    if (isRestoring || !belongs(event.target, form)) return;
    if (SKIPPED.includes(event.target.type)) return; // a chosen file is no text, and isn't kept here
    if (event.type === "trix-change" && !event.target.contains(document.activeElement)) return; // the editor itself, as it starts
    isUnsaved = true;
    clearTimeout(timer);
    timer = setTimeout(write, PAUSE);
  }

  for (const happens of ["input", "change", "trix-change"]) document.addEventListener(happens, typed);
  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    if (timer || (draft && stored(draft.key)?.fields !== known)) write();
    isSent = true;
    setTimeout(() => (isSent = false), 2_000); // still here: the page wasn't left
  });
  window.addEventListener("pagehide", () => timer && !isLeft() && write());
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || !draft || stored(draft.key)) return;
    draft = undefined; // brought back by the browser after it was saved
    isUnsaved = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved && !isSent && !isLeft()) event.preventDefault();
  });
}

function belongs(target, form) {
  return target.form === form || form.contains(target);
}

// What a person fills in; a hidden field only where an editor writes into it, where it makes a form that arrives twice one, or where
// it says what a field showed (show_hidden_initial): brought back over a newer page, a draft says what it was typed over.
// The editor itself isn't one of them: it counts as a control only once it has come, and a form must look alike before and after.
function controlsOf(form) {
  return [...form.elements].filter(
    (one) =>
      one.name &&
      !SKIPPED.includes(one.type) &&
      !one.closest("trix-toolbar, trix-editor") &&
      (one.type !== "hidden" || one.name === "key" || one.name.startsWith("initial-") || one.closest("[data-rich-text]")),
  );
}

// What stands in the form now, as text: [[name, value], …]
function fieldsOf(form) {
  const fields = [];
  for (const control of controlsOf(form).filter((one) => !one.disabled)) {
    if (control.type === "select-multiple") for (const one of control.selectedOptions) fields.push([control.name, one.value]);
    else if (!["radio", "checkbox"].includes(control.type) || control.checked) fields.push([control.name, control.value]);
  }
  return JSON.stringify(fields);
}

// Does it hold other words than the server wrote into it? An editor knows whether something in it can be undone.
function isTouched(form) {
  return isEditorTouched(form) || controlsOf(form).some(isChanged);
}

function isEditorTouched(form) {
  return [...form.querySelectorAll("trix-editor")].some(({ editor }) => editor?.canUndo());
}

function isChanged(control) {
  if (control.type === "hidden" || control.disabled) return false;
  if (control.options) return [...control.options].some((one) => one.selected !== one.defaultSelected) && control.selectedIndex > 0;
  if (["radio", "checkbox"].includes(control.type)) return control.checked !== control.defaultChecked;
  return control.value !== control.defaultValue && control.value !== ""; // a date field refuses what isn’t a date
}

// Does all that was changed stand in these fields too, as when the browser's Back button puts back a part of them?
function isPartOf(form, fields) {
  const kept = new Set(JSON.parse(fields).map((pair) => JSON.stringify(pair)));
  const isKept = (one) => kept.has(JSON.stringify([one.name, one.value])) === (one.type in { radio: 1, checkbox: 1 } ? one.checked : true);
  return !isEditorTouched(form) && controlsOf(form).filter(isChanged).every(isKept);
}

// Its data-draft-base, else what the server wrote into it, whatever was typed since. Of a rich text its plain box says so.
function asServed(form) {
  if ("draftBase" in form.dataset) return JSON.stringify([form.dataset.draftBase]);
  const fields = [];
  for (const control of controlsOf(form).filter((one) => one.type !== "hidden")) {
    if (control.options) for (const one of control.options) fields.push(one.defaultSelected);
    else if (["radio", "checkbox"].includes(control.type)) fields.push(control.defaultChecked);
    else fields.push(control.defaultValue);
  }
  return JSON.stringify(fields);
}

function restore(form, fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  isRestoring = true;
  form.dispatchEvent(new CustomEvent("draft-given", { detail: fields })); // rows that were made by a script are made again
  for (const control of controlsOf(form)) {
    const kept = values.get(control.name);
    const isChoice = ["radio", "checkbox"].includes(control.type);
    if (!kept && !isChoice) continue;
    const rich = control.closest("[data-rich-text]");
    const was = isChoice ? control.checked : control.value;
    if (isChoice) control.checked = Boolean(kept?.includes(control.value));
    else if (control.type === "select-multiple") for (const one of control.options) one.selected = kept.includes(one.value);
    else if (rich) giveRich(rich, control, kept[0]);
    else control.value = kept.shift() ?? control.value;
    if ((isChoice ? control.checked : control.value) === was) continue;
    control.closest("details")?.setAttribute("open", "");
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  isRestoring = false;
}

// The editor may be there already, still on its way, or never come.
function giveRich(box, control, value) {
  const editor = box.querySelector("trix-editor")?.editor;
  if (control.type !== "hidden" && editor) editor.insertString(value);
  else if (control.type !== "hidden") box.dataset.edited = ""; // typed in the plain box: it stays one
  else if (editor) editor.loadHTML(value);
  control.value = value;
}

function say(form, text, choices) {
  const notice = document.createElement("div");
  notice.className = "notice is-moved";
  notice.dataset.draftNotice = "";
  notice.setAttribute("role", "status");
  const what = document.createElement("p");
  what.className = "notice__what";
  what.textContent = text;
  const line = document.createElement("p");
  line.className = "line";
  for (const [label, act] of choices) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = label;
    button.addEventListener("click", act);
    line.append(button);
  }
  notice.append(what, line);
  form.before(notice);
  return notice;
}

function fill(text, at) {
  const moment = new Date(at);
  const { lang } = document.documentElement;
  const minutes = String(moment.getMinutes()).padStart(2, "0");
  const hour = lang === "fr" ? `${moment.getHours()} h ${minutes}` : `${moment.getHours()}:${minutes}`;
  const isToday = moment.toDateString() === new Date().toDateString();
  const day = isToday ? "" : `${moment.toLocaleDateString(lang, { weekday: "long", day: "numeric", month: "long" })}, `;
  return text.replace("{when}", () => day + hour);
}
