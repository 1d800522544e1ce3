// Copies what we take from others out of node_modules into cms/static/cms. Run by `npm run vendor`, after `npm install`.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "..", "node_modules");
const into = join(here, "static", "cms");

// Names are lucide's. One name too many is 200 bytes on every first visit: take out what no template asks for.
const icons = `
  arrow-left arrow-right award badge-check ban bell book-open building-2 calendar-check calendar-days camera check chevron-down
  chevron-left chevron-right chevron-up circle circle-alert circle-check circle-help circle-x clock copy download external-link eye file-text filter
  graduation-cap history hourglass house inbox info key-round languages laptop life-buoy link list list-checks lock log-in log-out mail
  map-pin menu message-square mic moon pencil phone play plus printer qr-code refresh-cw rotate-ccw rotate-cw school search send
  settings shield-check smartphone sun sun-moon trash-2 triangle-alert undo-2 upload user-plus user-round users video
  video-off wifi-off x
`.trim().split(/\s+/);

function symbol(name) {
  const source = readFileSync(join(packages, "lucide-static", "icons", `${name}.svg`), "utf8");
  const drawing = source.replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")}</symbol>`;
}

const licence = "Lucide icons, ISC licence, https://lucide.dev/license";
writeFileSync(
  join(into, "icons.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg"><!-- ${licence} -->\n${icons.map(symbol).join("\n")}\n</svg>\n`,
);

mkdirSync(join(into, "fonts"), { recursive: true });
const fonts = join(packages, "@fontsource", "atkinson-hyperlegible-next");
for (const subset of ["latin", "latin-ext"]) {
  for (const weight of ["400", "600"]) {
    const file = `atkinson-hyperlegible-next-${subset}-${weight}-normal.woff2`;
    copyFileSync(join(fonts, "files", file), join(into, "fonts", file));
  }
}
copyFileSync(join(fonts, "LICENSE"), join(into, "fonts", "OFL.txt"));

mkdirSync(join(into, "vendor"), { recursive: true });
copyFileSync(join(packages, "htmx.org", "dist", "htmx.min.js"), join(into, "vendor", "htmx.min.js"));
copyFileSync(join(packages, "htmx.org", "LICENSE"), join(into, "vendor", "htmx.LICENSE.txt"));
