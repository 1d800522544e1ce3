// Pasting into a page in Wagtail's editor, from a word processor, a spreadsheet or a web page.
// Into a cell of a table: the cells from there on are filled, the rows and columns that are missing are added; in an empty table
// the first row becomes the headings. Into a text of the page: headings become Heading blocks, tables become Table blocks, the
// rest becomes texts between them. Elsewhere the editor pastes as it always does.
(() => {
  const words = (cell) => cell.innerText ?? cell.textContent;
  const tidy = (text) => text.replace(/\u00a0/g, " ").replace(/[ \t]*\n[ \t\n]*/g, "\n").replace(/[ \t]+/g, " ").trim();

  const rowsOf = (table) => {
    const rows = [];
    [...table.rows].forEach((row, place) => {
      rows[place] ??= [];
      for (const cell of row.cells) {
        let column = 0;
        while (rows[place][column] !== undefined) column += 1;
        for (let down = 0; down < cell.rowSpan; down += 1) {
          rows[place + down] ??= [];
          for (let along = 0; along < cell.colSpan; along += 1) rows[place + down][column + along] = down || along ? "" : tidy(words(cell));
        }
      }
    });
    return rows.map((row) => Array.from(row, (cell) => cell ?? ""));
  };
  const fromHtml = (html) => {
    const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
    return table && rowsOf(table);
  };

  // Tabs between cells, or a CSV with semicolons or commas whose lines are all as long; quotes hold what they enclose together.
  const fromText = (text, sign) => {
    const rows = [[""]];
    let isQuoted = false;
    for (let place = 0; place < text.length; place += 1) {
      const letter = text[place];
      const row = rows[rows.length - 1];
      if (letter === '"' && (isQuoted || row[row.length - 1] === "")) {
        if (isQuoted && text[place + 1] === '"') row[row.length - 1] += text[(place += 1)];
        else isQuoted = !isQuoted;
      } else if (letter === sign && !isQuoted) row.push("");
      else if (letter === "\n" && !isQuoted) rows.push([""]);
      else if (letter !== "\r") row[row.length - 1] += letter;
    }
    while (rows.length && rows[rows.length - 1].every((cell) => cell === "")) rows.pop();
    return rows.map((row) => row.map(tidy));
  };
  const fromPlainText = (text) => {
    if (text.includes("\t")) return fromText(text, "\t");
    for (const sign of [";", ","]) {
      const rows = fromText(text, sign);
      if (rows.length > 1 && rows[0].length > 1 && rows.every((row) => row.length === rows[0].length)) return rows;
    }
    return null;
  };

  const pasted = (data) => {
    const rows = (data.getData("text/html").includes("<table") && fromHtml(data.getData("text/html"))) || fromPlainText(data.getData("text/plain"));
    return rows && (rows.length > 1 || rows[0]?.length > 1) ? rows : null;
  };

  const isEmpty = ({ columns, rows }) => [...columns.map((one) => one.heading), ...rows.flatMap((row) => row.values)].every((text) => !text?.trim());

  // Where the paste begins: row -1 is the headings.
  const placeOf = (block, target) => {
    const cell = target.closest("th, td");
    const column = Math.max(0, [...cell.parentElement.children].indexOf(cell) - 1);
    return { row: [...block.tbody.children].indexOf(cell.parentElement), column };
  };

  const fill = (block, rows, { row: first, column }) => {
    const state = block.getState();
    state.caption = block.captionInput.value;
    const width = Math.max(state.columns.length, column + Math.max(...rows.map((row) => row.length)));
    while (state.columns.length < width) state.columns.push({ type: block.blockDef.childBlockDefs[0].name, heading: "" });
    for (const row of state.rows) while (row.values.length < width) row.values.push("");
    rows.forEach((cells, down) => {
      const place = first + down;
      while (place >= state.rows.length) state.rows.push({ values: Array(width).fill("") });
      cells.forEach((text, along) => {
        if (place < 0) state.columns[column + along].heading = text.replace(/\n/g, " ");
        else state.rows[place].values[column + along] = text;
      });
    });
    block.setState(state);
  };

  // Tab goes from cell to cell as in a word processor, past the buttons for comments, rows and columns; after the last cell it
  // goes on as everywhere. Shift+Tab stops at each button: the keyboard reaches all of them.
  const CELLS = "thead input.column-heading, tbody textarea";
  const goToNextCell = (event) => {
    if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || !event.target.matches(CELLS)) return;
    const cells = [...event.currentTarget.querySelectorAll(CELLS)];
    const next = cells[cells.indexOf(event.target) + 1];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.select();
  };

  const Definition = window.telepath.constructors["wagtail.contrib.typed_table_block.blocks.TypedTableBlock"];
  window.telepath.register(
    "cms.guidance.blocks.TableBlock",
    class extends Definition {
      render(...args) {
        const block = super.render(...args);
        const [only] = this.childBlockDefs;
        // One kind of column: there is nothing to choose.
        if (this.childBlockDefs.length === 1) block.toggleAddColumnMenu = (_trigger, insert) => insert(only);
        block.container[0].addEventListener("keydown", goToNextCell);
        block.container[0].addEventListener("paste", (event) => {
          const rows = event.target.closest("thead, tbody") && pasted(event.clipboardData);
          if (!rows) return;
          event.preventDefault();
          const wasEmpty = isEmpty(block.getState());
          fill(block, rows, wasEmpty ? { row: -1, column: 0 } : placeOf(block, event.target));
          block.container[0].querySelector("input.column-heading")?.focus();
          block.captionInput.dispatchEvent(new Event("input", { bubbles: true }));
        });
        return block;
      }
    },
  );

  // Texts

  const streams = [];
  const Stream = window.telepath.constructors["wagtail.blocks.StreamBlock"];
  const render = Stream.prototype.render;
  Stream.prototype.render = function remember(...args) {
    const stream = render.apply(this, args);
    streams.push(stream);
    return stream;
  };

  // Word writes a list as paragraphs, each with its bullet or number in a part of its own.
  const BULLET = "[style*='mso-list:Ignore'], [style*='mso-list: Ignore']";
  const makeLists = (body) => {
    for (const item of [...body.querySelectorAll("p[style*='mso-list']")]) {
      const sign = item.querySelector(BULLET);
      const kind = /^[\s\u00a0]*[0-9a-z]{1,3}[.)]/i.test(sign?.textContent ?? "") ? "OL" : "UL";
      sign?.remove();
      const before = item.previousElementSibling;
      const list = before?.tagName === kind && before.dataset.word ? before : document.createElement(kind);
      if (list !== before) {
        list.dataset.word = "yes";
        item.before(list);
      }
      const line = document.createElement("li");
      line.append(...item.childNodes);
      list.append(line);
      item.remove();
    }
  };

  // One heading of the first level above others of the second is the title of the document: those of the second are the headings.
  const levels = (body) => {
    const [first, ...others] = body.querySelectorAll("h1");
    const isTitle = first && !others.length && body.querySelector("h2");
    return isTitle || !first ? ["H1", "H2"] : ["H1"];
  };

  const partsOf = (html) => {
    const { body } = new DOMParser().parseFromString(html, "text/html");
    for (const hidden of body.querySelectorAll("script, style, title, meta, link, template")) hidden.remove();
    makeLists(body);
    const headings = levels(body);
    const parts = [];
    const add = (markup) => {
      if (parts.at(-1)?.kind === "text") parts.at(-1).html += markup;
      else parts.push({ kind: "text", html: markup });
    };
    const walk = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.textContent.trim() && add(node.textContent);
      if (node.nodeType !== Node.ELEMENT_NODE) return null;
      const heading = tidy(words(node)).replace(/\n/g, " ");
      if (headings.includes(node.tagName)) return heading && parts.push({ kind: "heading", words: heading.slice(0, 120) });
      if (node.tagName === "TABLE") return parts.push({ kind: "table", rows: rowsOf(node) });
      if (node.querySelector("h1, h2, h4, h5, h6, table")) return [...node.childNodes].forEach(walk);
      if (/^H[2-6]$/.test(node.tagName)) return heading && add(`<h3>${node.innerHTML}</h3>`);
      return add(node.outerHTML);
    };
    [...body.childNodes].forEach(walk);
    return parts.filter((part) => part.kind !== "text" || tidy(new DOMParser().parseFromString(part.html, "text/html").body.textContent));
  };

  const asTable = (rows) => {
    const width = Math.max(...rows.map((row) => row.length));
    const full = (row) => Array.from({ length: width }, (_cell, place) => row[place] ?? "");
    const [head, ...others] = rows.map(full);
    return { caption: "", columns: head.map((heading) => ({ type: "text", heading: heading.replace(/\n/g, " ") })), rows: others.map((row) => ({ values: row })) };
  };

  const ours = new WeakSet();
  const pasteInto = (editor, html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", tidy(new DOMParser().parseFromString(html, "text/html").body.textContent));
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    ours.add(event);
    editor.dispatchEvent(event);
  };
  // Not every browser lets a script paste; without it the editor pastes as it always does.
  const canPaste = (() => {
    const data = new DataTransfer();
    data.setData("text/html", "<p>");
    return new ClipboardEvent("paste", { clipboardData: data }).clipboardData?.getData("text/html") === "<p>";
  })();
  const editorOf = (child) => child.element.querySelector("[contenteditable='true']");

  document.addEventListener(
    "paste",
    (event) => {
      const editor = canPaste && !ours.has(event) && event.target.closest?.("[contenteditable='true']");
      if (!editor) return;
      const stream = streams.find((one) => one.children.some((child) => child.type === "text" && editorOf(child) === editor));
      const html = event.clipboardData.getData("text/html");
      if (!stream || !/<h[1-6]|<table|mso-list/i.test(html)) return;
      const parts = partsOf(html);
      event.preventDefault();
      event.stopImmediatePropagation();
      const here = stream.children.findIndex((child) => editorOf(child) === editor);
      const isEmpty = !editor.textContent.trim();
      const title = document.querySelector("[name='title']")?.value.trim();
      if (parts[0]?.kind === "heading" && parts[0].words === title) parts.shift();
      let place = here + 1;
      if (parts[0]?.kind === "text") pasteInto(editor, parts.shift().html);
      else if (isEmpty && parts.length) {
        stream.deleteBlock(here);
        place = here;
      }
      for (const part of parts) {
        const state = { heading: part.words, table: part.rows && asTable(part.rows) }[part.kind] ?? stream.blockDef.initialChildStates.text;
        stream.insert({ type: part.kind, value: state, id: crypto.randomUUID?.() ?? null }, place, { collapsed: false });
        if (part.kind === "text") {
          const child = stream.children[place];
          const { html: markup } = part;
          setTimeout(() => pasteInto(editorOf(child), markup)); // its editor is drawn in the meantime
        }
        place += 1;
      }
    },
    { capture: true },
  );
})();
