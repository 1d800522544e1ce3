// What waits on this device is said on every page of its owner, and sent from there: photos, a pressed "Hand in", ticks.
import { itemsOf, put, read, remove, replace, stop, wordsOf } from "./outbox.js";
import { NOTHING_TAKEN, lighter, pause, photoParcel, send } from "./sending.js";

const TICKS = "ticks";
let root;
let words;

// One window at a time sends; the others say what waits. A page of somebody else, which may wait for long, holds up nobody.
export function carry(items, notice) {
  root = notice;
  words = notice.dataset;
  const groups = new Map();
  for (const item of items) {
    groups.set(groupOf(item), [...(groups.get(groupOf(item)) ?? []), item]);
  }
  groups.forEach((group, name) => describe(name, group));
  const sendAll = (lock) => lock && [...groups].reduce((before, [name, group]) => before.then(() => deliver(name, group)), Promise.resolve());
  return navigator.locks ? navigator.locks.request(`passerelle-outbox ${words.device}`, { ifAvailable: true }, sendAll) : sendAll(true);
}

function groupOf(item) {
  return item.kind === "tick" ? TICKS : item.assignment;
}

// `trouble`: why nothing leaves for the moment, as `send` found it.
function describe(name, items, trouble) {
  const why = words[trouble] ? ` ${words[trouble]}.` : "";
  const photos = items.filter((item) => item.kind === "photo" && !item.gone).length;
  const { title, page } = items[0];
  if (items.every((one) => one.gone)) sayGone(name, items);
  else if (items.some((one) => one.refused)) sayRefused(name, items);
  else if (name === TICKS) say(name, plural("ticks", items.length) + why);
  else if (photos) say(name, plural("photos", photos, title) + why, [page, words.goOn]);
  else say(name, fill(items.some((one) => one.hasLeft) ? words.pressLeft : words.press, { title }) + why, [page, words.goOn]);
}

async function deliver(name, items) {
  let left = items;
  let arrived;
  let done;
  for (const item of items.filter((one) => one.kind !== "press" && !one.gone && !one.refused)) {
    const answer = await insist(item.kind === "tick" ? sendTick(item) : await sendPhoto(item), (trouble) => sayTrouble(name, left, trouble));
    if (answer.gone && item.kind === "photo") return withdraw(name, left, answer.gone);
    if (answer.said || item.kind === "tick") await remove(item);
    else await refuse(items, { ...item, refused: answer.refused ?? words.tooHeavy });
    arrived = answer.said?.arrived ?? arrived;
    done = true;
    left = (await itemsOf(words.device)).filter((one) => groupOf(one) === name); // as the store has them: another window sends, too
    if (left.length) describe(name, left);
  }
  if (left.some((one) => one.kind === "photo" && one.refused)) return undefined; // the hand-in page asks what is to be done
  const press = items.find((one) => one.kind === "press");
  if (press?.refused) return undefined; // sent by nothing but another press
  if (press) return handIn(name, press, arrived);
  if (name === TICKS && done) return document.querySelector("form[data-ticks]") ? location.reload() : say(name, "");
  return done && !left.length && say(name, fill(words.arrived, items[0]), [items[0].page, words.goOn]);
}

function sendTick(item) {
  return () => send(item.address, parcelOf(item), item.id);
}

async function sendPhoto(item) {
  const light = await lighter(item.file);
  return () => send(item.address, photoParcel(item, light), item.key);
}

// As the press stands when it is sent: another window may have written on, or taken it back.
async function handIn(name, known, arrived) {
  let press;
  const answer = await insist(async () => {
    press = await read(known);
    if (!press || press.refused) return {};
    await replace(press, { ...press, hasLeft: true });
    const parcel = parcelOf(press);
    if (arrived) parcel.set("expected", arrived);
    const said = await send(press.address, parcel, parcel.get("receipt_key"));
    if (NOTHING_TAKEN.includes(said.trouble)) await replace(press, press); // as it was before this try
    return said;
  }, (trouble) => sayTrouble(name, [{ ...press, hasLeft: press.hasLeft || !NOTHING_TAKEN.includes(trouble) }], trouble));
  if (!press) return say(name, "");
  if (press.refused) return sayRefused(name, [press]); // by another window
  const refused = answer.refused ?? answer.gone ?? words.tooHeavy;
  const left = answer.gone ? stop(press, { gone: true, refused }) : answer.said ? remove(press) : replace(press, { ...press, refused });
  if (await left) return handIn(name, known, arrived); // written on since: that goes, too
  if (answer.gone) return sayGone(name, [press]);
  if (!answer.said) return sayRefused(name, [{ ...press, refused }]);
  const { number: n, receipt, then } = answer.said;
  // It had arrived before, and something was added since.
  if (then !== receipt) return say(name, fill(words.addedSince, { ...press, n }), [then, words.goOn]);
  return say(name, fill(words.handedIn, { ...press, n }), [receipt, words.receipt]);
}

// Again and again, until it is we who answer.
async function insist(act, onTrouble) {
  let known;
  for (let failures = 0; ; failures++) {
    const answer = await act();
    if (!answer.trouble) return answer;
    if (answer.trouble !== known) onTrouble((known = answer.trouble));
    await new Promise((resolve) => {
      setTimeout(resolve, pause(failures));
      window.addEventListener("online", resolve, { once: true });
    });
  }
}

// Nothing is known of what may have arrived; of a login that is over, more than that.
function sayTrouble(name, items, trouble) {
  if (trouble === "another") say(name, words.another);
  else if (trouble === "login") say(name, words.login, [`${words.loginPage}?next=${encodeURIComponent(location.pathname + location.search)}`, words.logIn]);
  else describe(name, items, trouble);
}

function parcelOf(item) {
  const parcel = new FormData();
  for (const [field, value] of item.fields) parcel.append(field, value);
  return parcel;
}

// A refused photo ends the press, too: the hand-in page asks what is to be done. The other photos leave.
async function refuse(items, photo) {
  const presses = items.filter((one) => one.kind === "press" && !one.refused);
  for (const press of presses) await stop(press, { refused: photo.refused, byPhoto: true });
  await put(photo);
}

async function withdraw(name, items, reason) {
  const gone = items.map((item) => (item.kind === "press" ? { ...item, gone: true, refused: reason } : { ...item, gone: true }));
  for (const item of gone) await (item.kind === "press" ? stop(item) : put(item));
  sayGone(name, gone);
}

// Other work may be handed in: no more is known than that this isn't. A photo says why its press ended.
function sayRefused(name, items) {
  const stuck = items.filter((one) => one.refused);
  const photo = stuck.find((one) => one.kind === "photo");
  const why = photo ?? stuck[0];
  const way = [why.page, words.goOn];
  // A press that a photo ended may have arrived before.
  const what = photo ? words.photoRefused : words[why.byPhoto ? "pressEnded" : "pressRefused"];
  const line = say(name, `${fill(what, why)} ${why.refused}`, way);
  offerToRemove(line, name, stuck, sayRefused, photo && way);
}

function sayGone(name, items) {
  const photos = items.filter((one) => one.kind === "photo").length;
  const what = photos ? plural("gone", photos, items[0].title) : fill(words.withdrawn, items[0]);
  const line = say(name, what, [words.list, words.toList]); // from there, if it was brought back
  if (photos || items.some(wordsOf)) offerToRemove(line, name, items, sayGone);
}

// Photos first: nobody removes words with them unasked.
function offerToRemove(line, name, items, again, then) {
  const photos = items.filter((one) => one.kind === "photo");
  const rest = photos.length ? items.filter(wordsOf) : [];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet";
  button.textContent = words.remove;
  button.addEventListener("click", async () => {
    for (const item of photos.length ? photos : items) await remove(item);
    if (rest.length) again(name, rest);
    else say(name, "", then);
  });
  line.append(" ", button, ...items.filter(wordsOf).map(asWritten));
}

// The page behind the link may have no form that takes them any more.
function asWritten(press) {
  const box = document.createElement("details");
  const label = document.createElement("summary");
  const text = document.createElement("p");
  label.textContent = words.written;
  text.className = "typed";
  text.innerText = wordsOf(press); // with its lines
  box.append(label, text);
  return box;
}

function say(name, text, link) {
  let line = [...root.querySelectorAll("[data-item]")].find((one) => one.dataset.item === name);
  if (!line) {
    line = document.createElement("div");
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
