// Photos chosen on the hand-in page leave one by one, made lighter, each under a key of its own: a line that is cut after the second
// goes on at the third, and nothing arrives twice. What waits, and a pressed "Hand in", lie in the browser's own store until they
// have arrived, so that the page may be loaded again. Without this module the form sends them all.
import * as outbox from "../../courses/js/outbox.js";
import { lighter, pause, photoParcel, send } from "../../courses/js/sending.js";

const root = document.querySelector("[data-handin]");
const form = root?.querySelector("[data-send]");
const words = root?.querySelector("[data-words]")?.dataset;
const waiting = root?.querySelector("ol[data-waiting]");
const queue = []; // what hasn't arrived, in order: {key, file, insteadOf, li, refused}
const { assignment, owner, handin: address } = root?.dataset ?? {};
const common = { assignment, owner, page: location.pathname, title: root?.dataset.title };
let press; // the pressed "Hand in" that hasn't arrived: {key, fields, chosenAt, hasLeft, …}
let hasLeft = false; // this form was sent: it may have arrived, whatever became of its press
const mayBeIn = () => hasLeft || "standing" in root.dataset; // something of the work is handed in, or perhaps
let busy = false;
let isHandingIn = false;
let isWithdrawn = false;
let takesAgain = false; // the next photo stands for those that were refused
let failures = 0;
let later; // the timer of the next try

// A page whose picture doesn't come (no connection, say) keeps its number on paper.
document.addEventListener("error", ({ target }) => target instanceof SVGImageElement && target.remove(), true);

async function resume() {
  for (const item of await outbox.itemsOf(owner)) {
    if (item.assignment !== assignment) continue;
    if (item.kind === "press") {
      press = item;
      hasLeft = Boolean(item.hasLeft);
    } else if (document.querySelector(`[data-key="${item.key}"]`)) await outbox.remove(item); // it had arrived, its answer hadn't
    else {
      add(item);
      if (item.refused) refuse(item, item.refused); // elsewhere, by waiting.js
    }
  }
  if (press && refused().length) dropPress().then(ask);
  if (press) {
    const kept = new Map(press.fields);
    for (const name of ["receipt_key", "replaces"]) form.elements[name].value = kept.get(name) ?? ""; // handed in once, over what it knew
    form.elements.text.value = kept.get("text") ?? "";
  }
  if (queue.length) say("resumed");
  label();
  work();
}

async function work() {
  clearTimeout(later);
  const item = queue.find((one) => !one.refused);
  if (isWithdrawn || busy) return undefined;
  if (!item) return press && !queue.length ? handIn() : undefined;
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
    show(answer.said.pages);
  } else {
    await refuse(item, answer.refused ?? words.tooHeavy);
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

function mostBytes(file) {
  return Number(file.type === "application/pdf" ? root.dataset.pdfBytes : root.dataset.photoBytes);
}

// The one press that hands in. What was refused is decided first: nothing but this press, or the button that says so, hands in.

function pressHandIn() {
  if (isWithdrawn) return;
  if (queue.some((one) => one.refused)) {
    ask();
    return;
  }
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
  const { chosenAt = Date.now() } = known ?? {};
  press = { ...common, kind: "press", key: `press ${owner} ${assignment}`, address: form.action, fields, chosenAt, hasLeft };
  label();
  return isTry ? outbox.replace(known, press) : outbox.put(press);
}

function dropPress() {
  const dropped = press;
  press = undefined;
  label();
  return dropped && outbox.remove(dropped);
}

// The press survives a cut line, too: the form's own key makes it one hand-in, however often it is sent.
async function handIn() {
  clearTimeout(later);
  if (isHandingIn) return;
  isHandingIn = true;
  if (waiting) form.elements.expected.value = arrived();
  hasLeft = true;
  await keepPress(true);
  const parcel = new FormData(form);
  for (const name of ["photos", "csrfmiddlewaretoken"]) parcel.delete(name); // photos have left already; the token goes as a header
  const was = content();
  const { value } = form.elements.text;
  const answer = await send(form.action, parcel, form.elements.receipt_key.value);
  isHandingIn = false;
  if (answer.said && content() !== was && (press || form.elements.text.value !== value)) {
    work(); // something was added meanwhile: it goes, too, or waits here for another press
  } else if (answer.said) {
    await dropPress();
    leavePage();
    location.assign(answer.said.then);
  } else if (answer.gone) {
    withdraw(answer.gone);
  } else if (answer.refused) {
    await dropPress();
    leavePage();
    form.submit(); // the page says why
  } else {
    say(answer.trouble ?? "portal");
    later = setTimeout(work, pause(failures++));
  }
}

function content() {
  return `${[...document.querySelectorAll("#pages [data-key]")].map((one) => one.dataset.key)} ${queue.length} ${form.elements.text.value}`;
}

// The page is left on purpose: neither this module nor draft.js asks about it.
function leavePage() {
  document.documentElement.dataset.leaving = "";
  form.inert = true; // what is typed until the next page is here would be nowhere
}

// The homework was taken back meanwhile, or the student's class changed: nothing is sent any more, and the photos stay in the store.
async function withdraw(reason) {
  isWithdrawn = true;
  await dropPress();
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

function kept({ key, file, insteadOf, receiptKey, isAdded, chosenAt }, more = {}) {
  return { ...common, kind: "photo", address, key, file, insteadOf, receiptKey, isAdded, chosenAt, ...more };
}

// What the page shows.

function add(item) {
  const li = document.createElement("li");
  const say_ = document.createElement("p");
  const line = document.createElement("span");
  li.className = "photo photo--waiting";
  item.bar = document.createElement("progress");
  item.bar.className = "photo__bar";
  item.bar.max = 1;
  item.bar.value = 0;
  item.line = line;
  line.className = "soft";
  say_.className = "photo__say";
  if (item.file.type.startsWith("image/") && !/hei[cf]$/i.test(item.file.type)) {
    const picture = document.createElement("img");
    picture.className = "photo__page";
    picture.alt = "";
    picture.src = URL.createObjectURL(item.file);
    // Not a picture, whatever its name says: paper with its name instead of the browser's broken image.
    picture.addEventListener("error", () => {
      const paper = document.createElement("span");
      paper.className = "photo__page photo__page--file";
      paper.textContent = item.file.name;
      picture.replaceWith(paper);
    });
    li.append(picture);
  }
  item.bar.setAttribute("aria-label", words.page);
  say_.append(words.page, document.createElement("br"), line);
  li.append(say_, item.bar);
  item.li = li;
  waiting.append(li);
  queue.push(item);
  tell(item, words.waiting);
  label();
}

function tell(item, what) {
  item.line.textContent = what;
}

function leave(item) {
  queue.splice(queue.indexOf(item), 1);
  const picture = item.li.querySelector("img");
  if (picture) URL.revokeObjectURL(picture.src);
  item.li.remove();
}

// It stays in the store with its reason, so that every page says so until it is left out or taken again.
function refuse(item, reason) {
  item.refused = reason;
  item.bar.remove();
  item.line.setAttribute("role", "alert");
  tell(item, reason);
  const out = document.createElement("button");
  out.type = "button";
  out.className = "button button--quiet";
  out.textContent = words.forget;
  out.addEventListener("click", () => {
    leaveOut([item]);
    form.elements.photos.focus();
  });
  item.li.append(out);
  label();
  if (press) dropPress().then(ask);
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

// A photo was refused and "Hand in" is pressed: without it, or with another one in its place?
function ask() {
  const choice = root.querySelector("[data-choice]");
  const count = refused().length;
  choice.querySelector("[data-choice-what]").textContent = count === 1 ? words.refusedOne : words.refusedMany.replace("{n}", count);
  choice.querySelector("[data-choice-yet]").hidden = mayBeIn();
  choice.hidden = false;
  choice.focus();
}

function show(pages) {
  const was = document.activeElement?.id;
  document.querySelector("#pages").outerHTML = pages;
  const now = document.querySelector("#pages");
  window.htmx?.process(now);
  plain(now);
  if (was && !document.activeElement?.id) document.getElementById(was)?.focus();
  label();
}

function arrived() {
  return Number(document.querySelector("#pages")?.dataset.arrived ?? 0); // a text has no pages
}

function label() {
  const isWaiting = queue.some((one) => !one.refused);
  const button = document.querySelector("#pages")?.dataset.button;
  if (button) form.querySelector("[data-say]").textContent = isWaiting ? words.handInAll : button;
  if (!refused().length) root.querySelector("[data-choice]").hidden = true;
  const pressed = root.querySelector("[data-pressed]");
  pressed.hidden = !press || !isWaiting;
  pressed.querySelector("[data-not-yet]").hidden = hasLeft; // nobody takes back what may have arrived
  const what = hasLeft ? words.pressedBefore : words.pressed;
  if (press) pressed.querySelector("[data-pressed-what]").textContent = what.replace("{hour}", hour(new Date(press.chosenAt)));
}

function hour(moment) {
  const minutes = String(moment.getMinutes()).padStart(2, "0");
  return document.documentElement.lang === "fr" ? `${moment.getHours()} h ${minutes}` : `${moment.getHours()}:${minutes}`;
}

function say(what, why = words[what]) {
  const notice = root.querySelector("[data-line]");
  notice.hidden = !what;
  notice.querySelector("[data-line-what]").textContent = what ? why : "";
  const then = notice.querySelector("[data-line-then]");
  then.textContent = what ? words[`${what}Then`] ?? "" : "";
  if (what === "login") {
    const link = document.createElement("a");
    link.href = root.dataset.login;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = words.loginLink;
    then.append(" ", link);
  }
}

function plain(part) {
  for (const one of part.querySelectorAll("[data-plain]")) one.hidden = true;
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
    const item = { key: randomKey(), file, insteadOf, receiptKey, isAdded: mayBeIn(), chosenAt };
    add(item);
    // A photo becomes lighter before it leaves, a PDF doesn't.
    if (file.type === "application/pdf" && file.size > mostBytes(file)) refuse(item, words.tooHeavy);
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
    say("");
  });
  form.elements.text.addEventListener("input", () => press && keepPress());
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
