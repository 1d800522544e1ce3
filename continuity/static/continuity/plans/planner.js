// Items of a planner are dragged to another day or place. Without this module, by keyboard and by touch, each has its form.
(() => {
  let dragged = null;

  const ready = () => {
    for (const item of document.querySelectorAll("[data-planner] [data-item]")) item.draggable = true;
  };

  // The item that would stand below the dragged one when it is dropped here; none: it goes last.
  const below = (day, y) =>
    [...day.querySelectorAll("[data-item]")].find((item) => {
      const { top, height } = item.getBoundingClientRect();
      return item !== dragged && y < top + height / 2;
    });

  const unmark = () => {
    for (const marked of document.querySelectorAll(".planner__before, .planner__last")) marked.classList.remove("planner__before", "planner__last");
  };

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-planner] [data-item]");
    if (!dragged || event.target !== dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.item);
    dragged.classList.add("is-dragged");
  });

  document.addEventListener("dragover", (event) => {
    const day = dragged && event.target.closest("[data-day]");
    if (!day) return;
    event.preventDefault();
    unmark();
    const next = below(day, event.clientY);
    if (next) next.classList.add("planner__before");
    else day.classList.add("planner__last");
  });

  document.addEventListener("drop", (event) => {
    const day = dragged && event.target.closest("[data-day]");
    if (!day) return;
    event.preventDefault();
    const values = {
      day: day.dataset.day,
      before: below(day, event.clientY)?.dataset.item ?? "",
      seen: dragged.dataset.seen,
      csrfmiddlewaretoken: document.querySelector("[data-planner] [name=csrfmiddlewaretoken]").value,
    };
    window.htmx.ajax("POST", dragged.dataset.move, { target: "#plan", swap: "outerHTML", values });
  });

  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    unmark();
  });

  document.addEventListener("htmx:load", ready);
  ready();
})();
