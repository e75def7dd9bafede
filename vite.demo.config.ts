import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { prebundled, root, sourceAliases } from "./scripts/entries.mjs";

export default defineConfig({
  root: `${root}demo`,
  plugins: [react()],
  resolve: { alias: sourceAliases },
  optimizeDeps: { include: prebundled.include, entries: ["**/*.html", ...prebundled.entries] },
  server: {
    // The demo imports the package's sources, which lie outside its own folder.
    fs: { allow: [root] },
  },
  build: { outDir: `${root}demo-dist`, emptyOutDir: true },
});
