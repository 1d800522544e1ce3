// Photos chosen on the hand-in page leave one by one, made lighter, each under a key of its own: a line that is cut after the second
// goes on at the third, and nothing arrives twice. What waits, and a pressed "Hand in", lie in the browser's own store until they
// have arrived, so that the page may be loaded again. Without this module the form sends them all.
import * as outbox from "../../courses/js/outbox.js";
import { NOTHING_TAKEN, lighter, pause, photoParcel, send } from "../../courses/js/sending.js";
import { freshen } from "../../courses/js/token.js";
import {
  arrived, draw, erase, form, leavePage, plain, root, say, showChoice, showPages, showRefused, showState, tell, waiting, words,
} from "./handin_page.js";

const queue = []; // what hasn't arrived, in order: {key, file, insteadOf, li, refused}
const { assignment, owner, handin: address } = root?.dataset ?? {};
const common = { assignment, owner, page: location.pathname, title: root?.dataset.title };
let press; // the pressed "Hand in" that hasn't arrived: {key, fields, chosenAt, hasLeft, refused, …}
const isPressed = () => press && !press.refused; // one that was refused is sent by nothing but another press
let hasLeft = false; // this form was sent: it may have arrived, whatever became of its press
let busy = false;
let isHandingIn = false;
let isWithdrawn = false;
let takesAgain = false; // the next photo stands for those that were refused
let over = form?.elements.text.defaultValue; // what the page said, in view, where the field's words were written
let brought; // {held, all}: what the field held before the words of a refused press, and then
let failures = 0;
let later; // the timer of the next try

async function resume() {
  const items = (await outbox.itemsOf(owner)).filter((one) => one.assignment === assignment);
  for (const item of items.filter((one) => one.kind === "photo")) {
    if (document.querySelector(`[data-key="${item.key}"]`)) await outbox.remove(item); // it had arrived, its answer hadn't
    else {
      if (item.gone) await outbox.put({ ...item, gone: false }); // the homework was brought back: every page sends it again
      add(item);
    }
  }
  press = items.find((one) => one.kind === "press");
  if (press) resumePress(); // its words first: a refused photo ends it
  for (const item of refused()) refuse(item, item.refused); // elsewhere, by waiting.js
  if (queue.some((one) => !one.refused)) say("resumed");
  label();
  work();
}

function resumePress() {
  const { elements } = form;
  const text = outbox.wordsOf(press);
  if (!press.refused) {
    hasLeft = Boolean(press.hasLeft);
    const kept = new Map(press.fields);
    for (const name of ["receipt_key", "replaces"]) elements[name].value = kept.get(name) ?? ""; // handed in once, over what it knew
    elements.text.value = text;
    over = press.over;
  } else if ("posted" in document.documentElement.dataset && text.trim() === elements.text.defaultValue.trim()) {
    dropPress(); // this page is its answer, and holds its words
  } else if (text) bringBack(text);
}

// What the field holds, from the server or as a draft, may be newer: neither takes the other's place.
function bringBack(text) {
  const field = form.elements.text;
  const held = field.value.trim() === text.trim() ? field.defaultValue : field.value;
  const isOver = held === press.over || text.includes(held.trim()); // written with those in view
  if (held.includes(text)) field.value = held;
  else field.value = isOver ? text : `${held}\n\n${text}`;
  brought = { held, all: field.value };
}

async function work() {
  clearTimeout(later);
  const item = queue.find((one) => !one.refused);
  if (isWithdrawn || busy) return undefined;
  if (!item) return isPressed() && !queue.length ? handIn() : undefined;
  busy = true;
  tell(item, item.light ? words.sending : words.making);
  item.light ??= await lighter(item.file);
  const answer = item.light.size > mostBytes(item.light) ? { tooHeavy: true } : await sent(item);
  busy = false;
  if (answer.trouble) {
    tell(item, words.stopped);
    say(answer.trouble);
    later = setTimeout(work, pause(failures++));
    return undefined;
  }
  failures = 0;
  if (answer.gone) return withdraw(answer.gone);
  say("");
  if (answer.said) {
    await outbox.remove(item);
    leave(item);
    showPages(answer.said.pages);
    label();
  } else {
    await refuse(item, answer.refused ?? tooHeavy(item.file));
  }
  return work();
}

function sent(item) {
  tell(item, words.sending);
  const expected = arrived() + queue.filter((one) => !one.refused && !one.insteadOf).length;
  return send(address, photoParcel(item, item.light, expected), item.key, (part) => {
    item.bar.value = part;
  });
}

// Where a recording is asked for. What a phone says of one's type differs: some call M4A and Ogg films, some say nothing.
function isSound({ type, name }) {
  return "soundBytes" in root.dataset && (/^(audio|video)\/|\/ogg$/.test(type) || /\.(m4a|mp3|og[ga]|opus)$/i.test(name));
}

function mostBytes(file) {
  if (isSound(file)) return Number(root.dataset.soundBytes);
  return Number(file.type === "application/pdf" ? root.dataset.pdfBytes : root.dataset.photoBytes);
}

function tooHeavy(file) {
  return isSound(file) ? words.soundTooHeavy : words.tooHeavy;
}

// The one press that hands in. What was refused is decided first: nothing but this press, or the button that says so, hands in.

function pressHandIn() {
  if (isWithdrawn) return;
  if (queue.some((one) => one.refused)) {
    ask();
    return;
  }
  if (press?.refused) press = undefined; // this is another one
  keepPress();
  if (queue.length) {
    say("first");
    work();
  } else handIn();
}

// What the student does goes to the store; a mere try leaves there what another window wrote since.
function keepPress(isTry = false) {
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  const known = press;
  const { chosenAt = Date.now(), refused: reason, byPhoto } = known ?? {};
  press = { ...common, kind: "press", key: `press ${owner} ${assignment}`, address: form.action, fields, chosenAt, hasLeft, over };
  if (reason) Object.assign(press, { refused: reason, byPhoto });
  label();
  return isTry ? outbox.replace(known, press) : outbox.put(press);
}

// Of a press that was refused only the words are left: without them there is nothing to keep.
function writeOn() {
  if (isPressed() || form.elements.text.value.trim()) keepPress();
  else dropPress();
}

function dropPress() {
  const dropped = press;
  press = undefined;
  label();
  return dropped && outbox.remove(dropped);
}

// A photo was refused: only what is pressed after that hands in. The words stay in the store, as in waiting.js.
function endPress(reason) {
  const why = { refused: reason, byPhoto: true };
  outbox.stop(press, why);
  press = outbox.wordsOf(press) ? { ...press, ...why } : undefined;
  label();
  ask();
}

// The press survives a cut line, too: the form's own key makes it one hand-in, however often it is sent.
async function handIn() {
  clearTimeout(later);
  if (isHandingIn) return;
  isHandingIn = true;
  if (waiting) form.elements.expected.value = arrived();
  const hadLeft = hasLeft;
  hasLeft = true;
  await keepPress(true);
  const parcel = new FormData(form);
  for (const name of ["photos", "csrfmiddlewaretoken"]) parcel.delete(name); // photos have left already; the token goes as a header
  const was = content();
  const { value } = form.elements.text;
  const answer = await send(form.action, parcel, form.elements.receipt_key.value);
  isHandingIn = false;
  if (answer.said && content() !== was && (isPressed() || form.elements.text.value !== value)) {
    work(); // something was added meanwhile: it goes, too, or waits here for another press
  } else if (answer.said) {
    await dropPress();
    leavePage();
    location.assign(answer.said.then);
  } else if (answer.gone) {
    withdraw(answer.gone);
  } else if (answer.refused) {
    if (press) press = { ...press, refused: answer.refused };
    if (press) await outbox.replace(press, press); // until the page has come that says why
    leavePage();
    freshen(form);
    form.submit();
  } else {
    if (NOTHING_TAKEN.includes(answer.trouble)) {
      hasLeft = hadLeft;
      if (press) keepPress(true);
    }
    say(answer.trouble ?? "portal");
    later = setTimeout(work, pause(failures++));
  }
}

function content() {
  return `${[...document.querySelectorAll("#pages [data-key]")].map((one) => one.dataset.key)} ${queue.length} ${form.elements.text.value}`;
}

// The homework was taken back meanwhile, or the student's class changed: nothing is sent any more, and the photos stay in the store.
async function withdraw(reason) {
  isWithdrawn = true;
  if (press) await outbox.stop(press, { gone: true, refused: reason });
  press = undefined;
  label();
  for (const item of queue) {
    tell(item, words.stays);
    item.bar?.remove();
    if (!item.refused) await outbox.put(kept(item, { gone: true }));
  }
  form.querySelector("[data-hand-in]").disabled = true;
  if (waiting) form.elements.photos.disabled = true;
  say("withdrawn", reason);
  root.querySelector("[data-line]").focus();
}

function kept({ key, file, insteadOf, receiptKey, chosenAt }, more = {}) {
  return { ...common, kind: "photo", address, key, file, insteadOf, receiptKey, chosenAt, ...more };
}

function add(item) {
  draw(item);
  queue.push(item);
  label();
}

function leave(item) {
  queue.splice(queue.indexOf(item), 1);
  erase(item);
}

// It stays in the store with its reason, so that every page says so until it is left out or taken again.
function refuse(item, reason) {
  item.refused = reason;
  showRefused(item, () => leaveOut([item]));
  label();
  if (isPressed()) endPress(reason);
  return outbox.put(kept(item, { refused: reason }));
}

function leaveOut(items) {
  for (const item of items) {
    outbox.remove(item);
    leave(item);
  }
  label();
}

function refused() {
  return queue.filter((one) => one.refused);
}

function ask() {
  showChoice(refused());
}

function label() {
  showState({ press, hasLeft, isWaiting: queue.some((one) => !one.refused), refused: refused() });
}

// What people do.

function choose(files, insteadOf = "") {
  if (takesAgain) leaveOut(refused());
  takesAgain = false;
  root.querySelector("[data-refusal]")?.remove(); // it said what to do, and that is being done
  const room = insteadOf ? 1 : Number(root.dataset.most) - arrived() - queue.length;
  if (files.length > room) say("tooMany");
  for (const file of [...files].slice(0, Math.max(0, room))) {
    const chosenAt = Date.now() + queue.length / 1_000;
    // This form may be handed in meanwhile: the page comes to its pages.
    const receiptKey = form.elements.receipt_key.value;
    const item = { key: randomKey(), file, insteadOf, receiptKey, chosenAt };
    add(item);
    // A photo becomes lighter before it leaves, a PDF or a recording doesn't.
    const isPhoto = file.type !== "application/pdf" && !isSound(file);
    if (!isPhoto && file.size > mostBytes(file)) refuse(item, tooHeavy(file));
    else outbox.put(kept(item)).then((isKept) => (item.isOnlyHere = !isKept));
  }
  work();
}

// Without a store, or with a full one, a photo that isn't sent lives on this page alone.
window.addEventListener("beforeunload", (event) => {
  if (queue.some((item) => item.isOnlyHere)) event.preventDefault();
});

function randomKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
}

if (form && words) {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name) return; // what was pressed is another button
    event.preventDefault();
    pressHandIn();
  });
  root.querySelector("[data-leave-out]").addEventListener("click", () => {
    leaveOut(refused());
    pressHandIn();
  });
  root.querySelector("[data-take-again]").addEventListener("click", () => {
    takesAgain = true;
    form.elements.photos.click();
  });
  root.querySelector("[data-not-yet]").addEventListener("click", () => {
    dropPress();
    form.elements.text.dispatchEvent(new Event("input", { bubbles: true })); // its words are typed ones again: draft.js keeps them
    say("");
  });
  root.querySelector("[data-forget-press]").addEventListener("click", () => {
    dropPress();
    if (form.elements.text.value === brought?.all) form.elements.text.value = brought.held; // what was written since stays
    form.elements.text.dispatchEvent(new Event("input", { bubbles: true })); // to draft.js
    form.elements.text.focus();
  });
  form.elements.text.addEventListener("input", () => press && writeOn());
  window.addEventListener("online", work);
  document.addEventListener("visibilitychange", () => document.hidden || work());
  resume();
}

if (form && words && waiting) {
  plain(root);
  form.elements.photos.classList.add("unseen");
  root.addEventListener("change", (event) => {
    const input = event.target.closest('input[type="file"]');
    if (!input) return;
    choose(input.files, input.dataset.insteadOf);
    input.value = "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    plain(root);
    label();
    if (document.activeElement === document.body) root.querySelector("[data-heading]")?.focus();
  });
  window.addEventListener("beforeunload", (event) => {
    const isUnderWay = queue.some((one) => !one.refused) && !isWithdrawn;
    if (isUnderWay && !("leaving" in document.documentElement.dataset)) event.preventDefault();
  });
}
