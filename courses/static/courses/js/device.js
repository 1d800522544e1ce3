// What this device keeps: drafts of forms, and what waits to be sent. On every page, so the rest is loaded where it is needed. Logging
// out removes drafts and leaves what waits, both after a question.
import { itemsOf, wordsOf } from "./outbox.js";
import "./token.js";

const root = document.querySelector("[data-device]");
const words = root.dataset;
const owner = words.device;

// Nobody is kept logged in because a module didn't come.
function drafts() {
  return import("./drafts.js").catch(() => ({ draftsOf: () => [], forget() {} }));
}

// What was saved: the server names its draft in a cookie.
const saved = [...document.cookie.matchAll(/(?:^|; )saved-(\w+)=/g)].map(([, id]) => id);
if (saved.length) {
  const { draftsOf, forget } = await drafts();
  draftsOf(owner).filter((draft) => saved.includes(draft.id)).forEach(forget);
  for (const id of saved) document.cookie = `saved-${id}=; path=/; max-age=0; samesite=lax`;
}

if (document.querySelector("form[data-draft]")) import("./draft.js").then(({ watch }) => watch(owner, words));

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-logout]")) return;
  event.preventDefault();
  const { draftsOf, forget } = await drafts();
  const waiting = await itemsOf(owner);
  const photos = waiting.filter((item) => item.kind === "photo" && !item.gone && !item.refused).length;
  const presses = waiting.filter((item) => item.kind === "press");
  const isOver = ({ gone, refused }) => gone || refused; // sent no more, and there for its words
  const written = presses.map(wordsOf).filter(Boolean);
  const mine = draftsOf(owner);
  const isHeld = ({ fields }) => written.some((text) => fields.includes(JSON.stringify(["text", text])));
  const said = [];
  if (photos) said.push(photos === 1 ? words.leaveOne : words.leaveMany.replace("{n}", photos));
  if (!presses.every(isOver)) said.push(words.leavePressed);
  if (presses.filter(isOver).some(wordsOf)) said.push(words.leaveWords);
  if (!mine.every(isHeld)) said.push(words.leaveDrafts);
  if (said.length && !confirm([...said, words.leaveAnyway].join("\n\n"))) return;
  mine.forEach(forget);
  document.documentElement.dataset.leaving = ""; // no second question by the page itself
  form.submit();
});

// The hand-in page sends its own, where its form stands.
const here = document.querySelector("[data-send]")?.closest("[data-handin]")?.dataset.assignment;
const waiting = (await itemsOf(owner)).filter((item) => item.address && !(here && item.assignment === here));
if (waiting.length) import("./waiting.js").then(({ carry }) => carry(waiting, root));
