import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, isAbsolute, join } from "node:path";
import { build } from "vite";
import { bundleWhole } from "./bundle-whole.mjs";
import { bundles, command, entries, root, styles, workers } from "./entries.mjs";

const shebang = "#!/usr/bin/env node";
const moduleUrl = "import.meta.url";
const keptUrl = "_import_meta_u_";
const outDir = join(root, "dist");

/** @typedef {{ fileName: string, imports: string[], dynamicImports: string[] }} Chunk */

/** @param {string} source */
const outputOf = (source) => source.replace(/^src\//, "").replace(/\.ts$/, ".js");

/** @param {string} file */
const hasShebang = (file) => readFileSync(join(root, file), "utf8").startsWith("#!");

/** @param {string} code @param {string} from @param {string} to of the same length: source maps stay as they are */
const kept = (code, from, to) =>
  code.includes(from) ? { code: code.replaceAll(from, to), map: null } : undefined;

/**
 * Keeps `new URL(…, import.meta.url)` as it is written: what it names is found by the app's bundler, or by Node.
 * Vite would put the files into the code.
 * @type {import("vite").Plugin}
 */
const keepUrls = {
  name: "keep-urls",
  enforce: "pre",
  transform: (code) => kept(code, moduleUrl, keptUrl),
  renderChunk: (code) => kept(code, keptUrl, moduleUrl),
};

const clientPackages = /^(react|react-dom|recharts|@tanstack\/react-virtual)(\/|$)/;

/**
 * Whether a server component gets a reference to a module's exports, and the browser runs them: modules that need
 * React's client, and hooks. What is not marked, such as texts and query options, runs on either side.
 * @param {Chunk} chunk
 */
const isClientOnly = ({ fileName, imports }) =>
  imports.some((name) => clientPackages.test(name)) || /^use[A-Z]/.test(basename(fileName));

/** @param {Chunk} chunk */
function firstLineOf(chunk) {
  if (chunk.fileName === outputOf(command) && !hasShebang(command)) return `${shebang}\n`;
  return isClientOnly(chunk) ? '"use client";\n' : "";
}

/** @param {string[]} sources @returns {Promise<Chunk[]>} */
async function bundle(sources) {
  const result = await build({
    root,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    plugins: [keepUrls],
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      minify: false,
      sourcemap: true,
      lib: { entry: sources.map((source) => join(root, source)), formats: ["es"] },
      rolldownOptions: {
        external: (id) => !id.startsWith(".") && !isAbsolute(id),
        output: {
          preserveModules: true,
          preserveModulesRoot: join(root, "src"),
          entryFileNames: "[name].js",
          banner: firstLineOf,
        },
      },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  return outputs
    .flatMap((one) => ("output" in one ? one.output : []))
    .filter((file) => file.type === "chunk");
}

/**
 * The way from an entry to a Node built-in, which an app's bundler would choke on; undefined if none.
 * @param {Map<string, Chunk>} chunks @param {string} start
 */
function wayToNodeBuiltin(chunks, start) {
  const waiting = [[start]];
  const seen = new Set([start]);
  for (const way of waiting) {
    const chunk = chunks.get(way.at(-1) ?? "");
    for (const next of [...(chunk?.imports ?? []), ...(chunk?.dynamicImports ?? [])]) {
      if (!chunks.has(next) && isBuiltin(next)) return [...way, next];
      if (!seen.has(next)) waiting.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}

/** @param {Chunk[]} built */
function refuseNodeBuiltins(built) {
  const chunks = new Map(built.map((chunk) => [chunk.fileName, chunk]));
  const inBrowsers = entries.filter(({ runsIn }) => runsIn === "browser");
  for (const { name, source } of [...inBrowsers, ...workers]) {
    const way = wayToNodeBuiltin(chunks, outputOf(source));
    if (way) throw new Error(`${name} runs in browsers and must not reach Node: ${way.join(" → ")}`);
  }
}

function declare() {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  // tsc has said why; the rest of the output is still worth writing.
  if (status !== 0) process.exitCode = 1;
}

/** A style sheet with those that it imports in their places: one request for an app without a bundler. @param {string} file @returns {string} */
function joinStyles(file) {
  return readFileSync(file, "utf8").replace(/^@import "(\..+)";$/gm, (_, path) =>
    joinStyles(join(dirname(file), path)).trimEnd(),
  );
}

function writeStyles() {
  mkdirSync(outDir, { recursive: true });
  const sheet = joinStyles(join(root, styles));
  writeFileSync(join(outDir, "styles.css"), sheet);
  writeFileSync(
    join(outDir, "styles.layered.css"),
    `@layer peerswarm {\n${sheet.replace(/^@layer peerswarm \{\n([\s\S]*?)^\}\n/gm, "$1")}}\n`,
  );
  // Consumers' TypeScript 6 and later wants a type for the CSS they import.
  for (const name of ["styles", "styles.layered"])
    writeFileSync(join(outDir, `${name}.css.d.ts`), "export {};\n");
}

const instead = entries.flatMap(({ otherwise }) => otherwise ?? []);
const sources = [
  ...new Set([...entries, ...workers].map(({ source }) => source)),
  ...instead,
  command,
].filter((source) => existsSync(join(root, source)));
if (sources.length > 0) {
  refuseNodeBuiltins(await bundle(sources));
  if (sources.includes(command)) chmodSync(join(outDir, outputOf(command)), 0o755);
  declare();
}
if (existsSync(join(root, styles))) writeStyles();
for (const bundle of bundles) if (existsSync(join(root, bundle.source))) await bundleWhole(bundle);
console.log(`Built ${sources.length} of ${entries.length + workers.length + 1} entries into dist.`);
