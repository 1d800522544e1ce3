// Before a form is sent: a login in another tab may have changed the CSRF token, or who is logged in. The server is told whose page
// this is, and refuses anybody else's.

export function token() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie?.slice("csrftoken=".length) ?? "";
}

// The key of the person this page was made for.
const owner = document.querySelector("[data-device]")?.dataset.device ?? ""; // once: what stands on the page may be swapped

export function reader() {
  return owner;
}

// A text that came back (data-kept) isn't its reader's: it goes on naming whom it named, or nobody.
export function freshen(form) {
  const field = form.elements.namedItem("csrfmiddlewaretoken");
  if (!field) return;
  if (token()) field.value = token();
  if (!reader() || "kept" in form.dataset || form.elements.namedItem("logged_in_as")) return;
  const whose = document.createElement("input");
  Object.assign(whose, { type: "hidden", name: "logged_in_as", value: reader() });
  form.append(whose);
}

document.addEventListener("submit", (event) => freshen(event.target), { capture: true });

// What htmx sends by itself, without a form.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (reader()) detail.headers["X-Logged-In-As"] ??= reader();
});
