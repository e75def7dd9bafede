import type { RiskLevel } from "../risk.js";

/** One file of a change. */
export interface FileChange {
  /** With forward slashes, from the root of the project. */
  readonly path: string;
  readonly action: "create" | "update" | "delete";
  /** The new content, or the lines that are added; what is not given is not looked at. */
  readonly content?: string;
}

/** Something that is to be done, as far as its risk can be told from it. */
export interface Change {
  readonly subject: string;
  /** What sort of thing it is; default `change`. */
  readonly kind?: string;
  readonly rationale?: string;
  readonly files?: readonly FileChange[];
  /** Command lines that are to be run. */
  readonly commands?: readonly string[];
}

/** Which rule of thumb raised the risk. */
export type RiskCode =
  | "core-path"
  | "deletion"
  | "dynamic-code"
  | "credentials"
  | "command"
  | "destructive-command"
  | "unsafe-path"
  | "large"
  | "many-files"
  | "configuration"
  | "unknown-content";

/** One reason for a level of risk. */
export interface RiskReason {
  readonly code: RiskCode;
  readonly level: Exclude<RiskLevel, "low">;
  /** What it was found in: a path, or a command. */
  readonly where: string;
}

/** How much harm a change could do, and why. */
export interface RiskAssessment {
  /** The highest level of its reasons; `low` where there are none. */
  readonly level: RiskLevel;
  readonly reasons: readonly RiskReason[];
}

// Beyond it nobody reads a change to its end.
const LARGE_CONTENT_LENGTH = 20_000;
const MANY_FILES = 20;

const UNSAFE_PATH = /(^|\/)\.\.(\/|$)|^\/|^[a-z]:|\\|\0/i;
const CORE_PATH =
  /(^|\/)(core|kernel|auth|security|crypto|identity|migrations?|\.github|\.gitlab|\.git|infra(structure)?|deploy(ment)?)(\/|$)|(^|\/)(Dockerfile|Makefile|\.gitlab-ci\.ya?ml)$/i;
const CREDENTIAL_PATH =
  /(^|\/)(\.env(\..*)?|\.npmrc|\.netrc|id_(rsa|ed25519|ecdsa)|.*\.(pem|key|p12|pfx|keystore))$/i;
const CONFIGURATION_PATH =
  /(^|\/)(package(-lock)?\.json|(pnpm-lock|docker-compose)\.ya?ml|yarn\.lock|tsconfig.*\.json|.*\.config\.[cm]?[jt]s|requirements\.txt|pyproject\.toml|Cargo\.(toml|lock)|go\.(mod|sum))$/i;
const DYNAMIC_CODE =
  /\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\(|\bimport\s*\(|\bexecSync\b|\bspawn(Sync)?\s*\(|\bchild_process\b|\bexec\s*\(|\b(setTimeout|setInterval)\s*\(\s*["'`]|\b__import__\s*\(|\bsubprocess\b|\bos\.system\b|\.innerHTML\s*=|\bdangerouslySetInnerHTML\b|\bdocument\.write\s*\(/;
const CREDENTIALS =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}|\b(password|passwd|secret|api[_-]?key|access[_-]?token)\b["']?\s*[:=]\s*["'][^"']{6,}/i;
const DESTRUCTIVE_COMMAND =
  /\brm\s+(-\S*\s+)*-\S*[rf]|\b(mkfs|dd|shutdown|reboot|chmod|chown|sudo)\b|\bgit\s+(push|reset|clean|rebase)\b|\b(npm|cargo|docker)\s+(publish|push)\b|\bdrop\s+(table|database|schema)\b|\btruncate\b|\|\s*(ba|z)?sh\b/i;

type Finding = readonly [code: RiskCode, level: RiskReason["level"]];

/**
 * How much harm a change could do, by what can be seen from outside: rules of thumb that make people look, not a
 * proof that anything is harmless. What is left out of the change is not looked at.
 * @example
 * assessRisk({ subject: "clean up", files: [{ path: "src/core/swarm.ts", action: "delete" }] }).level; // "high"
 */
export function assessRisk(change: Change): RiskAssessment {
  const { files = [], commands = [] } = change;
  const reasons = [
    ...files.flatMap((file) => findingsOf(file).map(reasonAt(file.path))),
    ...commands.flatMap((command) => findingsOfCommand(command).map(reasonAt(command))),
    ...(files.length > MANY_FILES ? [reasonAt(`${files.length} files`)(["many-files", "medium"])] : []),
  ];
  const levels = new Set(reasons.map(({ level }) => level));
  return { level: levels.has("high") ? "high" : levels.has("medium") ? "medium" : "low", reasons };
}

function reasonAt(where: string): (finding: Finding) => RiskReason {
  return ([code, level]) => ({ code, level, where });
}

function findingsOf({ path, action, content }: FileChange): readonly Finding[] {
  const found: Finding[] = [];
  if (UNSAFE_PATH.test(path)) found.push(["unsafe-path", "high"]);
  if (CORE_PATH.test(path)) found.push(["core-path", "high"]);
  if (CREDENTIAL_PATH.test(path)) found.push(["credentials", "high"]);
  if (CONFIGURATION_PATH.test(path)) found.push(["configuration", "medium"]);
  if (action === "delete") found.push(["deletion", "high"]);
  else found.push(...findingsOfContent(content));
  return found;
}

function findingsOfContent(content: string | undefined): readonly Finding[] {
  if (content === undefined) return [["unknown-content", "medium"]];
  const found: Finding[] = [];
  if (DYNAMIC_CODE.test(content)) found.push(["dynamic-code", "high"]);
  if (CREDENTIALS.test(content)) found.push(["credentials", "high"]);
  if (content.length > LARGE_CONTENT_LENGTH) found.push(["large", "medium"]);
  return found;
}

function findingsOfCommand(command: string): readonly Finding[] {
  return [DESTRUCTIVE_COMMAND.test(command) ? ["destructive-command", "high"] : ["command", "medium"]];
}
