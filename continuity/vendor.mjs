// Copies the editor out of node_modules into continuity/static/continuity/vendor. Run by `npm run vendor`, after `npm install`.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "..", "node_modules");
const into = join(here, "static", "continuity", "vendor");
mkdirSync(into, { recursive: true });

// The map of the source isn't shipped: a browser's tools would ask for it in vain.
const trix = readFileSync(join(packages, "trix", "dist", "trix.esm.min.js"), "utf8");
writeFileSync(join(into, "trix.esm.min.js"), trix.replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n"));
copyFileSync(join(packages, "trix", "LICENSE"), join(into, "trix.LICENSE.txt"));

// The toolbar's icons stand apart from the sprite that every page fetches. Names are lucide's.
const icons = `
  bold code heading-2 heading-3 italic link list list-indent-decrease list-indent-increase list-ordered redo-2 strikethrough
  subscript superscript text-quote undo-2
`.trim().split(/\s+/);

function symbol(name) {
  const source = readFileSync(join(packages, "lucide-static", "icons", `${name}.svg`), "utf8");
  const drawing = source.replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")}</symbol>`;
}

writeFileSync(
  join(into, "editor-icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg"><!-- Lucide icons, ISC licence, https://lucide.dev/license -->\n${icons.map(symbol).join("\n")}\n</svg>\n`,
);
