// What this device keeps for the person who is logged in: drafts of forms, and what waits to be sent. Loaded on every page, so it
// is small: the rest is loaded where it is needed. Logging out removes the drafts and leaves what waits, both after a question.
import { draftsOf, forget } from "./drafts.js";
import { itemsOf } from "./outbox.js";
import "./token.js";

const root = document.querySelector("[data-device]");
const words = root.dataset;
const owner = words.device;

// What was saved: the server names its draft in a cookie.
for (const [, id] of document.cookie.matchAll(/(?:^|; )saved-(\w+)=/g)) {
  draftsOf(owner).filter((draft) => draft.id === id).forEach(forget);
  document.cookie = `saved-${id}=; path=/; max-age=0; samesite=lax`;
}

if (document.querySelector("form[data-draft]")) import("./draft.js").then(({ watch }) => watch(owner, words));

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-logout]")) return;
  event.preventDefault();
  const photos = (await itemsOf(owner)).filter((item) => item.kind === "photo" && !item.gone && !item.refused).length;
  const drafts = draftsOf(owner);
  const said = [];
  if (photos) said.push(photos === 1 ? words.leaveOne : words.leaveMany.replace("{n}", photos));
  if (drafts.length) said.push(words.leaveDrafts);
  if (said.length && !confirm([...said, words.leaveAnyway].join("\n\n"))) return;
  drafts.forEach(forget);
  document.documentElement.dataset.leaving = ""; // no second question by the page itself
  form.submit();
});

// The hand-in page sends its own.
const here = document.querySelector("[data-handin]")?.dataset.assignment;
const waiting = (await itemsOf(owner)).filter((item) => item.address && !(here && item.assignment === here));
if (waiting.length) import("./waiting.js").then(({ carry }) => carry(waiting, root));
