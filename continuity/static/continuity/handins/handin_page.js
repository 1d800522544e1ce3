// What the hand-in page shows of handin.js: photos that wait, notices, the button's words.
import { wordsOf } from "../../courses/js/outbox.js";

export const root = document.querySelector("[data-handin]");
export const form = root?.querySelector("[data-send]");
export const words = root?.querySelector("[data-words]")?.dataset;
export const waiting = root?.querySelector("ol[data-waiting]");

// A page whose picture doesn't come (no connection, say) keeps its number on paper.
document.addEventListener("error", ({ target }) => target instanceof SVGImageElement && target.remove(), true);

const isPicture = ({ file }) => file.type.startsWith("image/");

export function draw(item) {
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
  item.head = document.createElement("span");
  item.head.textContent = isPicture(item) ? words.page : nameOf(item);
  if (isPicture(item) && !/hei[cf]$/i.test(item.file.type)) {
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
  item.bar.setAttribute("aria-label", item.head.textContent);
  say_.append(item.head, document.createElement("br"), line);
  li.append(say_, item.bar);
  item.li = li;
  waiting.append(li);
  tell(item, words.waiting);
}

function nameOf({ file }) {
  return file.name || words.page;
}

export function tell(item, what) {
  item.line.textContent = what;
}

export function erase(item) {
  const picture = item.li.querySelector("img");
  if (picture) URL.revokeObjectURL(picture.src);
  item.li.remove();
}

// With its reason, and a button that leaves it out.
export function showRefused(item, leaveOut) {
  item.bar.remove();
  item.line.setAttribute("role", "alert");
  item.head.textContent = nameOf(item); // of several, which one
  tell(item, item.refused);
  const out = document.createElement("button");
  out.type = "button";
  out.className = "button button--quiet";
  out.textContent = isPicture(item) ? words.forget : words.forgetFile;
  out.addEventListener("click", () => {
    leaveOut();
    form.elements.photos.focus();
  });
  item.li.append(out);
}

// A photo was refused and "Hand in" is pressed: without it, or with another one in its place?
export function showChoice(items) {
  const choice = fillChoice(items);
  choice.hidden = false;
  choice.focus();
}

// None any more: the words that one has ended are still here.
function inWords(items, what) {
  const kind = items.every(isPicture) ? "" : "File";
  return words[`${what}${kind}${items.length < 2 ? "One" : "Many"}`].replace("{n}", items.length);
}

function fillChoice(items) {
  const choice = root.querySelector("[data-choice]");
  choice.querySelector("[data-choice-what]").textContent = inWords(items, "refused");
  choice.querySelector("[data-take-again] span").textContent = inWords(items, "again");
  return choice;
}

export function showPages(pages) {
  const was = document.activeElement?.id;
  document.querySelector("#pages").outerHTML = pages;
  const now = document.querySelector("#pages");
  window.htmx?.process(now);
  plain(now);
  if (was && !document.activeElement?.id) document.getElementById(was)?.focus();
}

export function arrived() {
  return Number(document.querySelector("#pages")?.dataset.arrived ?? 0); // a text has no pages
}

export function showState({ press, hasLeft, isWaiting, refused }) {
  const button = document.querySelector("#pages")?.dataset.button;
  if (button) form.querySelector("[data-say]").textContent = isWaiting ? words.handInAll : button;
  const choice = fillChoice(refused);
  if (!refused.length) choice.hidden = true;
  const pressed = root.querySelector("[data-pressed]");
  pressed.hidden = !press || press.refused || !isWaiting;
  pressed.querySelector("[data-not-yet]").hidden = hasLeft; // nobody takes back what may have arrived
  const what = hasLeft ? words.pressedBefore : words.pressed;
  if (press) pressed.querySelector("[data-pressed-what]").textContent = what.replace("{hour}", hour(new Date(press.chosenAt)));
  const refusedPress = root.querySelector("[data-refused-press]");
  refusedPress.hidden = !press?.refused;
  if (press?.byPhoto) refusedPress.querySelector("[data-refused-what]").textContent = inWords(refused, "refused"); // the words may have arrived
  refusedPress.querySelector("[data-refused-why]").textContent = press?.refused ?? "";
  refusedPress.querySelector("[data-refused-words]").hidden = !press || !wordsOf(press);
}

function hour(moment) {
  const minutes = String(moment.getMinutes()).padStart(2, "0");
  return document.documentElement.lang === "fr" ? `${moment.getHours()} h ${minutes}` : `${moment.getHours()}:${minutes}`;
}

export function say(what, why = words[what]) {
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

// What is there for a page without this module.
export function plain(part) {
  for (const one of part.querySelectorAll("[data-plain]")) one.hidden = true;
}

// The page is left on purpose: neither handin.js nor draft.js asks about it.
export function leavePage() {
  document.documentElement.dataset.leaving = "";
  form.inert = true; // what is typed until the next page is here would be nowhere
}
