import * as components from "peerswarm/components";
import { SwarmDevtools } from "peerswarm/devtools";
import { describe, expect, it } from "vitest";

interface Annotations {
  readonly tags?: readonly string[];
  readonly args?: Readonly<Record<string, unknown>>;
  readonly globals?: Readonly<Record<string, unknown>>;
}

interface StoryFile {
  readonly default: Annotations & { readonly component?: unknown; readonly title?: string };
  readonly [name: string]: Annotations;
}

const files = Object.values(
  import.meta.glob<StoryFile>("../../../stories/**/*.stories.tsx", { eager: true }),
);

/** Everything that a page can show: the panels, and what stands around them. */
const shown: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(Object.entries(components).filter(([name]) => /\wPanel$/.test(name))),
  SwarmGate: components.SwarmGate,
  SwarmDashboard: components.SwarmDashboard,
  SwarmDevtools,
};

/** What a story shows is its tag; by it the list at the side is filtered, too. */
const CONTENTS = ["loading", "empty", "full", "trouble", "crowded"];
// They hold facts, forms or findings, whose number does not grow with the room.
const WITHOUT_LIST = ["ConnectionPanel", "SettingsPanel", "DiagnosisPanel", "SwarmGate"];

/** How a story looks is what it sets the toolbar to. */
const LOOKS: Readonly<Record<string, (story: Annotations) => boolean>> = {
  "320 px wide": ({ globals }) =>
    globals?.width === "320px" || JSON.stringify(globals?.viewport) === '{"value":"mobile1"}',
  // The devtools stand in a shadow root of their own, and are told.
  dark: ({ globals, args }) => globals?.theme === "dark" || args?.theme === "dark",
  "right to left": ({ globals }) => globals?.direction === "rtl",
  "in German": ({ globals }) => globals?.locale === "de",
};

function storiesOf(component: unknown): readonly Annotations[] {
  return files
    .filter((file) => file.default.component === component)
    .flatMap(({ default: _, ...stories }) => Object.values(stories));
}

describe.each(Object.keys(shown))("%s", (name) => {
  const stories = storiesOf(shown[name]);
  const contents = CONTENTS.filter((tag) => tag !== "crowded" || !WITHOUT_LIST.includes(name));

  it.each(contents)("is shown %s", (tag) => {
    expect(stories.filter(({ tags }) => tags?.includes(tag))).not.toEqual([]);
  });

  it.each(Object.keys(LOOKS))("is shown %s", (look) => {
    expect(stories.filter((story) => LOOKS[look]?.(story))).not.toEqual([]);
  });
});

describe("the stories", () => {
  it("are found, every panel among them", () => {
    expect(Object.keys(shown).length).toBe(components.PANEL_NAMES.length + 3);
  });

  it("have titles of their own", () => {
    const titles = files.map((file) => file.default.title);
    expect(titles).toEqual([...new Set(titles)]);
  });

  it("have no tag that means nothing", () => {
    const known = [...CONTENTS, "!autodocs"];
    const tags = files
      .flatMap((file) => Object.values(file))
      .flatMap((annotations) => annotations.tags ?? []);
    expect(tags.filter((tag) => !known.includes(tag))).toEqual([]);
  });
});
