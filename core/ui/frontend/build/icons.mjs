// Writes core/ui/icons.json: the inner markup of each Lucide icon named in icons.txt (ISC licence, see the file).
import { readFileSync, writeFileSync } from "node:fs";

const here = new URL(".", import.meta.url);
const names = readFileSync(new URL("icons.txt", here), "utf8").split(/\s+/).filter(Boolean).sort();
const icons = { "": "Lucide icons, ISC License, Copyright Lucide Icons and Contributors; made by npm run icons" };

for (const name of names) {
  const file = new URL(`../../../../node_modules/lucide-static/icons/${name}.svg`, here);
  const [, inner] = readFileSync(file, "utf8").match(/<svg[^>]*>([\s\S]*)<\/svg>/);
  icons[name] = inner.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>");
}
writeFileSync(new URL("../../icons.json", here), `${JSON.stringify(icons, null, 1)}\n`);
