import { defineConfig } from "vite";

// One file that other people's pages load: a plain script in a function of its own, so that it leaves no names behind.
// It is served under the address of each workspace, so its name must not change with its content.
export default defineConfig({
  build: {
    outDir: "core/ui/static/dist",
    emptyOutDir: false,
    copyPublicDir: false,
    target: "es2022",
    modulePreload: false,
    rolldownOptions: {
      input: "inbox/transports/chat/widget/main.ts",
      output: { format: "iife", entryFileNames: "widget.js" },
    },
  },
});
