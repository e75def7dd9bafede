import { toId } from "storybook/internal/csf";
import { describe, expect, it } from "vitest";
import * as snippets from "../../../stories/start/snippets.js";

type StoryFile = Readonly<Record<string, { readonly title?: string }>>;

const pages = Object.entries(
  import.meta.glob<string>("../../../stories/**/*.mdx", { eager: true, query: "?raw", import: "default" }),
).map(([path, text]): [string, string] => [path.split("/").at(-1) ?? "", text]);
const files = import.meta.glob<StoryFile>("../../../stories/**/*.stories.tsx", { eager: true });

const titleOf = (text: string): string => /<Meta title="(.+?)"/.exec(text)?.[1] ?? "";
const storyId = (title: string, name: string): string =>
  toId(title, name.replace(/([a-z])([A-Z])/g, "$1-$2"));

/** What an address of the book can lead to. */
const places = new Set([
  ...pages.map(([, text]) => toId(titleOf(text), "docs")),
  ...Object.values(files).flatMap(({ default: { title = "" } = {}, ...stories }) => [
    toId(title, "docs"),
    ...Object.keys(stories).map((name) => storyId(title, name)),
  ]),
]);

it("there are the five pages", () => expect(pages).toHaveLength(5));

describe.each(pages)("%s", (_, text) => {
  it("shows stories that there are", () => {
    const examples = Object.keys(files["../../../stories/start/Examples.stories.tsx"] ?? {});
    const shown = [...text.matchAll(/of=\{Examples\.(\w+)\}/g)].map(([, name]) => name);
    expect(shown).not.toEqual([]);
    expect(examples).toEqual(expect.arrayContaining(shown));
  });

  it("leads to what there is", () => {
    const links = [...text.matchAll(/\?path=\/(?:docs|story)\/([\w-]+)/g)].map(([, id = ""]) => id);
    expect(links.filter((id) => !places.has(id))).toEqual([]);
  });

  it("shows code that there is", () => {
    const named = [...text.matchAll(/import \{ ([\w, ]+) \} from "\.\/snippets"/g)].flatMap(
      ([, names = ""]) => names.split(", "),
    );
    expect(Object.keys(snippets)).toEqual(expect.arrayContaining(named));
  });

  // Tables are no part of plain Markdown, and would be shown as they are written.
  it("holds no table", () => expect(text).not.toMatch(/^\|/m));
});
