// Puts the fonts of papers (PDF) together from node_modules into courses/documents/assets/fonts. Run by `npm run vendor`, after `npm install`.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "..", "node_modules", "@fontsource");
const into = join(here, "documents", "assets", "fonts");
const between = mkdtempSync(join(tmpdir(), "fonts-"));

// A package has a file for each alphabet, which a browser fetches apart. On paper one file for each weight keeps a name one run of text;
// fonttools comes with WeasyPrint.
const families = {
  "atkinson-hyperlegible-next": ["latin", "latin-ext"],
  "noto-sans": ["latin", "latin-ext", "vietnamese", "greek", "greek-ext", "cyrillic", "cyrillic-ext"],
};

// The same bytes each time: no hour of today inside.
const uv = (...words) => execFileSync("uv", ["run", ...words], { env: { ...process.env, SOURCE_DATE_EPOCH: "0" }, stdio: "ignore" });

mkdirSync(into, { recursive: true });
for (const [family, subsets] of Object.entries(families)) {
  for (const weight of ["400", "600"]) {
    const whole = join(between, `${family}-${weight}.ttf`);
    const files = subsets.map((subset) => join(packages, family, "files", `${family}-${subset}-${weight}-normal.woff2`));
    uv("pyftmerge", `--output-file=${whole}`, ...files);
    uv("fonttools", "ttLib.woff2", "compress", "-o", join(into, `${family}-${weight}-normal.woff2`), whole);
  }
}
rmSync(between, { recursive: true });
copyFileSync(join(packages, "atkinson-hyperlegible-next", "LICENSE"), join(into, "OFL.txt"));
copyFileSync(join(packages, "noto-sans", "LICENSE"), join(into, "noto-sans.OFL.txt"));
