import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Color,
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  parse,
  wcagContrast,
} from "culori";
import { describe, expect, it } from "vitest";
import { root } from "../../../scripts/entries.mjs";

const sheet = readFileSync(join(root, "src/components/styles/theme.css"), "utf8");

type Theme = ReadonlyMap<string, Color>;

/** The colours of a theme by the names of their properties. */
function themeOf(name: "light" | "dark"): Theme {
  const pattern = /--ps-([a-z-]+): var\(--ps-when-light, (#\w+)\) var\(--ps-when-dark, (#\w+)\);/g;
  return new Map(
    [...sheet.matchAll(pattern)].map(([, property = "", light = "", dark = ""]) => {
      const colour = parse(name === "light" ? light : dark);
      if (colour === undefined) throw new Error(`${property} is not a colour`);
      return [property, colour];
    }),
  );
}

const themes = { light: themeOf("light"), dark: themeOf("dark") };

function colour(theme: Theme, name: string): Color {
  const found = theme.get(name);
  if (found === undefined) throw new Error(`No colour ${name} in theme.css`);
  return found;
}

// What is written, on what it stands: 4.5 to 1, WCAG 2.2, 1.4.3.
const WRITTEN: readonly (readonly [string, string])[] = [
  ...["text", "text-muted", "accent", "good", "warning", "bad"].flatMap((ink): [string, string][] => [
    [ink, "surface"],
    [ink, "surface-sunk"],
  ]),
  ["text", "info-surface"],
  ["text", "warning-surface"],
  ["text", "bad-surface"],
  ["text-muted", "info-surface"],
  ["text-muted", "warning-surface"],
  ["text-muted", "bad-surface"],
  ["warning", "warning-surface"],
  ["bad", "bad-surface"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["on-bad", "bad"],
];

// What has to be seen to be used or read: 3 to 1, WCAG 2.2, 1.4.11.
const DRAWN: readonly (readonly [string, string])[] = [
  ...["border-control", "focus", "line-up", "line-down", "line-total", "accent"].flatMap(
    (ink): [string, string][] => [
      [ink, "surface"],
      [ink, "surface-sunk"],
    ],
  ),
];

const SIGHTS = {
  protanopia: filterDeficiencyProt(1),
  deuteranopia: filterDeficiencyDeuter(1),
  tritanopia: filterDeficiencyTrit(1),
  "full colour sight": (seen: Color) => seen,
};

// CIEDE2000; two colours side by side are told apart from about 2 on, lines apart on a chart need more.
const LEAST_DIFFERENCE = 8;
const SERIES = ["line-up", "line-down", "line-total"];

describe.each(["light", "dark"] as const)("the %s theme", (name) => {
  const theme = themes[name];

  it.each(WRITTEN)("%s can be read on %s", (ink, ground) => {
    expect(wcagContrast(colour(theme, ink), colour(theme, ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(DRAWN)("%s can be seen on %s", (ink, ground) => {
    expect(wcagContrast(colour(theme, ink), colour(theme, ground))).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.entries(SIGHTS))("the lines of a chart differ with %s", (_, see) => {
    const difference = differenceCiede2000();
    for (const one of SERIES) {
      for (const other of SERIES.filter((series) => series > one)) {
        const seen = [colour(theme, one), colour(theme, other)].map((line) => see(line) ?? line);
        expect(difference(seen[0]!, seen[1]!), `${one} and ${other}`).toBeGreaterThan(LEAST_DIFFERENCE);
      }
    }
  });
});

it("finds every colour of the sheet", () => {
  expect(themes.light.size).toBe(themes.dark.size);
  expect(themes.light.size).toBe([...sheet.matchAll(/--ps-when-light, #/g)].length);
});
