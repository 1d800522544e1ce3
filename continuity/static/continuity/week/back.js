// The week may be kept by the browser (it is asked for again with an ETag), and so stands in the back/forward cache, too. There
// it is hidden, and shown again only where nobody has logged out meanwhile: logging out writes the cookie "logged_out".
const loggedOut = () => document.cookie.split("; ").find((cookie) => cookie.startsWith("logged_out="));
const before = loggedOut();

addEventListener("pagehide", () => {
  document.documentElement.hidden = true;
});
addEventListener("pageshow", (event) => {
  if (event.persisted && loggedOut() !== before) location.reload();
  else document.documentElement.hidden = false;
});
