import { render, screen } from "@testing-library/react";
import { englishTexts, PeersPanel, type Texts, TextsProvider } from "peerswarm/components";
import { germanTexts } from "peerswarm/locales/de";
import { MockSwarmProvider } from "peerswarm/testing/react";
import { describe, expect, it } from "vitest";

type Leaf = readonly [path: string, text: unknown];

/** Every text of a dictionary with the way to it. */
function leavesOf(value: unknown, path = ""): Leaf[] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, path === "" ? key : `${path}.${key}`),
  );
}

// Words that both languages have, and names of the protocol.
const SAME_IN_BOTH = new Set([
  "–",
  "B",
  "KB",
  "MB",
  "GB",
  "KB/s",
  "Server",
  "Region",
  "Agent",
  "Hash",
  "Name",
  "control",
  "bulk",
  "datagram",
  "Text",
  "STUN",
  "TURN",
]);

describe("the German texts", () => {
  it("are translated, each of them", () => {
    const english = new Map(leavesOf(englishTexts));
    const untranslated = leavesOf(germanTexts).filter(
      ([path, text]) => typeof text === "string" && text === english.get(path) && !SAME_IN_BOTH.has(text),
    );
    expect(untranslated).toEqual([]);
  });

  it("have what the English ones have, and nothing else", () => {
    const pathsOf = (texts: Texts): string[] =>
      leavesOf(texts)
        .map(([path]) => path)
        .toSorted();
    expect(pathsOf(germanTexts)).toEqual(pathsOf(englishTexts));
  });

  it("are what a panel below them shows, in the language that it names", async () => {
    render(
      <MockSwarmProvider status="off">
        <TextsProvider texts={germanTexts}>
          <PeersPanel />
        </TextsProvider>
      </MockSwarmProvider>,
    );
    const panel = await screen.findByRole("region", { name: "Mitglieder" });
    expect(panel.lang).toBe("de");
    expect(panel.textContent).toContain("Der Schwarm ist aus.");
  });
});
