import { demoAddress, enterSwarm, expectFullList, say } from "./support/demo.js";
import { expect, type LabPage, test } from "./support/lab.js";
import { COUNTED_KINDS, tapWires, UNCOUNTED_KINDS } from "./support/wiretap.js";

const WINDOW_MS = 10_000;
const KILOBYTE = 1024;

/** What the panels of a page show, and what its wires carried, at the same moment. */
const bothAccounts = ({ page }: LabPage) =>
  page.evaluate(
    async ({ windowMs, kilobyte, countedKinds, uncountedKinds }) => {
      const panel = (name: string): Element => {
        const found = document.querySelector(`[data-panel="${name}"]`);
        if (found === null) throw new Error(`The page has no ${name} panel.`);
        return found;
      };
      const total = (name: string) => {
        const { messages, bytes } = (
          panel("message-stats").querySelector(`[data-total="${name}"]`) as HTMLElement
        ).dataset;
        return { messages: Number(messages), bytes: Number(bytes) };
      };
      const rate = (metric: string): number =>
        Number.parseFloat(panel("bandwidth").querySelector(`[data-metric="${metric}"]`)?.textContent ?? "");
      const { connections, sent, received, log } = window.wiretap;
      const since = Date.now() - windowMs;
      const carried = (isSent: boolean): number =>
        log.reduce((sum, one) => sum + (one.timeMs >= since && one.isSent === isSent ? one.bytes : 0), 0);
      const shown = {
        sent: total("sent"),
        received: total("received"),
        up: rate("up"),
        down: rate("down"),
        total: rate("total"),
      };
      const bytesOf = (table: Readonly<Record<number, number>>, kinds: readonly number[]): number =>
        kinds.reduce((sum, kind) => sum + (table[kind] ?? 0), 0);
      const counted = {
        sent: bytesOf(sent, countedKinds),
        received: bytesOf(received, countedKinds),
        uncounted: bytesOf(sent, uncountedKinds),
        up: carried(true) / kilobyte / (windowMs / 1000),
        down: carried(false) / kilobyte / (windowMs / 1000),
      };
      // The browser's own account, of connections that are still open.
      const browser = { bytesSent: 0, paths: [] as string[] };
      for (const connection of connections) {
        if (connection.connectionState !== "connected") continue;
        const report = await connection.getStats();
        report.forEach((entry) => {
          if (entry.type === "data-channel" && entry.label.startsWith("peerswarm ")) {
            browser.bytesSent += entry.bytesSent;
          }
          if (entry.type === "transport") {
            const pair = report.get(entry.selectedCandidatePairId);
            const [local, remote] = [report.get(pair.localCandidateId), report.get(pair.remoteCandidateId)];
            browser.paths.push(`${local.candidateType} ↔ ${remote.candidateType}, ${local.protocol}`);
          }
        });
      }
      return { shown, counted, browser };
    },
    {
      windowMs: WINDOW_MS,
      kilobyte: KILOBYTE,
      countedKinds: COUNTED_KINDS,
      uncountedKinds: UNCOUNTED_KINDS,
    },
  );

const BURST_LENGTH = 40;

/** Talks for a while: a burst of chat every half second, big enough for the rates to be more than noise. */
const talk = ({ page }: LabPage, bursts: number) =>
  page.evaluate(
    async ({ bursts, length }) => {
      // Random, because what repeats itself is packed.
      const noise = (characters: number): string =>
        Array.from(crypto.getRandomValues(new Uint8Array(characters)), (byte) =>
          String.fromCharCode(33 + (byte % 94)),
        ).join("");
      for (let burst = 0; burst < bursts; burst++) {
        for (let number = 0; number < length; number++) {
          const text = `${burst}/${number} ${noise(number * 5)}`;
          window.swarm.broadcast("chat", { text, isDirect: false });
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    },
    { bursts, length: BURST_LENGTH },
  );

test("the panels' numbers are those of the wires", async ({ lab, baseURL }) => {
  test.setTimeout(180_000);
  const url = demoAddress(baseURL!, lab.freshRoom());
  const context = await lab.openContext();
  await tapWires(context);
  const pages = await Promise.all(Array.from({ length: 3 }, () => lab.openPage({ url, context })));
  const [first, second] = pages as [LabPage, LabPage, LabPage];
  await Promise.all(pages.map(enterSwarm));
  await expectFullList(pages);
  await say(first, "the first words");

  await test.step("rates, while data flows both ways", async () => {
    // Longer than the window, so that it lies within the talk.
    const talking = Promise.all([talk(first, 26), talk(second, 26)]);
    await first.page.waitForTimeout(WINDOW_MS + 1500);
    const { shown, counted } = await bothAccounts(first);
    await talking;
    // A busy machine sends less, and what it does is shown all the same.
    expect(counted.up).toBeGreaterThan(1);
    // The panel is a tick behind, and its window moves in steps of a quarter of a second.
    for (const direction of ["up", "down"] as const) {
      expect(Math.abs(shown[direction] - counted[direction])).toBeLessThan(counted[direction] * 0.12);
    }
    expect(shown.total).toBeCloseTo(shown.up + shown.down, 0);
  });

  await test.step("totals, to the byte", async () => {
    for (const page of pages) {
      await expect(async () => {
        const { shown, counted, browser } = await bothAccounts(page);
        expect(shown.sent.bytes).toBe(counted.sent);
        expect(shown.received.bytes).toBe(counted.received);
        expect(browser.bytesSent).toBe(counted.sent + counted.uncounted);
      }).toPass();
    }
    const accounts = await Promise.all(pages.map(bothAccounts));
    const [sent, received] = (["sent", "received"] as const).map((way) =>
      accounts.reduce((sum, { shown }) => sum + shown[way].messages, 0),
    );
    expect(sent).toBe(received);
    expect(accounts[0]?.shown.sent.messages).toBeGreaterThan(2 * 26 * BURST_LENGTH);
  });

  await test.step("paths and round trips", async () => {
    const { browser } = await bothAccounts(first);
    const rows = first.page.getByRole("region", { name: "Peers" }).locator("li[data-peer-id]");
    await expect(rows).toHaveCount(2);
    const snapshot = await first.snapshot();
    for (const { peerId } of snapshot.peers) {
      const quality = snapshot.quality[peerId];
      expect(browser.paths).toContain(
        `${quality?.path?.local} ↔ ${quality?.path?.remote}, ${quality?.path?.protocol}`,
      );
      // The browser tells whole milliseconds: between two tabs that can be none.
      expect(quality?.roundTripP50Ms).toBeGreaterThanOrEqual(0);
      expect(quality?.roundTripP50Ms).toBeLessThan(1000);
      expect(quality?.roundTripP95Ms).toBeGreaterThanOrEqual(quality?.roundTripP50Ms ?? Infinity);
    }
  });
});
