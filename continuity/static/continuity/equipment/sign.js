// A signature drawn with finger, pen or mouse, beside the typed name. Its picture goes along in the form; without this module the
// name alone is the signature.
const part = document.querySelector("[data-signature]");
const [canvas, clear, said] = [part.querySelector("canvas"), ...["clear", "said"].map((name) => part.querySelector(`[data-${name}]`))];
const drawn = document.querySelector("input[name=drawn]");
const pen = canvas.getContext("2d");
const [PAPER, INK] = ["#fff", "#111827"]; // the same by day and by night, and on paper
let last = null;

const at = (event) => [(event.offsetX * canvas.width) / canvas.clientWidth, (event.offsetY * canvas.height) / canvas.clientHeight];

function empty() {
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  drawn.value = "";
  clear.disabled = true;
}

function line(to) {
  pen.strokeStyle = INK;
  pen.lineWidth = canvas.height / 60;
  pen.lineCap = pen.lineJoin = "round";
  pen.beginPath();
  pen.moveTo(...last);
  pen.lineTo(...to);
  pen.stroke();
  last = to;
}

canvas.addEventListener("pointerdown", (event) => {
  if (!event.isPrimary || event.button) return;
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  last = at(event);
  line(last);
});
canvas.addEventListener("pointermove", (event) => {
  if (!last || !event.isPrimary) return;
  const passed = event.getCoalescedEvents?.() ?? [];
  for (const one of passed.length ? passed : [event]) line(at(one));
});
for (const name of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(name, () => {
    if (!last) return;
    last = null;
    drawn.value = canvas.toDataURL("image/png");
    clear.disabled = false;
    said.textContent = part.dataset.there;
  });
}
clear.addEventListener("click", () => {
  empty();
  said.textContent = part.dataset.cleared;
  canvas.focus();
});

const before = drawn.value; // of a form that came back
empty();
if (before) {
  const picture = new Image();
  picture.addEventListener("load", () => {
    pen.drawImage(picture, 0, 0);
    drawn.value = before;
    clear.disabled = false;
  });
  picture.src = before;
}
part.hidden = false;
