import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

const entries = ["app", "login", "public", "embed"];

export default defineConfig({
  root: "core/ui/frontend",
  base: "/static/dist/",
  plugins: [tailwindcss()],
  build: {
    outDir: "../static/dist",
    emptyOutDir: true,
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
