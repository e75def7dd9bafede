import type { Page } from "@playwright/test";
import type { PeerTransportOptions, SwarmSnapshot } from "peerswarm";
import type { LabSwarmOptions, ReceivedMessage, RecordedEvent } from "./blankPage.js";

/** Default deadline of every wait. */
export const DEADLINE_MS = 30_000;
const POLL_MS = 25;

export interface WaitOptions {
  /** Default {@link DEADLINE_MS}. */
  readonly withinMs?: number;
}

/** A page of the lab, with its swarm. All functions given to it run in the page: they can use `arg`, no closure. */
export interface LabPage {
  readonly page: Page;
  /** Makes the page's swarm, without joining. */
  create(options: LabSwarmOptions & PeerTransportOptions): Promise<void>;
  /** Makes the page's swarm, joins, and returns its PeerId. */
  join(options: LabSwarmOptions & PeerTransportOptions): Promise<string>;
  leave(): Promise<void>;
  snapshot(): Promise<SwarmSnapshot>;
  /** Waits until the swarm's state satisfies `predicate`; fails with the state that was there instead. */
  until<Arg>(
    predicate: (snapshot: SwarmSnapshot, arg: Arg) => boolean,
    arg: Arg,
    options?: WaitOptions,
  ): Promise<void>;
  /** Waits until exactly these peers are listed, all of them connected. */
  untilPeers(peerIds: readonly string[], options?: WaitOptions): Promise<void>;
  /** Waits until so many peers are connected. */
  untilPeerCount(count: number, options?: WaitOptions): Promise<void>;
  /** Waits until the texts that came from this peer, proofs of other steps left out, are exactly these. */
  untilReceivedFrom(peerId: string, payloads: readonly unknown[], options?: WaitOptions): Promise<void>;
  received(): Promise<ReceivedMessage[]>;
  happened(): Promise<RecordedEvent[]>;
  peerId(): Promise<string>;
  /** Ends the page without any goodbye: its whole browser process is killed. Only for pages opened with `ownProcess`. */
  kill(): void;
  /** Brings a swarm-less fresh page: `window.swarm` has to be made again. */
  reload(): Promise<void>;
}

export function createLabPage(page: Page, kill: () => void): LabPage {
  const snapshot = (): Promise<SwarmSnapshot> => page.evaluate(() => window.swarm.store.getSnapshot());

  const wait = async <Arg>(
    what: string,
    predicate: (arg: Arg) => boolean,
    arg: Arg,
    { withinMs = DEADLINE_MS }: WaitOptions,
  ): Promise<void> => {
    try {
      await page.waitForFunction(predicate as (arg: unknown) => boolean, arg, {
        timeout: withinMs,
        polling: POLL_MS,
      });
    } catch (cause) {
      const seen = await describeState(page);
      throw new Error(`Not within ${withinMs} ms: ${what}\n${seen}`, { cause });
    }
  };

  const labPage: LabPage = {
    page,
    kill,
    create: (options) => page.evaluate((given) => void window.createLabSwarm(given), options),
    join: (options) =>
      page.evaluate(async (given) => {
        const swarm = window.createLabSwarm(given);
        await swarm.join();
        return swarm.getSignalingStatus().peerId ?? "";
      }, options),
    leave: () => page.evaluate(() => window.swarm.leave()),
    snapshot,
    until: (predicate, arg, options = {}) =>
      wait(
        predicate.toString(),
        ({ source, given }) => {
          // A function travels to the page as its source; indirect eval keeps it in the global scope.
          // biome-ignore lint/security/noGlobalEval: the source is a function of the test itself
          const satisfied = globalThis.eval(`(${source})`);
          return satisfied(window.swarm.store.getSnapshot(), given) === true;
        },
        { source: predicate.toString(), given: arg },
        options,
      ),
    untilPeers: (peerIds, options = {}) =>
      wait(
        `peers are ${peerIds.join(", ")}`,
        (expected) => {
          const { peers, connecting } = window.swarm.store.getSnapshot();
          const present = peers.map((peer) => peer.peerId).sort();
          const areConnected = peers.every((peer) => peer.state === "connected");
          return areConnected && connecting.length === 0 && present.join() === expected;
        },
        [...peerIds].sort().join(),
        options,
      ),
    untilPeerCount: (count, options = {}) =>
      wait(
        `${count} connected peers`,
        (expected) => {
          const { peers } = window.swarm.store.getSnapshot();
          return peers.length === expected && peers.every((peer) => peer.state === "connected");
        },
        count,
        options,
      ),
    untilReceivedFrom: (peerId, payloads, options = {}) =>
      wait(
        `messages ${JSON.stringify(payloads).slice(0, 500)} from ${peerId}`,
        ({ expected, sender }) => {
          const payloads = window.received
            .filter(({ from }) => from === sender)
            .map(({ payload }) => payload);
          return JSON.stringify(payloads.filter((payload) => !/^proof /.test(String(payload)))) === expected;
        },
        { expected: JSON.stringify(payloads), sender: peerId },
        options,
      ),
    received: () => page.evaluate(() => window.received),
    happened: () => page.evaluate(() => window.happened),
    peerId: () => page.evaluate(() => window.swarm.getSignalingStatus().peerId ?? ""),
    reload: async () => void (await page.reload()),
  };
  return labPage;
}

function describeState(page: Page): Promise<string> {
  const seen = page.evaluate(() => {
    const { status, signaling, self, peers, connecting, stats } = window.swarm.store.getSnapshot();
    const received = window.received.slice(-20).map(({ payload, from }) => `${from}: ${String(payload)}`);
    const happened = window.happened
      .slice(-30)
      .map(({ atMs, name, peerId, linkId, state, reason }) =>
        [new Date(atMs).toISOString().slice(17), name, peerId, linkId, state, reason].join(" "),
      );
    const lines = [
      { now: new Date().toISOString().slice(17), self: self.peerId, status, signaling },
      ...peers.map(({ peerId, state, linkId }) => ({ peerId, state, linkId })),
      ...connecting,
      { dropped: stats.dropped, openConnections: window.openConnections() },
      ...received,
      ...happened,
    ];
    return lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  });
  // A page that is frozen or gone cannot tell.
  const limit = new Promise<string>((resolve) => setTimeout(resolve, 2000, "The page does not answer."));
  return Promise.race([seen.catch(String), limit]);
}

/** Waits until every page is connected to all the others and to nobody else. */
export async function untilFullMesh(pages: readonly LabPage[], options: WaitOptions = {}): Promise<void> {
  const ids = await Promise.all(pages.map((page) => page.peerId()));
  await Promise.all(
    pages.map((page, index) =>
      page.untilPeers(
        ids.filter((_, other) => other !== index),
        options,
      ),
    ),
  );
}

let messageCount = 0;

/** Every page broadcasts once and hears every other page exactly once: proof that the swarm works. */
export async function proveMessaging(pages: readonly LabPage[], options: WaitOptions = {}): Promise<void> {
  const round = ++messageCount;
  const ids = await Promise.all(pages.map((page) => page.peerId()));
  const reached = await Promise.all(
    pages.map(({ page }) => page.evaluate((text) => window.swarm.broadcast("chat", text), `proof ${round}`)),
  );
  const missed = reached.findIndex((count) => count !== pages.length - 1);
  if (missed >= 0) throw new Error(`${ids[missed]} reached ${reached[missed]} of ${pages.length - 1} peers.`);
  await Promise.all(
    pages.map((page, index) =>
      page.page
        .waitForFunction(
          ({ text, senders }) => {
            const heard = window.received.filter(({ payload }) => payload === text).map(({ from }) => from);
            return heard.sort().join() === senders;
          },
          { text: `proof ${round}`, senders: ids.toSpliced(index, 1).sort().join() },
          { timeout: options.withinMs ?? DEADLINE_MS, polling: POLL_MS },
        )
        .catch(async (cause: unknown) => {
          throw new Error(`Proof ${round} did not reach ${ids[index]}\n${await describeState(page.page)}`, {
            cause,
          });
        }),
    ),
  );
}
