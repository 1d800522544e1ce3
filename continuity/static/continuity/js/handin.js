// Photos chosen on the hand-in page leave one by one, made lighter, each under a key of its own: a line that is cut after the second
// goes on at the third, and nothing arrives twice. What waits lies in the browser's own store until it has arrived, so that the page
// may be loaded again. Without this module the form sends them all.
const LIGHT = 400_000; // bytes
const LONGEST_SIDE = 2_000; // pixels
const QUALITIES = [0.82, 0.72, 0.62, 0.52];
const SILENCE = 30_000; // milliseconds without a byte: the line is dead
const PAUSES = [1_000, 3_000, 8_000, 20_000, 30_000]; // milliseconds before trying again

const root = document.querySelector("[data-handin]");
const form = root?.querySelector("[data-send]");
const words = root?.querySelector("[data-words]")?.dataset;
const waiting = root?.querySelector("[data-waiting]");
const queue = []; // what hasn't arrived, in order: {key, file, insteadOf, li, refused}
let busy = false;
let failures = 0;
let later; // the timer of the next try
let wantsToHandIn = false;

// What waits, across a reload. Where a browser has no store (or forbids it), the page itself keeps the photos as long as it is open.

function store(mode, act) {
  return new Promise((resolve) => {
    const opening = indexedDB.open("passerelle-handins", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("photos", { keyPath: "key" });
    opening.onerror = () => resolve(undefined);
    opening.onsuccess = () => {
      const asked = act(opening.result.transaction("photos", mode).objectStore("photos"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => resolve(undefined);
    };
  }).catch(() => undefined);
}

function keep(item) {
  const { key, file, insteadOf, chosenAt } = item;
  const { assignment, owner } = root.dataset;
  return store("readwrite", (photos) => photos.put({ key, file, insteadOf, chosenAt, assignment, owner }));
}

function forget(item) {
  return store("readwrite", (photos) => photos.delete(item.key));
}

async function resume() {
  const kept = (await store("readonly", (photos) => photos.getAll())) ?? [];
  const { assignment, owner } = root.dataset;
  for (const item of kept.sort((one, other) => one.chosenAt - other.chosenAt)) {
    // Somebody else on the same telephone, or a page whose answer was lost on its way here.
    if (item.owner !== owner || document.querySelector(`[data-key="${item.key}"]`)) await forget(item);
    else if (item.assignment === assignment) add(item);
  }
  if (queue.length) say("resumed");
  work();
}

// Lighter: drawn again where the browser can read the picture. HEIC, mostly, goes as it is.

async function lighter(file) {
  if (file.size <= LIGHT || file.type === "application/pdf") return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    let drawn;
    for (const quality of QUALITIES) {
      drawn = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
      if (drawn && drawn.size <= LIGHT) break;
    }
    return drawn && drawn.size < file.size ? drawn : file;
  } catch {
    return file;
  }
}

// On its way. An answer is ours only if it repeats the key: a Wi-Fi that wants a login answers with a page of its own.

function send(item, file) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let watch;
    const stillThere = () => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), SILENCE);
    };
    request.open("POST", root.dataset.handin);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => {
      stillThere();
      item.bar.value = event.loaded / event.total;
    };
    request.onload = () => resolve(verdict(request, item));
    request.onerror = request.onabort = () => resolve({ trouble: "offline" });
    request.onloadend = () => clearTimeout(watch);
    const parcel = new FormData();
    parcel.append("key", item.key);
    parcel.append("expected", arrived() + queue.filter((one) => !one.refused && !one.insteadOf).length);
    if (item.insteadOf) parcel.append("instead_of", item.insteadOf);
    parcel.append("photo", file, "photo");
    stillThere();
    request.send(parcel);
  });
}

function verdict(request, item) {
  let said;
  try {
    said = JSON.parse(request.responseText);
  } catch {
    said = undefined;
  }
  if (said?.key === item.key && request.status === 200) return { pages: said.pages };
  if (said?.key === item.key && request.status === 422) return { refused: `${said.refused} ${said.advice}` };
  if (request.status >= 500) return { trouble: "trouble" };
  if (isTheLogin(request.responseURL) || request.status === 403) return { trouble: "login" };
  if ([400, 404, 413].includes(request.status)) return { refused: request.status === 413 ? words.tooHeavy : said?.refused ?? words.trouble };
  return { trouble: "portal" };
}

// The cookie's, not the page's: a login in another tab has changed it.
function token() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie ? cookie.slice("csrftoken=".length) : form.elements.csrfmiddlewaretoken.value;
}

function isTheLogin(address) {
  return new URL(address || location.href, location.href).pathname === new URL(root.dataset.login, location.href).pathname;
}

async function work() {
  clearTimeout(later);
  const item = queue.find((one) => !one.refused);
  if (busy || !item) return finish();
  busy = true;
  tell(item, item.light ? words.sending : words.making);
  item.light ??= await lighter(item.file);
  tell(item, words.sending);
  const answer = await send(item, item.light);
  busy = false;
  if (answer.trouble) {
    tell(item, words.stopped);
    say(answer.trouble);
    later = setTimeout(work, PAUSES[Math.min(failures++, PAUSES.length - 1)]);
    return undefined;
  }
  failures = 0;
  say("");
  await forget(item);
  if (answer.refused) refuse(item, answer.refused);
  else {
    leave(item);
    show(answer.pages);
  }
  return work();
}

function finish() {
  if (busy || queue.some((one) => !one.refused)) return;
  if (wantsToHandIn && !queue.length) handIn();
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
  if (item.file.type !== "application/pdf" && !/hei[cf]$/i.test(item.file.type || item.file.name)) {
    const picture = document.createElement("img");
    picture.className = "photo__page";
    picture.alt = "";
    picture.src = URL.createObjectURL(item.file);
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

function refuse(item, reason) {
  item.refused = true;
  item.bar.remove();
  tell(item, reason);
  item.li.setAttribute("role", "alert");
  const out = document.createElement("button");
  out.type = "button";
  out.className = "button button--quiet";
  out.textContent = words.forget;
  out.addEventListener("click", () => {
    leave(item);
    label();
    form.elements.photos.focus();
    work();
  });
  item.li.append(out);
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
  const pages = document.querySelector("#pages");
  const isWaiting = queue.some((one) => !one.refused);
  form.querySelector("[data-say]").textContent = isWaiting ? words.handInAll : pages.dataset.button;
}

function say(what) {
  const notice = root.querySelector("[data-line]");
  notice.hidden = !what;
  notice.querySelector("[data-line-what]").textContent = what ? words[what] : "";
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
  const room = insteadOf ? 1 : Number(root.dataset.most) - arrived() - queue.length;
  if (files.length > room) say("tooMany");
  for (const file of [...files].slice(0, Math.max(0, room))) {
    const item = { key: randomKey(), file, insteadOf, chosenAt: Date.now() + queue.length / 1_000 };
    add(item);
    const most = Number(file.type === "application/pdf" ? root.dataset.pdfBytes : root.dataset.photoBytes);
    if (file.size > most) refuse(item, words.tooHeavy);
    else keep(item);
  }
  work();
}

function randomKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
}

// The last press survives a cut line, too: the form's own key makes it one hand-in, however often it is sent.
async function handIn() {
  form.elements.expected.value = arrived();
  form.elements.csrfmiddlewaretoken.value = token();
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  } catch {
    say("offline");
  }
  if (answer?.ok && answer.redirected && answer.url.includes("/receipt/")) {
    location.assign(answer.url);
  } else if (answer?.status === 422) {
    form.submit(); // the page says why
  } else {
    if (answer) say(answer.status >= 500 ? "trouble" : isTheLogin(answer.url) || answer.status === 403 ? "login" : "portal");
    later = setTimeout(handIn, PAUSES[Math.min(failures++, PAUSES.length - 1)]);
  }
}

if (form && words) {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name) return; // what was pressed is another button
    event.preventDefault();
    wantsToHandIn = true;
    if (queue.some((one) => !one.refused)) say("first");
    else if (!queue.length) handIn();
  });
}

// What was typed survives a reload; the server has it from the first press on.
const text = form?.elements.text;
if (text) {
  const name = `handin-text-${root.dataset.owner}-${root.dataset.assignment}`;
  text.value ||= sessionStorage.getItem(name) ?? "";
  text.addEventListener("input", () => sessionStorage.setItem(name, text.value));
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
  window.addEventListener("online", work);
  document.addEventListener("visibilitychange", () => document.hidden || work());
  window.addEventListener("beforeunload", (event) => {
    if (queue.some((one) => !one.refused)) event.preventDefault();
  });
  resume();
}
