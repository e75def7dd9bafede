import { env } from "node:process";
import {
  certificateToBytes,
  createIdentity,
  type Identity,
  memoryStorage,
  type Storage,
  type Swarm,
} from "peerswarm";
import { type MemoryHost, memoryNetwork, type SeededRandom, seededRandom } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { verifyCertificate } from "../../../independent/votes.js";
import { agentOf, inTime } from "../support.js";
import { lowRisk, viewOf } from "./support.js";

// The whole is VOTE_NETWORK_RUNS=300.
const RUNS = Number(env.VOTE_NETWORK_RUNS ?? 5);
const TIMEOUT_MS = 8000;

interface Tab {
  readonly identity: Identity;
  readonly storage: Storage;
  readonly host: MemoryHost;
  readonly swarm: Swarm;
}

/** One run: real swarms with real signatures, and whatever can go wrong. */
async function run(seed: number, identities: readonly Identity[]) {
  const random: SeededRandom = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const network = memoryNetwork({ seed, latencyMs: 10, jitterMs: 20 });
  let tabs: Tab[] = [];
  const proposed: string[] = [];
  const told = new Map<string, Set<string>>();

  const enter = async (identity: Identity, storage = memoryStorage()): Promise<void> => {
    const host = network.host(undefined, { storage });
    const swarm = host.swarm({ identity });
    // A policy without a memory: the same agent would answer differently each time.
    swarm.consensus.onProposal(() => ["yes", "yes", "yes", "no", "abstain", undefined][below(6)]);
    swarm.events.on("consensus-result", ({ proposalId, outcome }) =>
      told.set(proposalId, (told.get(proposalId) ?? new Set()).add(outcome)),
    );
    tabs.push({ identity, storage, host, swarm });
    await inTime(network, swarm.join());
    await network.advance(below(3000));
  };
  const propose = (): void => {
    const { swarm, host } = tabs[below(tabs.length)]!;
    if (host.isAsleep || swarm.store.getSnapshot().status === "off") return;
    const rule = (["majority", "two-thirds", "unanimous", { veto: true }] as const)[below(4)]!;
    const proposing = swarm.consensus.propose({ ...lowRisk, rule, timeoutMs: TIMEOUT_MS });
    proposing.catch(() => undefined);
    proposed.push(proposing.id);
  };
  const reload = async (): Promise<void> => {
    const [tab] = tabs.splice(below(tabs.length), 1) as [Tab];
    tab.host.crash();
    await network.advance(below(2000));
    await enter(tab.identity, tab.storage);
  };
  const split = (): void => {
    const groups: MemoryHost[][] = [[], []];
    for (const { host } of tabs) groups[below(2)]!.push(host);
    network.partition(...groups);
  };

  for (const identity of identities.slice(0, 3)) await enter(identity);
  await enter(identities[0]!, tabs[0]!.storage);
  await network.advance(2000);
  for (let step = 0; step < 8; step++) {
    const die = below(9);
    if (die < 3) propose();
    else if (die === 3) split();
    else if (die === 4) network.heal();
    else if (die === 5) await reload();
    else if (die === 6) tabs[below(tabs.length)]!.host.sleep();
    else if (die === 7) for (const { host } of tabs) host.wake();
    else if (tabs.length < 5) await enter(identities[3]!);
    await network.advance(below(2500));
  }
  network.heal();
  for (const { host } of tabs) host.wake();
  await network.advance(TIMEOUT_MS + 160_000);

  const all = tabs.map(({ swarm }) => viewOf(swarm).proposals);
  const ends = proposed.map((id) => ({
    id,
    seen: all.map((proposals) => proposals.find((proposal) => proposal.id === id)),
    told: told.get(id),
  }));
  const certificates = await Promise.all(
    tabs.flatMap(({ swarm }) => proposed.map(async (id) => inTime(network, swarm.consensus.certificate(id)))),
  );
  const agents = tabs.map(({ swarm }) => agentOf(swarm));
  await inTime(network, Promise.all(tabs.map(({ swarm }) => swarm.leave())), 5000);
  tabs = [];
  return { ends, certificates, agents, pendingTimers: network.pendingTimers };
}

describe("real swarms with every fault", () => {
  it(`agree on what they heard, in ${RUNS} runs`, { timeout: 1_200_000 }, async () => {
    const identities = await Promise.all(Array.from({ length: 4 }, () => createIdentity()));
    const outcomes = new Map<string, number>();
    for (let seed = 1; seed <= RUNS; seed++) {
      const { ends, certificates, pendingTimers } = await run(seed, identities);
      for (const { id, seen, told } of ends) {
        const known = seen.filter((proposal) => proposal !== undefined);
        const said = new Set(known.map(({ outcome }) => outcome));
        // What nobody else was there for is nobody else's; a reload forgets it.
        if (known.every(({ reason }) => reason === "swarm-unavailable")) continue;
        expect([...said], `seed ${seed}, ${id}`).toHaveLength(1);
        expect(known.length, `seed ${seed}, ${id} is known to all`).toBe(seen.length);
        expect([...(told ?? [])], `seed ${seed}, ${id} never changed`).toEqual([...said]);
        expect(
          known.flatMap(({ evidence }) => evidence),
          `seed ${seed}, ${id}`,
        ).toEqual([]);
        const [outcome = "unresolved"] = said;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
      for (const certificate of certificates.filter((each) => each !== undefined)) {
        const proposals = ends.flatMap(({ seen }) => seen.filter((each) => each !== undefined));
        const bytes = certificateToBytes(certificate);
        const proven = proposals.some(({ electorate, id, outcome }) => {
          try {
            const proof = verifyCertificate(
              bytes,
              electorate.map(({ agentId }) => agentId),
            );
            return proof.id === id && proof.outcome === outcome;
          } catch {
            return false;
          }
        });
        expect(proven, `seed ${seed}`).toBe(true);
      }
      expect(pendingTimers, `seed ${seed}`).toBe(0);
    }
    expect(outcomes.get("approved")).toBeGreaterThan(0);
    expect(outcomes.get("unresolved")).toBeUndefined();
  });
});
