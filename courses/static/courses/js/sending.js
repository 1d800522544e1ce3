// How a photo or a pressed "Hand in" leaves this device.
import { reader, token } from "./token.js";

const LIGHT = 400_000; // bytes
const LONGEST_SIDE = 2_000; // pixels
const LONG = 2.5; // times as long as wide, or more
const QUALITIES = [0.82, 0.72, 0.62, 0.52];
const SILENCE = 30_000; // milliseconds without a byte: the line is dead
const PAUSES = [1_000, 3_000, 8_000, 20_000, 30_000]; // milliseconds before trying again

// Troubles in which it came no further than that: nothing is handed in by what was sent.
export const NOTHING_TAKEN = ["login", "another", "notTaken"];

export function pause(failures) {
  return PAUSES[Math.min(failures, PAUSES.length - 1)];
}

// Drawn again where the browser can read the picture. HEIC, mostly, goes as it is.
export async function lighter(file) {
  if (file.size <= LIGHT || file.type === "application/pdf") return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    // A long screenshot would lose its words: the server knows how to make it light.
    if (Math.max(picture.width, picture.height) > LONG * Math.min(picture.width, picture.height)) return file;
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

// Resolves to one of {said}, {refused}, {gone}, {tooHeavy}, {trouble}: offline, login, another, portal, notTaken, trouble.
export function send(address, parcel, key, onProgress = () => {}) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let watch;
    const stillThere = () => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), SILENCE);
    };
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("X-Logged-In-As", reader());
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => {
      stillThere();
      onProgress(event.loaded / event.total);
    };
    request.onload = () => resolve(verdict(request, key));
    request.onerror = request.onabort = () => resolve({ trouble: "offline" });
    request.onloadend = () => clearTimeout(watch);
    stillThere();
    request.send(parcel);
  });
}

export function photoParcel(item, file, expected) {
  const parcel = new FormData();
  parcel.append("key", item.key);
  parcel.append("language", document.documentElement.lang);
  if (expected) parcel.append("expected", expected);
  if (item.insteadOf) parcel.append("instead_of", item.insteadOf);
  if (item.receiptKey) parcel.append("receipt_key", item.receiptKey);
  parcel.append("photo", file, "photo");
  return parcel;
}

// An answer is ours only if it repeats the key: a Wi-Fi that wants a login answers with a page of its own.
function verdict(request, key) {
  const said = read(request.responseText);
  if (said?.key === key) {
    if (request.status === 410) return { gone: said.refused };
    if (request.status < 300) return { said };
    if (request.status < 500) return { refused: `${said.refused} ${said.advice}`.trim() };
    return { trouble: "notTaken" }; // TryAgain: nothing of it was kept
  }
  if (request.status === 403 && said?.another) return { trouble: "another" }; // somebody else is logged in by now
  if (request.status >= 500 || request.status === 429) return { trouble: "trouble" };
  if (request.status === 403 || /\/login\/$/.test(new URL(request.responseURL || location.href).pathname)) return { trouble: "login" };
  if (request.status === 413) return { tooHeavy: true };
  return { trouble: "portal" };
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
