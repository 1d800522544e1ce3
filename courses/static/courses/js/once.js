// A form with data-once is sent once by a double tap: its code serves once, so the second request would be refused. Later it can be sent
// again, as after a line that was cut.
const DOUBLE_TAP_MS = 2_000;

let sentAt = -Infinity;
document.addEventListener("submit", (event) => {
  if (!("once" in event.target.dataset)) return;
  if (event.timeStamp - sentAt < DOUBLE_TAP_MS) event.preventDefault();
  else sentAt = event.timeStamp;
});
