import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig, type Plugin } from "vite";

const entries = ["app", "login", "public", "embed"];
const out = "core/ui/static/dist";
const KEPT = 24 * 3600 * 1000;

// A running server and open pages still ask for the files of the build before: they go a day later.
function sweep(): Plugin {
  return {
    name: "sweep",
    closeBundle() {
      for (const name of readdirSync(out)) {
        const path = join(out, name);
        if (Date.now() - statSync(path).mtimeMs > KEPT) rmSync(path, { recursive: true });
      }
    },
  };
}

export default defineConfig({
  root: "core/ui/frontend",
  base: "/static/dist/",
  plugins: [tailwindcss(), sweep()],
  build: {
    outDir: "../static/dist",
    emptyOutDir: false,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // data: fonts and images would need holes in the content security policy
    rolldownOptions: {
      input: entries.map((name) => `core/ui/frontend/${name}.ts`),
      output: {
        // embed.js is served under each form's own address, so its name must not change with its content.
        entryFileNames: (chunk) => (chunk.name === "embed" ? "embed.js" : "[name]-[hash].js"),
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
