import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { installChromium } from "./chromium.mjs";
import { root } from "./entries.mjs";
import { installPackages } from "./install.mjs";

// Long enough for any step on a slow machine, short enough that a hung one still leaves a report.
const stepLimitMs = 15 * 60_000;

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ name: string, script: string, args?: string[], tests?: string, report?: string,
 *   count?: (report: any) => Counts, failures?: (report: any) => Failure[],
 *   needsChromium?: boolean, needsBuild?: boolean }} Step
 * @typedef {{ test: string, reason: string }} Failure
 * @typedef {Counts & { name: string, seconds: number, note: string, failures: Failure[] }} Outcome
 */

/**
 * @typedef {{ name: string, status: string, message?: string, assertionResults: VitestTest[] }} VitestFile
 * @typedef {{ status: string, fullName: string, failureMessages?: string[] }} VitestTest
 */

/**
 * @typedef {{ title: string, suites?: PlaywrightSuite[], specs?: PlaywrightSpec[] }} PlaywrightSuite
 * @typedef {{ title: string, ok: boolean, file: string, line: number, tests: { results: PlaywrightResult[] }[] }} PlaywrightSpec
 * @typedef {{ errors: { message?: string }[] }} PlaywrightResult
 */

/**
 * A file that does not load fails without a failed test: it counts as one.
 * @type {(report: any) => Counts}
 */
const vitestCounts = ({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) => ({
  passed: numPassedTests,
  failed: numFailedTests + unloadedFiles(testResults).length,
  skipped: numPendingTests + numTodoTests,
});

/** @param {VitestFile[]} files */
const unloadedFiles = (files) =>
  files.filter(
    ({ status, assertionResults }) =>
      status === "failed" && assertionResults.every((test) => test.status !== "failed"),
  );

/** @type {(report: any) => Failure[]} */
const vitestFailures = ({ testResults }) => {
  const files = /** @type {VitestFile[]} */ (testResults);
  const failed = files.flatMap(({ name: file, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages = [] }) => ({
        test: `${relative(root, file)} › ${fullName}`,
        reason: failureMessages.join("\n"),
      })),
  );
  const unloaded = unloadedFiles(files).map(({ name: file, message = "" }) => ({
    test: relative(root, file),
    reason: message,
  }));
  return [...failed, ...unloaded];
};

/** @type {(report: any) => Counts} */
const playwrightCounts = ({ stats, errors }) => ({
  passed: stats.expected + stats.flaky,
  failed: stats.unexpected + errors.length,
  skipped: stats.skipped,
});

/** @type {(report: any) => Failure[]} */
const playwrightFailures = ({ suites, errors }) => [
  .../** @type {PlaywrightSuite[]} */ (suites)
    .flatMap(specsOf)
    .flatMap(({ ok, file, line, title, tests }) => {
      if (ok) return [];
      const messages = tests.flatMap(({ results }) => results.flatMap((result) => result.errors));
      return [{ test: `${file}:${line} › ${title}`, reason: textOf(messages) }];
    }),
  ...(errors.length > 0 ? [{ test: "outside the tests", reason: textOf(errors) }] : []),
];

/** @param {PlaywrightSuite} suite @returns {PlaywrightSpec[]} */
const specsOf = ({ suites = [], specs = [] }) => [...specs, ...suites.flatMap(specsOf)];

/** @param {{ message?: string }[]} errors */
const textOf = (errors) => errors.map(({ message = "" }) => message).join("\n");

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
    failures: vitestFailures,
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
    failures: playwrightFailures,
    needsChromium: true,
  },
  {
    name: "app",
    script: "test:app",
    tests: "test/package",
    report: "test-results/app.json",
    count: playwrightCounts,
    failures: playwrightFailures,
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

/** @param {Step} step @param {boolean} succeeded @returns {Counts & { failures: Failure[] }} */
function resultOf({ report, count, failures }, succeeded) {
  const whole = { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0, failures: [] };
  if (!report || !count) return whole;
  if (!existsSync(join(root, report))) return { ...whole, passed: 0, failed: 1 };
  const told = JSON.parse(readFileSync(join(root, report), "utf8"));
  const counts = count(told);
  // An unhandled rejection fails the run, and no test of it.
  const failed = succeeded ? counts.failed : Math.max(counts.failed, 1);
  return { ...counts, failed, failures: failures?.(told) ?? [] };
}

const noCounts = { passed: 0, failed: 0, skipped: 0, seconds: 0, failures: [] };

/** @param {Step} step @param {boolean} hasChromium @returns {Promise<Outcome>} */
async function run(step, hasChromium) {
  const { name, tests, report } = step;
  console.log(`\n── ${name} ${"─".repeat(72 - name.length)}\n`);
  if (tests && !existsSync(join(root, tests))) {
    return { name, ...noCounts, note: `no ${tests} yet` };
  }
  if (step.needsChromium && !hasChromium) {
    return { name, ...noCounts, failed: 1, note: "FAILED: no Chromium" };
  }
  // A report of an earlier run must not speak for this one.
  if (report) rmSync(join(root, report), { force: true });
  const startedAt = performance.now();
  const succeeded = await succeeds(step);
  const seconds = (performance.now() - startedAt) / 1000;
  const result = resultOf(step, succeeded);
  return { name, ...result, seconds, note: result.failed > 0 ? "FAILED" : "ok" };
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

// Of more than these the steps' own reports tell.
const mostFailures = 20;
const mostReasonLines = 6;

/**
 * Who reads only the end of a long log sees what failed, and why.
 * @param {Outcome[]} outcomes
 */
function printFailures(outcomes) {
  const all = outcomes.flatMap(({ name, failures }) =>
    failures.map((failure) => ({ step: name, ...failure })),
  );
  for (const { step, test, reason } of all.slice(0, mostFailures)) {
    const lines = stripVTControlCharacters(reason)
      .split("\n")
      .filter((line) => line.trim() !== "");
    console.log(`FAILED ${step}: ${test}`);
    for (const line of lines.slice(0, mostReasonLines)) console.log(`    ${line.trim().slice(0, 200)}`);
  }
  if (all.length > mostFailures) console.log(`… and ${all.length - mostFailures} others`);
  if (all.length > 0) console.log("");
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
  return [{ name: "setup", passed: 0, failed: 1, skipped: 0, seconds: 0, note: "FAILED", failures: [] }];
});
printTable(outcomes);
printFailures(outcomes);
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
process.exitCode = failed > 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
