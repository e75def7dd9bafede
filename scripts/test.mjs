import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installChromium } from "./chromium.mjs";
import { root } from "./entries.mjs";
import { installPackages } from "./install.mjs";

// Long enough for any step on a slow machine, short enough that a hung one still leaves a report.
const stepLimitMs = 15 * 60_000;

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ name: string, script: string, args?: string[], tests?: string, report?: string,
 *   count?: (report: any) => Counts, needsChromium?: boolean, needsBuild?: boolean }} Step
 * @typedef {Counts & { name: string, seconds: number, note: string }} Outcome
 */

/** @typedef {{ status: string, assertionResults: { status: string }[] }} VitestFile */

/**
 * A file that does not load fails without a failed test: it counts as one.
 * @type {(report: any) => Counts}
 */
const vitestCounts = ({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) => {
  const unloaded = /** @type {VitestFile[]} */ (testResults).filter(
    ({ status, assertionResults }) =>
      status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + unloaded.length,
    skipped: numPendingTests + numTodoTests,
  };
};

/** @type {(report: any) => Counts} */
const playwrightCounts = ({ stats, errors }) => ({
  passed: stats.expected + stats.flaky,
  failed: stats.unexpected + errors.length,
  skipped: stats.skipped,
});

/** @type {(report: any) => Counts} */
const sizeCounts = (budgets) => {
  const passed = /** @type {{ passed: boolean }[]} */ (budgets).filter((budget) => budget.passed).length;
  return { passed, failed: budgets.length - passed, skipped: 0 };
};

/** @param {string} name @returns {Step} */
function vitestStep(name) {
  const report = `test-results/${name}.json`;
  return {
    name,
    script: `test:${name}`,
    args: ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    tests: `test/${name}`,
    report,
    count: vitestCounts,
  };
}

/** @type {Step[]} */
const steps = [
  { name: "lint", script: "lint" },
  { name: "imports", script: "imports" },
  { name: "types", script: "types" },
  { name: "build", script: "build" },
  { ...vitestStep("package"), needsBuild: true },
  { name: "sizes", script: "sizes", report: "test-results/sizes.json", count: sizeCounts, needsBuild: true },
  vitestStep("node"),
  vitestStep("dom"),
  { ...vitestStep("browser"), needsChromium: true },
  { ...vitestStep("storybook"), tests: "stories", needsChromium: true },
  { ...vitestStep("visual"), needsChromium: true },
  {
    name: "e2e",
    script: "test:e2e",
    tests: "test/e2e",
    report: "test-results/e2e.json",
    count: playwrightCounts,
    needsChromium: true,
  },
  {
    name: "app",
    script: "test:app",
    tests: "test/package",
    report: "test-results/app.json",
    count: playwrightCounts,
    needsChromium: true,
    needsBuild: true,
  },
];

/** @param {Step} step @returns {Promise<boolean>} */
const succeeds = ({ script, args = [] }) =>
  new Promise((resolve) => {
    const child = spawn("npm", ["run", "--silent", script, ...(args.length > 0 ? ["--", ...args] : [])], {
      cwd: root,
      stdio: "inherit",
      shell: process.platform === "win32",
      timeout: stepLimitMs,
    });
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === 0));
  });

/** @param {Step} step @param {boolean} succeeded @returns {Counts} */
function countsOf({ report, count }, succeeded) {
  const whole = { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
  if (!report || !count) return whole;
  if (!existsSync(join(root, report))) return { ...whole, passed: 0, failed: 1 };
  const counts = count(JSON.parse(readFileSync(join(root, report), "utf8")));
  // An unhandled rejection fails the run, and no test of it.
  return succeeded ? counts : { ...counts, failed: Math.max(counts.failed, 1) };
}

/** @param {Step} step @param {boolean} hasChromium @returns {Promise<Outcome>} */
async function run(step, hasChromium) {
  const { name, tests, report } = step;
  console.log(`\n── ${name} ${"─".repeat(72 - name.length)}\n`);
  if (tests && !existsSync(join(root, tests))) {
    return { name, passed: 0, failed: 0, skipped: 0, seconds: 0, note: `no ${tests} yet` };
  }
  if (step.needsChromium && !hasChromium) {
    return { name, passed: 0, failed: 1, skipped: 0, seconds: 0, note: "FAILED: no Chromium" };
  }
  // A report of an earlier run must not speak for this one.
  if (report) rmSync(join(root, report), { force: true });
  const startedAt = performance.now();
  const succeeded = await succeeds(step);
  const seconds = (performance.now() - startedAt) / 1000;
  const counts = countsOf(step, succeeded);
  return { name, ...counts, seconds, note: counts.failed > 0 ? "FAILED" : "ok" };
}

/** @param {Outcome[]} outcomes */
function printTable(outcomes) {
  const rows = [
    ["step", "passed", "failed", "skipped", "seconds", ""],
    ...outcomes.map(({ name, passed, failed, skipped, seconds, note }) =>
      [name, passed, failed, skipped, seconds.toFixed(1), note].map(String),
    ),
  ];
  console.log("");
  for (const [name = "", passed = "", failed = "", skipped = "", seconds = "", note = ""] of rows) {
    const numbers = [passed, failed, skipped, seconds].map((text) => text.padStart(9)).join("");
    console.log(`${name.padEnd(10)}${numbers}  ${note}`.trimEnd());
  }
  console.log("");
}

function chosenSteps() {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const names = values.only?.split(",").map((name) => name.trim());
  const unknown = names?.find((name) => !steps.some((step) => step.name === name));
  if (unknown === undefined) {
    const chosen = steps.filter(({ name }) => names?.includes(name) ?? true);
    const needsBuild = chosen.some((step) => step.needsBuild);
    return steps.filter((step) => chosen.includes(step) || (step.name === "build" && needsBuild));
  }
  throw new Error(`There is no step "${unknown}": choose from ${steps.map(({ name }) => name).join(", ")}.`);
}

function tryChromium() {
  try {
    installChromium();
    return true;
  } catch (error) {
    console.error(/** @type {Error} */ (error).message);
    return false;
  }
}

/** @returns {Promise<Outcome[]>} */
async function runAll() {
  const outcomes = [];
  const chosen = chosenSteps();
  installPackages();
  const hasChromium = chosen.some(({ needsChromium }) => needsChromium) && tryChromium();
  mkdirSync(join(root, "test-results"), { recursive: true });
  for (const step of chosen) outcomes.push(await run(step, hasChromium));
  return outcomes;
}

/** @type {Outcome[]} */
const outcomes = await runAll().catch((error) => {
  console.error(error.message);
  return [{ name: "setup", passed: 0, failed: 1, skipped: 0, seconds: 0, note: "FAILED" }];
});
printTable(outcomes);
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
process.exitCode = failed > 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
