// From the back/forward cache the week is shown only where nobody has logged out meanwhile (the cookie "logged_out").
const loggedOut = () => document.cookie.split("; ").find((cookie) => cookie.startsWith("logged_out="));
const before = loggedOut();

addEventListener("pagehide", () => {
  document.documentElement.hidden = true;
});
addEventListener("pageshow", (event) => {
  if (event.persisted && loggedOut() !== before) location.reload();
  else document.documentElement.hidden = false;
});
