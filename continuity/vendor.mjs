// Copies the editor out of node_modules into continuity/static/continuity/vendor. Run by `npm run vendor`, after `npm install`.
import { execFileSync } from "node:child_process";
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

// Phones have no font that stretches braces and arrows. What a lycée writes is an eighth of this one; fonttools comes with WeasyPrint.
const signs = `
  U+20-7E U+A0-FF U+391-3D6 U+3F1 U+3F5 U+2010-2015 U+2020-2022 U+2026 U+2032-2034 U+203E U+20D7 U+2102 U+210B-2118 U+211A-211D U+2124
  U+2130-2133 U+2190-2199 U+21A6 U+21C0-21CC U+21D0-21D5 U+2200-2237 U+223C-2248 U+2260-2265 U+226A-226B U+2282-2287 U+2295-2299 U+22A5
  U+22C5-22C6 U+22EE-22F1 U+2308-230B U+239B-23AE U+23B7 U+23DC-23E1 U+27E8-27E9 U+27F5-27FA U+1D434-1D467 U+1D6E2-1D71B U+2A7D-2A7E
`.trim().split(/\s+/);
const stix = join(packages, "@fontsource", "stix-two-math");
execFileSync("uv", [
  "run", "pyftsubset", join(stix, "files", "stix-two-math-latin-400-normal.woff2"), `--unicodes=${signs.join(",")}`,
  "--layout-features=ssty,dtls", "--flavor=woff2", "--desubroutinize", "--no-hinting", `--output-file=${join(into, "stix-two-math-lycee.woff2")}`,
]);
copyFileSync(join(stix, "LICENSE"), join(into, "stix-two-math.OFL.txt"));
