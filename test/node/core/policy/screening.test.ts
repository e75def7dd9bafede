import fc from "fast-check";
import { MAX_SCREENED_LENGTH, type ScreeningRule, screenCode } from "peerswarm";
import { describe, expect, it } from "vitest";

const rulesOf = (source: string): ScreeningRule[] => screenCode(source).findings.map(({ rule }) => rule);

describe("screening", () => {
  it.each<[string, ScreeningRule[]]>([
    ["eval('1')", ["dynamic-code"]],
    ["new Function('return this')()", ["dynamic-code"]],
    ["await import('node:fs')", ["import"]],
    ["import fs from 'node:fs'", ["import"]],
    ["[].constructor.constructor('return this')()", ["host-constructor"]],
    ["[]['constructor']['constructor']('return this')()", ["host-constructor"]],
    ["({}).__proto__.polluted = 1", ["prototype"]],
    ["x['__proto__']", ["prototype"]],
    ["fetch('/x')", ["network"]],
    ["new WebSocket('wss://x')", ["network"]],
    ["new XMLHttpRequest()", ["network"]],
    ["indexedDB.open('x')", ["storage"]],
    ["process.env", ["process"]],
    ["while (true) {}", ["endless-loop"]],
    ["while(1){}", ["endless-loop"]],
    ["for (;;) {}", ["endless-loop"]],
    ["do { x() } while (true)", ["endless-loop"]],
    ["\\u0065val('1')", ["dynamic-code"]],
    ["\\u{68}idden()", ["hidden-name"]],
    ["globalThis['ev\\u0061l']('1')", ["page", "dynamic-code"]],
    [`\`\${eval('1')}\``, ["dynamic-code"]],
    [`\`\${\`\${{ a: eval }.a}\`}\``, ["dynamic-code"]],
    [`\`\${{ a: 1 }.a, eval(1)}\``, ["dynamic-code"]],
    ["({}) / eval('1') / 2", ["dynamic-code"]],
    ["'never closed", ["unreadable"]],
    ["/* never closed", ["unreadable"]],
    ["`never closed", ["unreadable"]],
  ])("%s", (source, rules) => {
    expect(rulesOf(source)).toEqual(rules);
  });

  it.each([
    "export const run = (n) => n * 2 // eval(1)",
    "/* eval(1); while (true) {} */ const a = 'eval(1)', b = \"fetch('/x')\", c = `import('x')`",
    "const evaluate = (functions) => functions.length / 2 / 3; const { prefetch } = x",
    "const quote = /[\"'/]/; const other = 1 / 2; export const fine = /a\\/b/.test('x')",
    "for (let i = 0; i < 9; i++) while (i > 3) i--",
    "import.meta.url",
  ])("finds nothing in %s", (source) => {
    expect(screenCode(source)).toEqual({ risk: "low", findings: [] });
  });

  it("says where and how bad", () => {
    expect(screenCode("// first\nconst a = 1;\n  fetch(a); eval(b)")).toEqual({
      risk: "high",
      findings: [
        { rule: "network", risk: "medium", line: 3, column: 3, text: "fetch" },
        { rule: "dynamic-code", risk: "high", line: 3, column: 13, text: "eval" },
      ],
    });
    expect(screenCode("fetch(a)").risk).toBe("medium");
  });

  it("bounds what it reads and what it reports", () => {
    expect(screenCode("eval;".repeat(1000)).findings).toHaveLength(100);
    expect(rulesOf(" ".repeat(MAX_SCREENED_LENGTH + 1))).toEqual(["too-long"]);
  });

  // Each of these makes a scanner that tries again at every character take squared time.
  it.each(["(/[", "/*", '"', "'\\\n", `\`\${`, "/", "\\u{", "((", "}/", "$"])(
    "reads a megabyte of %j in bounded time",
    (piece) => {
      const startedAt = performance.now();
      screenCode(piece.repeat(MAX_SCREENED_LENGTH / 2 / piece.length));
      expect(performance.now() - startedAt).toBeLessThan(3000);
    },
  );

  it("finds a call wherever it stands among comments, texts, templates and patterns", () => {
    const filler = fc.constantFrom(
      "// it's\n",
      "/* ` */",
      "'\"'",
      '"\\""',
      `\`a\${1}b\``,
      "/[/'\"]/g.test(x)",
      "x / 2",
      "{ a: 1 }",
      "\n",
      "(b)",
    );
    fc.assert(
      fc.property(fc.array(filler, { size: "max", maxLength: 30 }), fc.array(filler), (before, after) => {
        const source = `${before.join(";\n")};\neval(1);\n${after.join(";\n")}`;
        expect(rulesOf(source)).toEqual(["dynamic-code"]);
      }),
      { numRuns: 500 },
    );
  });

  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", size: "max", maxLength: 200 }), (source) => {
        expect(screenCode(source).findings.every(({ line, column }) => line >= 1 && column >= 1)).toBe(true);
      }),
    );
  });
});
