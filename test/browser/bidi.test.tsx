import "peerswarm/styles.css";
import { defineTask } from "peerswarm";
import {
  ActivityPanel,
  BandwidthPanel,
  ConnectionPanel,
  ConsensusPanel,
  DiagnosisPanel,
  englishTexts,
  KnowledgePanel,
  MessageStatsPanel,
  PeersPanel,
  SettingsPanel,
  TasksPanel,
  type Texts,
  TextsProvider,
  TopologyPanel,
  TransfersPanel,
  WitnessPanel,
} from "peerswarm/components";
import { germanTexts } from "peerswarm/locales/de";
import { SwarmProvider } from "peerswarm/react";
import { createMockSwarm, type MockSwarm } from "peerswarm/testing";
import * as v from "valibot";
import { describe, expect, it, onTestFinished } from "vitest";
import { page } from "vitest/browser";
import { render } from "vitest-browser-react";
import { outOfOrder } from "../../stories/support/readingOrder.js";
import { untilPasses } from "../setup/patience.js";

const PANELS = [
  ActivityPanel,
  BandwidthPanel,
  ConnectionPanel,
  ConsensusPanel,
  DiagnosisPanel,
  KnowledgePanel,
  MessageStatsPanel,
  PeersPanel,
  SettingsPanel,
  TasksPanel,
  TopologyPanel,
  TransfersPanel,
  WitnessPanel,
];

const echo = defineTask("echo", { input: v.string(), output: v.string() });

/** A little of everything: messages, a task, a vote, a file, a note. */
function script({ swarm, peers }: MockSwarm): undefined {
  const [first] = peers;
  first?.swarm.tasks.handle(echo, (text) => text);
  void swarm.tasks.delegate(echo, "hello", { timeoutMs: 60_000 });
  swarm.consensus.propose({ kind: "change", subject: "rename the room", risk: "low" }).catch(() => undefined);
  const to = first?.swarm.getSignalingStatus().peerId ?? "";
  swarm.sendFile(to, new Uint8Array(100_000)).catch(() => undefined);
  void swarm.knowledge.put("text", { title: "Note" });
  swarm.broadcast("chat", "hello");
}

/** Every panel, wide enough that a unit stands beside its number. */
async function show(texts: Texts, direction: "ltr" | "rtl" = "rtl"): Promise<void> {
  await page.viewport(760, 900);
  const mock = createMockSwarm({ isRunning: false, peers: 2, script, historyMs: 4000 });
  await mock.start();
  onTestFinished(() => mock.close());
  await render(
    <div dir={direction} data-theme="light">
      <SwarmProvider swarm={mock.swarm}>
        <TextsProvider texts={texts}>
          {PANELS.map((Each) => (
            <Each key={Each.name} />
          ))}
        </TextsProvider>
      </SwarmProvider>
    </div>,
  );
  await untilPasses(() => expect(find(".ps-peer-round-trip").textContent).toMatch(/\d/));
}

function find(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`There is no ${selector}.`);
  return found;
}

/** Where a part of the text is that is in there. */
function placeOf(selector: string, part: RegExp): DOMRect {
  const walker = document.createTreeWalker(find(selector), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement?.closest(".ps-hidden") !== null) continue;
    const match = part.exec((node as Text).data);
    if (match === null) continue;
    const range = document.createRange();
    range.setStart(node, match.index);
    range.setEnd(node, match.index + match[0].length);
    return range.getBoundingClientRect();
  }
  throw new Error(`There is no ${part} in ${selector}.`);
}

const VALUES = [
  [".ps-peer-round-trip", /\d+/, /ms/],
  ["[data-metric=up]", /\d/, /KB\/s/],
  ["[data-total=sent] dd", /[\d.,]+/, /K?B/],
  ["[data-panel=transfers] .ps-transfer-facts [data-value]", /[\d.,]+/, /KB/],
  [".ps-choice [value='5'] + span", /\d+/, /min/],
] as const;

describe.each([
  ["English", englishTexts],
  ["German", germanTexts],
])("In a right-to-left page with %s texts", (_, texts) => {
  it("every text of every panel reads from its first letter to its last", async () => {
    await show(texts);
    expect(outOfOrder(document.body)).toEqual([]);
  });

  it("a number stands to the left of its unit", async () => {
    await show(texts);
    for (const [selector, number, unit] of VALUES) {
      const [before, after] = [placeOf(selector, number), placeOf(selector, unit)];
      expect(before.right, selector).toBeLessThanOrEqual(after.left + 0.5);
    }
  });

  it("a text lies at the side where the page begins, and what is at the end of a line at the other", async () => {
    await show(texts);
    const { right } = find(".ps-transfer").getBoundingClientRect();
    const line = document.createRange();
    line.selectNodeContents(find("[data-panel=transfers] .ps-aggregate"));
    expect(Math.abs(line.getBoundingClientRect().right - right)).toBeLessThan(1);
    const roundTrip = find(".ps-peer-round-trip").getBoundingClientRect();
    expect(placeOf(".ps-peer-round-trip", /\d+/).left - roundTrip.left).toBeLessThan(1);
  });

  it("no text holds characters that only turn it, which screen readers would read", async () => {
    await show(texts);
    expect(document.body.innerHTML).not.toMatch(/[\u061c\u200e\u200f\u2066-\u2069]/);
  });
});

it("Texts of a right-to-left language go as the page does, and values in them as they are written", async () => {
  const hebrew: Texts = {
    ...englishTexts,
    locale: "he",
    peers: { ...englishTexts.peers, title: "Ada עמיתים" },
  };
  await show(hebrew);
  const title = "[data-panel=peers] .ps-panel-title";
  expect(placeOf(title, /Ada/).left).toBeGreaterThan(placeOf(title, /עמיתים/).right - 0.5);
});

it("A left-to-right page is laid out as ever", async () => {
  await show(englishTexts, "ltr");
  expect(getComputedStyle(find("[data-panel=peers] .ps-state")).unicodeBidi).toBe("normal");
});
