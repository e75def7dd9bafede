import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Claim, heard } from "../../../src/core/topology/claim.js";
import type { EndOfLink } from "../../../src/core/topology/measured.js";
import { type TopologySources, topologyOf } from "../../../src/core/topology/topologyOf.js";
import { EMPTY_TOPOLOGY, type TopologyLink } from "../../../src/core/topology/view.js";
import type { LinksMessage } from "../../../src/core/topology/wire.js";

const SELF = "m0";
const MEMBERS = ["m0", "m1", "m2", "m3", "m4", "m5", "m6"];
const STRANGERS = ["s0", "s1"];

const end: fc.Arbitrary<EndOfLink> = fc.record({
  isUp: fc.boolean(),
  roundTripMs: fc.option(fc.nat({ max: 600 }), { nil: undefined }),
  route: fc.constantFrom(undefined, "direct" as const, "relayed" as const),
});

const claimOf = (of: string): fc.Arbitrary<Claim> =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...MEMBERS, ...STRANGERS), end), { selector: ([to]) => to })
    .map((links) => links.filter(([to]) => to !== of))
    .map((links) => ({ links: new Map(links), count: links.length }));

const peerOf = (peerId: string): fc.Arbitrary<TopologySources["snapshot"]["peers"][number]> =>
  fc.record({
    peerId: fc.constant(peerId),
    agentId: fc.constant(`agent of ${peerId}`),
    state: fc.constantFrom("connected" as const, "unreachable" as const, "asleep" as const),
    states: fc.constant([]),
    roundTripMs: fc.option(fc.nat({ max: 600 }), { nil: undefined }),
    profile: fc.constant({
      name: peerId,
      capabilities: [],
      goals: [],
      region: undefined,
      knowledgeHeads: [],
    }),
    connectedAtMs: fc.constant(0),
    isMuted: fc.constant(false),
    restraint: fc.constant(undefined),
    linkId: fc.constant("link"),
  });

const sources: fc.Arbitrary<TopologySources> = fc
  .record({
    proven: fc.subarray(MEMBERS.slice(1)),
    listed: fc.subarray(MEMBERS),
    talkers: fc.subarray(MEMBERS.slice(1)),
  })
  .chain(({ proven, listed, talkers }) =>
    fc.record({
      snapshot: fc.record({
        self: fc.constant({ peerId: SELF, agentId: "self", profile: profileOf("Self") }),
        peers: fc.tuple(...proven.map(peerOf)),
        connecting: fc.constant(
          listed.map((peerId) => ({
            peerId,
            state: "connecting" as const,
            attempts: 0,
            lastError: undefined,
          })),
        ),
        quality: fc.constant({}),
      }),
      claims: fc.tuple(...talkers.map(claimOf)).map((all) => {
        return new Map(all.map((claim, index) => [talkers[index] ?? "", claim]));
      }),
      unaskedCount: fc.constant(0),
    }),
  );

function profileOf(name: string) {
  return { name, capabilities: [], goals: [], region: undefined, knowledgeHeads: [] };
}

/** The same, looked up pair by pair from the rules of docs/topology.md. */
function bruteForce({ snapshot, claims }: TopologySources): { links: TopologyLink[]; strangers: number } {
  const proven = snapshot.peers.map(({ peerId }) => peerId);
  const known = [...new Set([SELF, ...proven, ...snapshot.connecting.map(({ peerId }) => peerId)])].sort();
  const links: TopologyLink[] = [];
  for (const a of known) {
    for (const b of known) {
      if (a >= b) continue;
      const link = pair(snapshot, claims, proven, a, b);
      if (link !== undefined) links.push(link);
    }
  }
  let strangers = 0;
  for (const peerId of proven)
    for (const to of claims.get(peerId)?.links.keys() ?? []) if (!known.includes(to)) strangers++;
  return { links, strangers };
}

function pair(
  snapshot: TopologySources["snapshot"],
  claims: TopologySources["claims"],
  proven: readonly string[],
  a: string,
  b: string,
): TopologyLink | undefined {
  if (a === SELF || b === SELF) {
    const peer = snapshot.peers.find(({ peerId }) => peerId === (a === SELF ? b : a));
    if (peer === undefined) return undefined;
    const isDown = peer.state === "unreachable";
    const health = isDown ? "down" : healthOf(peer.roundTripMs);
    const roundTripMs = isDown ? undefined : peer.roundTripMs;
    return { a, b, standing: "own", claimedBy: undefined, health, roundTripMs, route: undefined };
  }
  const saidBy = (one: string, other: string) =>
    proven.includes(one) ? claims.get(one)?.links.get(other) : undefined;
  const ends = [saidBy(a, b), saidBy(b, a)].filter((said) => said !== undefined);
  if (ends.length === 0) return undefined;
  const times = ends.flatMap(({ roundTripMs }) => (roundTripMs === undefined ? [] : [roundTripMs]));
  const isDown = ends.some(({ isUp }) => !isUp);
  const roundTripMs = times.length === 0 || isDown ? undefined : Math.max(...times);
  const routes = ends.map(({ route }) => route);
  return {
    a,
    b,
    standing: ends.length === 2 ? "confirmed" : "claimed",
    claimedBy: ends.length === 2 ? undefined : saidBy(a, b) === undefined ? b : a,
    health: isDown ? "down" : healthOf(roundTripMs),
    roundTripMs,
    route: routes.includes("relayed") ? "relayed" : routes.includes("direct") ? "direct" : undefined,
  };
}

function healthOf(roundTripMs: number | undefined): TopologyLink["health"] {
  if (roundTripMs === undefined) return "unknown";
  return roundTripMs <= 150 ? "good" : roundTripMs <= 400 ? "slow" : "bad";
}

const byPair = (one: TopologyLink, other: TopologyLink): number =>
  `${one.a} ${one.b}` < `${other.a} ${other.b}` ? -1 : 1;

describe("topologyOf", () => {
  it("is what a search through all pairs finds", () => {
    fc.assert(
      fc.property(sources, (drawn) => {
        const view = topologyOf(drawn, EMPTY_TOPOLOGY);
        const expected = bruteForce(drawn);
        expect([...view.links].sort(byPair)).toEqual([...expected.links].sort(byPair));
        expect(view.strangerLinkCount).toBe(expected.strangers);
        expect(new Set(view.nodes.map(({ peerId }) => peerId)).size).toBe(view.nodes.length);
        expect(view.nodes.filter(({ isSelf }) => isSelf).map(({ peerId }) => peerId)).toEqual([SELF]);
        for (const { a, b } of view.links)
          expect(view.nodes.filter(({ peerId }) => peerId === a || peerId === b)).toHaveLength(2);
      }),
    );
  });

  it("gives the same objects for what says the same, whatever was shown before", () => {
    fc.assert(
      fc.property(sources, sources, (first, second) => {
        const one = topologyOf(first, EMPTY_TOPOLOGY);
        expect(topologyOf(structuredClone(first), one)).toBe(one);
        const two = topologyOf(second, one);
        expect(two).toEqual(topologyOf(second, EMPTY_TOPOLOGY));
        for (const { known, now } of [
          { known: one.nodes, now: two.nodes },
          { known: one.links, now: two.links },
        ] as const)
          for (const item of now) {
            const equal = (known as readonly unknown[]).find(
              (candidate) => JSON.stringify(candidate) === JSON.stringify(item),
            );
            if (equal !== undefined) expect(item).toBe(equal);
          }
      }),
    );
  });

  it("is empty for a swarm that is off", () => {
    const self = { peerId: undefined, agentId: undefined, profile: profileOf("Self") };
    const snapshot = { self, peers: [], connecting: [], quality: {} };
    expect(topologyOf({ snapshot, claims: new Map(), unaskedCount: 0 }, EMPTY_TOPOLOGY)).toBe(EMPTY_TOPOLOGY);
  });
});

describe("what is heard", () => {
  const id = fc.constantFrom("me", "a", "b", "c", "d");
  const link = fc.record({
    to: id,
    isUp: fc.boolean(),
    roundTripMs: fc.option(fc.nat({ max: 9 })),
    route: fc.constantFrom(null, "direct" as const),
  });
  const message: fc.Arbitrary<LinksMessage> = fc.record({
    isWhole: fc.boolean(),
    links: fc.array(link, { maxLength: 5 }),
    gone: fc.array(id, { maxLength: 3 }),
    count: fc.nat({ max: 6 }),
  });

  it("puts changes together as a plain list would, and refuses what no honest peer says", () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        let claim: Claim | undefined;
        const list: Record<string, boolean> = {};
        for (const said of messages) {
          const next = heard("me", claim, said);
          const named = [...said.links.map(({ to }) => to), ...said.gone];
          const isOdd = named.some((to, index) => to === "me" || named.indexOf(to) !== index);
          const after = said.isWhole ? {} : { ...list };
          for (const to of said.gone) delete after[to];
          for (const { to, isUp } of said.links) after[to] = isUp;
          const isRefused =
            isOdd || (said.isWhole && said.gone.length > 0) || Object.keys(after).length > said.count;
          expect(next === undefined).toBe(isRefused);
          if (next === undefined) continue;
          claim = next;
          for (const to of Object.keys(list)) delete list[to];
          Object.assign(list, after);
          expect(Object.fromEntries([...next.links].map(([to, { isUp }]) => [to, isUp]))).toEqual(list);
          expect(next.count).toBe(said.count);
        }
      }),
    );
  });
});
