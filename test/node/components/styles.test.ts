import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../../scripts/entries.mjs";

const folder = join(root, "src/components/styles");
const sheets = readdirSync(folder).filter((file) => file.endsWith(".css"));

/** Files that say of others' classes what holds for all of them: no app's styles, and what the visitor prefers. */
const FOR_ALL = ["base.css", "preferences.css"];

/** What belongs to a sheet of `FOR_ALL` itself. */
const OF_BASE = ["ps-panel", "ps-panel-header", "ps-panel-title", "ps-count", "ps-subtitle", "ps-hidden"];

/** The selectors of a sheet's outermost rules, those in at-rules too; what is nested in a rule is about that rule's class. */
function* outermost(css: string): Generator<string> {
  const open: boolean[] = [];
  for (const [, text = "", end] of css.replace(/\/\*.*?\*\//gs, "").matchAll(/([^{};]*)([{};])/g)) {
    if (end === "}") open.pop();
    if (end !== "{") continue;
    const isRule = !text.trim().startsWith("@");
    if (isRule && !open.includes(true)) yield text.trim();
    open.push(isRule);
  }
}

/** Classes of which a sheet says how they look wherever they stand: alone in a selector, not in or beside another. */
function rootsOf(css: string): ReadonlySet<string> {
  const selectors = [...outermost(css)].flatMap((list) => list.split(/,(?![^(]*\))/));
  const alone = selectors.map((selector) => /^\.(ps-[\w-]+)$/.exec(selector.trim())?.[1]);
  return new Set(alone.filter((name) => name !== undefined));
}

const roots = new Map(sheets.map((sheet) => [sheet, rootsOf(readFileSync(join(folder, sheet), "utf8"))]));

function homesOf(name: string): readonly string[] {
  const all = sheets.filter((sheet) => roots.get(sheet)?.has(name));
  return OF_BASE.includes(name) ? all : all.filter((sheet) => !FOR_ALL.includes(sheet));
}

const names = [...new Set([...roots.values()].flatMap((set) => [...set]))].sort();

describe("the panels' style sheets", () => {
  it("are read", () => {
    expect(names.length).toBeGreaterThan(150);
    expect(names).toContain("ps-panel");
  });

  // Two panels that call different things by one name spoil each other's looks, far from where either was changed.
  it("give every class one home", () => {
    const shared = names.map((name) => [name, ...homesOf(name)]).filter(({ length }) => length !== 2);
    expect(shared).toEqual([]);
  });

  it("finds what is said of a class in rules within rules and within at-rules", () => {
    const css =
      "@container (width < 1rem) { .ps-a, .ps-b > i { color: red; & .ps-c { top: 0 } } } .ps-d:hover {}";
    expect([...rootsOf(css)]).toEqual(["ps-a"]);
  });
});
