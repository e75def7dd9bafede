import { join } from "node:path";
import { build } from "vite";
import { root } from "./entries.mjs";

/** React Query's files begin with "use client", which means nothing in one file for browsers. */
const MEANINGLESS = "MODULE_LEVEL_DIRECTIVE";

/**
 * One file with everything inside, for pages without a bundler: one script tag is all they need, and whoever copies the
 * file has all of it. Beside it the licences of what is inside.
 * @param {{ source: string, file: string }} bundle
 */
export async function bundleWhole({ source, file }) {
  const legal = `${file}.LEGAL.txt`;
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      outDir: join(root, "dist"),
      emptyOutDir: false,
      target: "es2022",
      license: { fileName: legal },
      // It is one file by intention.
      chunkSizeWarningLimit: Infinity,
      lib: { entry: join(root, source), formats: ["es"] },
      rolldownOptions: {
        // How long plugins take depends on how busy the machine is.
        checks: { pluginTimings: false },
        onLog: (level, log, handle) => {
          if (log.code !== MEANINGLESS) handle(level, log);
        },
        output: {
          codeSplitting: false,
          // Vite leaves libraries their spaces: an app's bundler takes them. This is for no bundler.
          minify: true,
          entryFileNames: file,
          postBanner: `/*! peerswarm, MIT. Licences of what is inside: ${legal} */`,
        },
      },
    },
  });
}
