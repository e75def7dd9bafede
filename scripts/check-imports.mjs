import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { parseSync, Visitor } from "vite";
import { root as ownRoot } from "./entries.mjs";

/**
 * @typedef {{ specifier: string, line: number }} Import
 * @typedef {{ file: string, line: number, specifier: string, reason: string }} Offence
 */

const layers = {
  core: ["core"],
  hooks: ["hooks", "core"],
  components: ["components", "hooks", "core"],
  element: ["element", "components", "hooks", "core"],
  devtools: ["devtools", "components", "hooks", "core"],
  executors: ["executors", "core"],
  server: ["server", "core"],
  testing: ["testing", "core"],
  "testing/react": ["testing/react", "testing", "hooks", "core"],
};

/** The layer of a path below src; of nested layers the innermost. @param {string} path from the root */
function layerOf(path) {
  const [, outer = "", inner] = path.split("/");
  return `${outer}/${inner}` in layers ? `${outer}/${inner}` : outer;
}

const react = /^(react|react-dom)(\/|$)/;
const query = /^@tanstack\//;
const recharts = /^recharts(\/|$)/;

/** @type {Record<string, { matches: (specifier: string) => boolean, reason: string }[]>} */
const forbiddenPackages = {
  core: [
    {
      matches: (name) => react.test(name) || query.test(name) || recharts.test(name),
      reason: "the core knows no framework: apps without React use it",
    },
    { matches: isBuiltin, reason: "the core runs in browsers, which have no Node built-ins" },
  ],
  hooks: [
    {
      matches: (name) => recharts.test(name),
      reason: "only the panels draw charts: apps that use the hooks alone need not install recharts",
    },
    { matches: isBuiltin, reason: "the hooks run in browsers, which have no Node built-ins" },
  ],
  components: [{ matches: isBuiltin, reason: "the panels run in browsers, which have no Node built-ins" }],
  testing: [
    {
      matches: (name) => react.test(name) || query.test(name) || recharts.test(name),
      reason: "a simulated network serves tests without React too: what needs it is in testing/react",
    },
    { matches: isBuiltin, reason: "the test tools run in browsers too, which have no Node built-ins" },
  ],
  "testing/react": [
    { matches: isBuiltin, reason: "the test tools run in browsers too, which have no Node built-ins" },
  ],
  executors: [
    {
      matches: (name) => react.test(name) || query.test(name) || recharts.test(name),
      reason: "executors serve headless agents too, which have no framework",
    },
    { matches: isBuiltin, reason: "executors run in browsers too, which have no Node built-ins" },
  ],
  server: [
    {
      matches: (name) => react.test(name) || query.test(name) || recharts.test(name),
      reason: "a signalling server is installed without React",
    },
  ],
};

/** @param {string} from @param {string} to */
function layerReason(from, to) {
  if (!(to in layers)) return "src is what gets published: it cannot import what stays in the repository";
  if (to === "server") return "nothing imports the server: it is a program of its own, for Node";
  if (from === "testing" && to === "testing/react") {
    return "a simulated network serves tests without React too";
  }
  if (to === "testing" || to === "testing/react")
    return "nothing imports the test tools: apps must not ship them";
  return `imports run one way (components → hooks → core): ${from} must not know ${to}`;
}

const wiring = "src/core/swarm.ts";
const coreEntry = "src/core/index.ts";

/** @param {string} file @param {string} target */
function wiringReason(file, target) {
  if (!file.startsWith("src/core/") || file === coreEntry) return undefined;
  if (target === wiring) {
    return "leaves know nothing of the swarm that wires them, its types included: pass in what the leaf needs";
  }
  if (target === coreEntry && file !== wiring) {
    return "the core's index brings the swarm that wires everything: import the leaf's own file";
  }
  return undefined;
}

/** @param {string} file its path from the root, with forward slashes @param {string} specifier */
function reasonAgainst(file, specifier) {
  const layer = layerOf(file);
  const allowed = layer in layers ? layers[/** @type {keyof typeof layers} */ (layer)] : undefined;
  if (!allowed) return undefined;
  if (/^peerswarm(\/|$)/.test(specifier)) {
    return "inside src a relative path says which layer is meant, and survives a rename of the package";
  }
  if (!specifier.startsWith(".")) {
    return forbiddenPackages[layer]?.find(({ matches }) => matches(specifier))?.reason;
  }
  const target = posix.join(posix.dirname(file), specifier).replace(/\.js$/, ".ts");
  const targetLayer = target.startsWith("src/") ? layerOf(target) : target;
  return allowed.includes(targetLayer) ? wiringReason(file, target) : layerReason(layer, targetLayer);
}

/** @param {string} file @param {string} text @returns {Import[]} */
function importsOf(file, text) {
  /** @type {Import[]} */
  const found = [];
  /** @param {{ source?: unknown }} node */
  const add = ({ source }) => {
    const literal = /** @type {{ value?: unknown, start: number } | null | undefined} */ (source);
    if (typeof literal?.value !== "string") return;
    found.push({ specifier: literal.value, line: text.slice(0, literal.start).split("\n").length });
  };
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  new Visitor({
    ImportDeclaration: add,
    ExportNamedDeclaration: add,
    ExportAllDeclaration: add,
    ImportExpression: add,
    TSImportType: add,
  }).visit(program);
  return found;
}

/**
 * Every import under src that runs against the one-way rule, `import type` included.
 * @param {string} root @returns {Offence[]}
 */
export function checkImports(root) {
  const src = join(root, "src");
  if (!existsSync(src)) return [];
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `src/${name.split(sep).join("/")}`)
    .sort()
    .flatMap((file) =>
      importsOf(file, readFileSync(join(root, file), "utf8")).flatMap(({ specifier, line }) => {
        const reason = reasonAgainst(file, specifier);
        return reason ? [{ file, line, specifier, reason }] : [];
      }),
    );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const offences = checkImports(process.argv[2] ?? ownRoot);
  for (const { file, line, specifier, reason } of offences) {
    console.error(`${file}:${line} imports "${specifier}": ${reason}.`);
  }
  console.log(offences.length === 0 ? "Imports run one way." : `${offences.length} forbidden imports.`);
  process.exitCode = offences.length === 0 ? 0 : 1;
}
