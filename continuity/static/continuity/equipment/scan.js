// A label's code, read by the camera where the browser can; its pictures stay in this page. Else a photo is sent as soon as it is
// taken. What was read goes the way of a typed number.
const scan = document.querySelector("[data-scan]");
const [camera, start, stop, said, photo, take] = ["camera", "start", "stop", "said", "photo", "take"].map((name) => scan.querySelector(`[data-${name}]`));
const [picture, code, file] = [scan.querySelector("video"), scan.querySelector("[name=code]"), scan.querySelector("[name=photo]")];
const PAUSE = 200; // milliseconds between two looks
let stream = null;

const say = (name) => (said.textContent = name ? scan.dataset[name] : "");

async function canRead() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

function end() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = picture.srcObject = null;
  picture.hidden = stop.hidden = true;
  start.hidden = false;
}

async function look(detector, own) {
  while (stream === own) {
    const [found, other] = await detector.detect(picture).catch(() => []);
    if (stream !== own) return;
    if (other) say("several");
    else if (found) {
      end();
      code.value = found.rawValue.slice(0, code.maxLength);
      return take.form.requestSubmit(take);
    }
    await new Promise((next) => setTimeout(next, PAUSE));
  }
}

start?.addEventListener("click", async () => {
  say("asking");
  start.disabled = true;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    picture.srcObject = stream;
    picture.hidden = stop.hidden = false;
    start.hidden = true;
    picture.play().catch(() => {}); // ended before its first picture
  } catch {
    end();
    return say("refused");
  } finally {
    start.disabled = false;
  }
  say("looking");
  stop.focus();
  look(new BarcodeDetector({ formats: ["qr_code"] }), stream);
});

stop?.addEventListener("click", () => {
  end();
  say("stopped");
  start.focus();
});

addEventListener("pagehide", end);
document.addEventListener("visibilitychange", () => document.hidden && end());
photo.addEventListener("change", () => file.files.length && take.form.requestSubmit(take));
if (await canRead().catch(() => false)) camera.hidden = false;
