// A part of the page that can't be fetched says so on top; without this module the old content would stand there in silence.
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, ({ detail }) => {
    const place = document.querySelector("[data-failed]");
    const notice = document.createElement("p");
    notice.className = "notice is-warn notices";
    notice.setAttribute("role", "alert");
    notice.textContent = place.dataset[detail.xhr?.status === 403 ? "notAllowed" : "failed"];
    place.replaceChildren(notice);
    notice.scrollIntoView({ block: "nearest" });
  });
}
