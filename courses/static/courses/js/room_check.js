// A try of camera and microphone before a video room. The stream stays in this page: nothing is sent or kept.
const part = document.querySelector("[data-room-check]");
const [start, stop, said, level] = ["start", "stop", "said", "level"].map((name) => part.querySelector(`[data-${name}]`));
const [picture, bar] = [part.querySelector("video"), part.querySelector("meter")];
const REASONS = { NotAllowedError: "refused", NotFoundError: "missing", NotReadableError: "busy" };
let stream = null;
let sound = null;

const say = (name) => (said.textContent = part.dataset[name]);

async function ask() {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  } catch (fault) {
    if (fault.name !== "NotFoundError") throw fault;
    return navigator.mediaDevices.getUserMedia({ audio: true }); // there may be no camera
  }
}

function listen() {
  sound = new AudioContext();
  const analyser = sound.createAnalyser();
  sound.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const draw = () => {
    if (!stream) return;
    analyser.getFloatTimeDomainData(samples);
    bar.value = Math.min(1, 3 * Math.max(...samples.map(Math.abs)));
    requestAnimationFrame(draw);
  };
  draw();
}

function end() {
  stream?.getTracks().forEach((track) => track.stop());
  sound?.close();
  stream = sound = picture.srcObject = null;
  picture.hidden = level.hidden = stop.hidden = true;
  start.hidden = false;
}

start.addEventListener("click", async () => {
  if (!navigator.mediaDevices?.getUserMedia) return say("old");
  say("asking");
  try {
    stream = await ask();
  } catch (fault) {
    return say(REASONS[fault.name] ?? "refused");
  }
  const sees = stream.getVideoTracks().length > 0;
  picture.hidden = !sees;
  level.hidden = stop.hidden = false;
  start.hidden = true;
  if (sees) {
    picture.srcObject = stream;
    picture.play();
  }
  listen();
  say(sees ? "works" : "heard");
  stop.focus();
});

stop.addEventListener("click", () => {
  end();
  say("stopped");
  start.focus();
});

addEventListener("pagehide", end);
part.hidden = false;
