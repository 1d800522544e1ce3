// A part of the page that can't be fetched says so on top; without this module the old content would stand there in silence. Beside it
// stand other notices, and [data-device], which says whose page this is (courses/js/token.js): they stay.
const place = document.querySelector("[data-failed]");
const notice = document.createElement("p");
notice.className = "notice is-warn notices";
notice.setAttribute("role", "alert");

// An answer came from this side of the line: the connection isn't the cause, except of a form that was cut on its way (400).
const REASONS = { 400: "failed", 403: "notAllowed", 413: "tooLarge", 429: "tooOften", 502: "unavailable", 503: "unavailable", 504: "unavailable" };

function reason(status) {
  if (!status) return "failed";
  return REASONS[status] ?? (status >= 500 ? "broken" : "refused");
}

// Retry-After in seconds; its other form, a date, isn't one that we send.
function nextTry(xhr) {
  const seconds = Number(xhr?.getResponseHeader("Retry-After"));
  if (!seconds) return place.dataset.when;
  const inWords = new Intl.RelativeTimeFormat(document.documentElement.lang);
  return seconds < 120 ? inWords.format(seconds, "second") : inWords.format(Math.ceil(seconds / 60), "minute");
}

function fail(why, { verb }, xhr) {
  const said = place.dataset[why].replace("{when}", () => nextTry(xhr));
  if (verb === "get" && notice.isConnected) { // a page that asks by itself, every 20 s say, says it once and stays where it is
    if (notice.dataset.verb === verb && notice.textContent !== said) notice.textContent = said;
    return;
  }
  notice.dataset.verb = verb;
  notice.textContent = said;
  place.prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
}

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, ({ detail }) => fail(reason(detail.xhr?.status), detail.requestConfig, detail.xhr));
}

// The login has expired: its page isn't a part of this one.
const isLogin = ({ xhr }) => /\/login\/$/.test(new URL(xhr.responseURL || location.href).pathname);
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (isLogin(detail)) detail.shouldSwap = false;
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) return;
  const { verb } = detail.requestConfig;
  if (isLogin(detail)) fail("loggedOut", detail.requestConfig);
  else if (verb !== "get" || notice.dataset.verb === verb) notice.remove(); // else it would stand beside what was done since
});
