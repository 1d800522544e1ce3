// What waits on this device is said on every page of its owner, and sent from there: photos, a pressed "Hand in", ticks.
import { put, read, remove, replace } from "./outbox.js";
import { lighter, pause, photoParcel, send } from "./sending.js";

const TICKS = "ticks";
let root;
let words;

// One window at a time sends; the others say what waits.
export function carry(items, notice) {
  root = notice;
  words = notice.dataset;
  const groups = new Map();
  for (const item of items) {
    const name = item.kind === "tick" ? TICKS : item.assignment;
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  groups.forEach((group, name) => describe(name, group));
  const sendAll = (lock) => lock && [...groups].reduce((before, [name, group]) => before.then(() => deliver(name, group)), Promise.resolve());
  return navigator.locks ? navigator.locks.request("passerelle-outbox", { ifAvailable: true }, sendAll) : sendAll(true);
}

function describe(name, items) {
  const photos = items.filter((item) => item.kind === "photo").length;
  const { title, page, gone } = items[0];
  const stuck = items.find((one) => one.refused);
  if (gone) sayGone(name, items);
  else if (stuck) refuse(name, items, stuck);
  else if (name === TICKS) say(name, plural("ticks", items.length));
  else if (photos) say(name, plural("photos", photos, title), [page, words.goOn]);
  else say(name, fill(items[0].hasLeft ? words.pressLeft : words.press, { title }), [page, words.goOn]);
}

async function deliver(name, items) {
  if (items.some((one) => one.refused)) return undefined;
  let arrived;
  let done;
  for (const item of items.filter((one) => one.kind !== "press" && !one.gone)) {
    const answer = item.kind === "tick" ? await insist(() => send(item.address, parcelOf(item), item.id)) : await deliverPhoto(item);
    if (answer.gone && item.kind === "photo") return withdraw(name, items);
    if (answer.said || item.kind === "tick") await remove(item);
    else return refuse(name, items, { ...item, refused: answer.refused ?? words.tooHeavy });
    arrived = answer.said?.arrived;
    done = true;
  }
  const press = items.find((one) => one.kind === "press");
  if (press) return handIn(name, press, arrived);
  if (name === TICKS && done) return document.querySelector("form[data-ticks]") ? location.reload() : say(name, "");
  return done && say(name, fill(words.arrived, items[0]), [items[0].page, words.goOn]);
}

async function deliverPhoto(item) {
  const light = await lighter(item.file);
  return insist(() => send(item.address, photoParcel(item, light), item.key));
}

// As the press stands when it is sent: another window may have written on, or taken it back.
async function handIn(name, known, arrived) {
  let press;
  const answer = await insist(async () => {
    press = await read(known);
    if (!press) return {};
    await replace(press, { ...press, hasLeft: true });
    const parcel = parcelOf(press);
    if (arrived) parcel.set("expected", arrived);
    return send(press.address, parcel, parcel.get("receipt_key"));
  });
  if (!press) return say(name, "");
  if (await remove(press)) return handIn(name, known, arrived); // written on since: that goes, too
  if (answer.gone) return say(name, fill(words.withdrawn, press));
  if (!answer.said) return say(name, `${fill(words.refused, press)} ${answer.refused ?? ""}`, [press.page, words.goOn]);
  const { number: n, receipt, then } = answer.said;
  // It had arrived before, and something was added since.
  if (then !== receipt) return say(name, fill(words.addedSince, { ...press, n }), [then, words.goOn]);
  return say(name, fill(words.handedIn, { ...press, n }), [receipt, words.receipt]);
}

// Again and again, until it is we who answer.
async function insist(act) {
  for (let failures = 0; ; failures++) {
    const answer = await act();
    if (!answer.trouble) return answer;
    await new Promise((resolve) => {
      setTimeout(resolve, pause(failures));
      window.addEventListener("online", resolve, { once: true });
    });
  }
}

function parcelOf(item) {
  const parcel = new FormData();
  for (const [field, value] of item.fields) parcel.append(field, value);
  return parcel;
}

// A refused photo ends the press, too: the hand-in page asks what is to be done.
async function refuse(name, items, item) {
  // Of what may be handed in, nothing more is known than that this photo isn't.
  const what = item.isAdded ? words.addedRefused : words.refused;
  const line = say(name, `${fill(what, item)} ${item.refused}`, [item.page, words.goOn]);
  if (item.isAdded) offerToRemove(line, name, [item], [item.page, words.goOn]);
  for (const press of items.filter((one) => one.kind === "press")) await remove(press);
  await put(item);
}

async function withdraw(name, items) {
  const photos = items.filter((one) => one.kind === "photo").map((item) => ({ ...item, gone: true }));
  for (const item of items.filter((one) => one.kind === "press")) await remove(item);
  for (const item of photos) await put(item);
  sayGone(name, photos);
}

function sayGone(name, items) {
  offerToRemove(say(name, plural("gone", items.length, items[0].title)), name, items);
}

function offerToRemove(line, name, items, then) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet";
  button.textContent = words.remove;
  button.addEventListener("click", async () => {
    for (const item of items) await remove(item);
    say(name, "", then);
  });
  line.append(" ", button);
}

function say(name, text, link) {
  let line = [...root.querySelectorAll("[data-item]")].find((one) => one.dataset.item === name);
  if (!line) {
    line = document.createElement("p");
    line.dataset.item = name;
    root.append(line);
  }
  line.textContent = text;
  if (link) {
    const way = document.createElement("a");
    [way.href, way.textContent] = link;
    line.append(" ", way);
  }
  root.hidden = ![...root.querySelectorAll("[data-item]")].some((one) => one.textContent);
  return line;
}

function plural(name, n, title = "") {
  return fill(words[`${name}${n === 1 ? "One" : "Many"}`], { n, title });
}

function fill(text, { n = "", title = "" }) {
  return text.replace("{n}", () => n).replace("{title}", () => title);
}
