// A label's code, read by the camera where the browser can; its pictures stay in this page. Else a photo is sent as soon as it is
// taken. What was read goes the way of a typed number.
const form = document.querySelector("form[data-scan]");
const [camera, start, stop, said, photo] = ["camera", "start", "stop", "said", "photo"].map((name) => form.querySelector(`[data-${name}]`));
const [picture, code] = [form.querySelector("video"), form.elements.code];
const PAUSE = 200; // milliseconds between two looks
let stream = null;

const say = (name) => (said.textContent = name ? form.dataset[name] : "");

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
    const [found] = await detector.detect(picture).catch(() => []);
    if (stream !== own) return;
    if (found) {
      end();
      code.value = found.rawValue.slice(0, code.maxLength);
      return form.requestSubmit();
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
photo.addEventListener("change", () => form.elements.photo.files.length && form.requestSubmit());
if (await canRead().catch(() => false)) camera.hidden = false;
