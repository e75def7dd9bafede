import type { RiskLevel } from "../risk.js";
import { type SourceToken, sourceTokens } from "./sourceTokens.js";

/** What {@link screenCode} looks for. Rules are stable: match on them, never on a finding's text. */
export type ScreeningRule =
  | "dynamic-code"
  | "import"
  | "host-constructor"
  | "prototype"
  | "network"
  | "storage"
  | "page"
  | "process"
  | "worker"
  | "endless-loop"
  | "hidden-name"
  | "unreadable"
  | "too-long";

/** One place of the source that matched a rule. */
export interface ScreeningFinding {
  readonly rule: ScreeningRule;
  readonly risk: RiskLevel;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** What was found there, at most 40 characters. */
  readonly text: string;
}

/** What {@link screenCode} found. */
export interface ScreeningReport {
  /** The highest risk of all findings; `low` where there are none. */
  readonly risk: RiskLevel;
  /** In the order of the source, at most 100. */
  readonly findings: readonly ScreeningFinding[];
}

/** Longer source is `high` without being read. */
export const MAX_SCREENED_LENGTH = 1_048_576;
const MAX_FINDINGS = 100;
const MAX_TEXT_LENGTH = 40;

const RISKS: Readonly<Record<ScreeningRule, RiskLevel>> = {
  "dynamic-code": "high",
  import: "high",
  "host-constructor": "high",
  prototype: "high",
  process: "high",
  "hidden-name": "high",
  unreadable: "high",
  "too-long": "high",
  network: "medium",
  storage: "medium",
  page: "medium",
  worker: "medium",
  "endless-loop": "medium",
};

const NAMES: ReadonlyMap<string, ScreeningRule> = new Map(
  Object.entries({
    "dynamic-code": ["eval", "Function", "WebAssembly"],
    import: ["importScripts"],
    prototype: ["__proto__", "setPrototypeOf", "__defineGetter__", "__defineSetter__"],
    network: [
      "fetch",
      "WebSocket",
      "XMLHttpRequest",
      "EventSource",
      "WebTransport",
      "RTCPeerConnection",
      "sendBeacon",
    ],
    storage: ["indexedDB", "localStorage", "sessionStorage", "caches", "cookie"],
    page: ["document", "window", "globalThis", "self", "opener"],
    process: ["process", "require", "Deno", "Bun"],
    worker: ["Worker", "SharedWorker", "serviceWorker", "BroadcastChannel", "postMessage"],
  } satisfies Partial<Record<ScreeningRule, string[]>>).flatMap(([rule, names]) =>
    names.map((name) => [name, rule as ScreeningRule]),
  ),
);

type Window = readonly [SourceToken, ...(SourceToken | undefined)[]];

const isSign = (token: SourceToken | undefined, value: string): boolean =>
  token?.kind === "sign" && token.value === value;
const isWord = (token: SourceToken | undefined, value: string): boolean =>
  token?.kind === "word" && token.value === value;

function isEndlessLoop([first, open, second, third, close]: Window): boolean {
  if (!isSign(open, "(")) return false;
  if (isWord(first, "for")) return isSign(second, ";") && isSign(third, ";") && isSign(close, ")");
  const isAlways = second?.kind === "word" && /^(?:true|[1-9]\d*)$/.test(second.value);
  return isWord(first, "while") && isAlways && isSign(third, ")");
}

function isConstructorOf(token: SourceToken | undefined): boolean {
  return (token?.kind === "word" || token?.kind === "text") && token.value === "constructor";
}

/** `x.constructor.constructor`, and the same with brackets: the way to a function's own constructor. */
function reachesConstructor([first, ...rest]: Window): boolean {
  return isConstructorOf(first) && rest.slice(0, 4).some(isConstructorOf);
}

function ruleOf(window: Window): ScreeningRule | undefined {
  const [token, next] = window;
  if (token.kind === "unreadable") return "unreadable";
  if (token.kind === "sign") return undefined;
  if (token.kind === "pattern") {
    // What was read as a pattern may be a division.
    const [name] = (token.value.match(/[\p{ID_Continue}$]+/gu) ?? []).filter((word) => NAMES.has(word));
    return name === undefined ? undefined : NAMES.get(name);
  }
  if (reachesConstructor(window)) return "host-constructor";
  const named = NAMES.get(token.value);
  if (named !== undefined) return named;
  if (token.kind === "text") return undefined;
  if (isWord(token, "import") && !isSign(next, ".")) return "import";
  if (isEndlessLoop(window)) return "endless-loop";
  return token.isEscaped ? "hidden-name" : undefined;
}

function positionIn(source: string): (index: number) => { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  let read = 0;
  return (index) => {
    for (; read < index; read++) {
      if (source[read] !== "\n") continue;
      line++;
      lineStart = read + 1;
    }
    return { line, column: index - lineStart + 1 };
  };
}

const ORDER: readonly RiskLevel[] = ["low", "medium", "high"];

function reportOf(findings: readonly ScreeningFinding[]): ScreeningReport {
  const risk = findings.reduce((highest, finding) => Math.max(highest, ORDER.indexOf(finding.risk)), 0);
  return { risk: ORDER[risk] as RiskLevel, findings };
}

/**
 * Looks through JavaScript for what dynamic, network and endless code is made of: `eval`, `Function`, `import`,
 * `constructor.constructor`, `__proto__`, `fetch`, `while (true)` and their like; comments do not count.
 *
 * It is no boundary. Code that wants to hide from it does, for example by `this["ev" + "al"]`: what holds code is
 * the sandbox. The report feeds a risk level and a policy, so that a person is asked before and not after.
 *
 * @example
 * ```ts
 * screenCode("await fetch('/secret')").risk; // "medium"
 * ```
 */
export function screenCode(source: string): ScreeningReport {
  if (source.length > MAX_SCREENED_LENGTH) {
    const text = `${source.length} characters`;
    return reportOf([{ rule: "too-long", risk: RISKS["too-long"], line: 1, column: 1, text }]);
  }
  const tokens = [...sourceTokens(source)];
  const position = positionIn(source);
  const findings: ScreeningFinding[] = [];
  for (const [index, token] of tokens.entries()) {
    const rule = ruleOf([token, ...tokens.slice(index + 1, index + 6)]);
    if (rule === undefined) continue;
    const text = token.value.slice(0, MAX_TEXT_LENGTH);
    findings.push({ rule, risk: RISKS[rule], ...position(token.index), text });
    if (findings.length === MAX_FINDINGS) break;
  }
  return reportOf(findings);
}
