// Pins on the pages of a hand-in: press a place to put one there, drag it or move it with the arrow keys, write its text in
// the list. The list's own fields are what is sent; without this module they, and a place in words, do the same.
const list = document.querySelector("[data-pin-list]");
const pattern = document.querySelector("[data-new-pin]");
const SVG = "http://www.w3.org/2000/svg";
const STEP = 1; // percent, for one press of an arrow key
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
const within = (value) => Math.min(100, Math.max(0, Math.round(value * 10) / 10));

const rowOf = (number) => list.querySelector(`[data-pin-row="${number}"]`);
const markOf = (number) => document.querySelector(`.paper__pin[data-pin="${number}"]`);
const field = (row, name) => row.querySelector(`[name$="-${name}"]`);

function draw(mark, x, y) {
  for (const circle of mark.querySelectorAll("circle")) {
    circle.setAttribute("cx", `${x}%`);
    circle.setAttribute("cy", `${y}%`);
  }
  const number = mark.querySelector("text");
  number.setAttribute("x", `${x}%`);
  number.setAttribute("y", `${y}%`);
}

function place(mark, x, y) {
  const row = rowOf(mark.dataset.pin);
  field(row, "x").value = x;
  field(row, "y").value = y;
  draw(mark, x, y);
  row.dispatchEvent(new Event("input", { bubbles: true }));
}

function drawn(number, name) {
  const mark = document.createElementNS(SVG, "a");
  mark.setAttribute("class", "paper__pin");
  mark.setAttribute("href", `#pin-${number}`);
  mark.dataset.pin = number;
  const title = document.createElementNS(SVG, "title");
  title.textContent = name;
  const reach = document.createElementNS(SVG, "circle");
  reach.setAttribute("class", "paper__reach");
  reach.setAttribute("r", "22");
  const dot = document.createElementNS(SVG, "circle");
  dot.setAttribute("class", "paper__dot");
  dot.setAttribute("r", "14");
  const text = document.createElementNS(SVG, "text");
  text.setAttribute("dy", "0.35em");
  text.setAttribute("aria-hidden", "true");
  text.textContent = number;
  mark.append(title, reach, dot, text);
  return mark;
}

const next = () => 1 + Math.max(0, ...[...list.children].map((row) => Number(row.dataset.pinRow)));

// A pin of a draft keeps the name of its fields; its number may be another one by now.
function add(paper, x, y, name = next()) {
  const number = Math.max(name, next());
  const made = pattern.content.firstElementChild.cloneNode(true);
  made.id = `pin-${number}`;
  made.dataset.pinRow = number;
  for (const part of made.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
    for (const attribute of ["name", "id", "for", "aria-describedby"]) {
      if (part.hasAttribute(attribute)) part.setAttribute(attribute, part.getAttribute(attribute).replaceAll("new0", `new${name}`));
    }
  }
  made.querySelector('[name="pin"]').value = `new${name}`;
  made.querySelector("[data-pin-number]").textContent = number;
  field(made, "page").value = paper.dataset.page;
  const back = made.querySelector("[data-pin-page]");
  back.href = `#page-${paper.dataset.page}`;
  back.textContent = paper.dataset.says;
  list.append(made);
  const mark = drawn(number, list.dataset.says.replace("0", number));
  paper.querySelector("[data-pins]").append(mark);
  place(mark, x, y);
  return made;
}

// The rows of pins that weren't saved stand in the draft alone; their texts are filled in by courses/js/draft.js.
function addFrom(draft) {
  const fields = new Map(draft);
  const papers = [...document.querySelectorAll(".paper[data-page]")];
  for (const [said, page] of draft) {
    const [, name] = /^new(\d+)-page$/.exec(said) ?? [];
    const paper = papers.find((one) => one.dataset.page === page) ?? papers[0];
    if (name && paper && !list.querySelector(`[name="${said}"]`)) add(paper, fields.get(`new${name}-x`), fields.get(`new${name}-y`), Number(name));
  }
}

// On a narrow screen the text is written in a sheet at its bottom edge, so that the page stays where it is, pin in sight.
function write(row) {
  const isNarrow = matchMedia("(width < 60rem)").matches;
  for (const other of list.querySelectorAll(".pin--sheet")) other.classList.remove("pin--sheet");
  row.classList.toggle("pin--sheet", isNarrow);
  field(row, "text").focus({ preventScroll: isNarrow });
}

function at(paper, event) {
  const box = paper.querySelector("[data-pins]").getBoundingClientRect();
  return [within(((event.clientX - box.left) / box.width) * 100), within(((event.clientY - box.top) / box.height) * 100)];
}

let held = null;

if (list && pattern) {
  document.querySelectorAll(".paper[data-page]").forEach((paper) => paper.classList.add("paper--open"));

  list.closest("form").addEventListener("draft-given", ({ detail }) => addFrom(detail));

  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".paper__pin");
    if (mark) {
      event.preventDefault();
      if (!held?.moved) write(rowOf(mark.dataset.pin));
      held = null;
      return;
    }
    if (event.target.closest("[data-pin-done]")) {
      const row = event.target.closest("[data-pin-row]");
      row.classList.remove("pin--sheet");
      markOf(row.dataset.pinRow)?.focus({ preventScroll: true });
      return;
    }
    const paper = event.target.closest(".paper__sheet")?.closest(".paper");
    if (paper) write(add(paper, ...at(paper, event)));
  });

  document.addEventListener("pointerdown", (event) => {
    const mark = event.target.closest(".paper__pin");
    held = mark ? { mark, x: event.clientX, y: event.clientY, moved: false } : null;
    if (mark) mark.setPointerCapture(event.pointerId);
  });
  document.addEventListener("pointermove", (event) => {
    if (!held || !held.mark.hasPointerCapture(event.pointerId)) return;
    if (!held.moved && Math.hypot(event.clientX - held.x, event.clientY - held.y) < 5) return;
    held.moved = true;
    place(held.mark, ...at(held.mark.closest(".paper"), event));
  });
  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.(".paper__pin")) event.preventDefault();
  });

  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") event.target.closest(".pin--sheet")?.querySelector("[data-pin-done]").click();
  });
  list.addEventListener("focusout", (event) => {
    const row = event.target.closest(".pin--sheet");
    // Where nothing takes the focus (the keyboard of the phone is put away), the sheet stays.
    if (row && event.relatedTarget && !row.contains(event.relatedTarget)) row.classList.remove("pin--sheet");
  });

  document.addEventListener("keydown", (event) => {
    const mark = event.target.closest?.(".paper__pin");
    const arrow = ARROWS[event.key];
    if (!mark || !arrow) return;
    event.preventDefault();
    const row = rowOf(mark.dataset.pin);
    place(mark, within(Number(field(row, "x").value) + arrow[0]), within(Number(field(row, "y").value) + arrow[1]));
  });

  list.addEventListener("input", (event) => {
    const row = event.target.closest("[data-pin-row]");
    const mark = row && markOf(row.dataset.pinRow);
    if (!mark || event.target === row) return;
    draw(mark, within(Number(field(row, "x").value)), within(Number(field(row, "y").value)));
    mark.classList.toggle("paper__pin--gone", field(row, "gone").checked);
  });
}
