import { createIdentity, type Identity, memoryStorage, type Swarm } from "peerswarm";
import { type MemoryHost, type MemoryNetwork, scriptedPeer } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { resolveRule } from "../../../../src/core/consensus/rule.js";
import {
  ballotLetter,
  endLetter,
  proposalLetter,
  readProposal,
  type SignedProposal,
} from "../../../../src/core/consensus/voteLetters.js";
import { writeLetter } from "../../../../src/core/wire/letter.js";
import { createLetterId } from "../../../../src/core/wire/letterShape.js";
import { agentOf, dropped, inTime, leaveAll, leaveNothing, record, until } from "../support.js";
import { gathered, lowRisk, maybeProposal, proposalOf, put, viewOf, vote, voteAlways } from "./support.js";

const ROOM = "peerswarm-default";

/** A tab of an agent, on a device that is its storage. */
function tabOf(network: MemoryNetwork, identity: Identity, storage = memoryStorage()) {
  const host = network.host(undefined, { storage });
  return { host, storage, swarm: host.swarm({ identity }) };
}

async function meet(network: MemoryNetwork, swarm: Swarm, others: readonly Swarm[]): Promise<void> {
  await inTime(network, swarm.join());
  await until(network, () =>
    others.every((other) =>
      swarm.store.getSnapshot().peers.some(({ agentId }) => agentId === agentOf(other)),
    ),
  );
  await network.advance(500);
}

/** An identity whose signatures simulated time waits for, also where a scripted peer has it. */
async function trackedIdentity(network: MemoryNetwork): Promise<Identity> {
  const { ed25519, track } = network.host().runtime;
  return createIdentity({ ed25519: await ed25519(), track });
}

describe("a vote survives", () => {
  it("a reload of its proposer, who goes on collecting and decides", async () => {
    const { network, swarms } = await gathered(2);
    const [bob, cleo] = swarms;
    const identity = await createIdentity();
    const first = tabOf(network, identity);
    await meet(network, first.swarm, swarms.slice(0, 2));
    const { id } = await put(network, first.swarm, { timeoutMs: 60_000, rule: "unanimous" });
    await vote(network, bob, id, "yes");
    await network.advance(300);
    const before = proposalOf(first.swarm, id);
    first.host.crash();
    await network.advance(5000);
    const second = tabOf(network, identity, first.storage);
    const heard = record(second.swarm, "consensus-result");
    await meet(network, second.swarm, swarms.slice(0, 2));
    expect(proposalOf(second.swarm, id)).toMatchObject({
      state: "open",
      isOurs: true,
      deadlineAtMs: before.deadlineAtMs,
      tally: { cast: 2 },
    });
    await vote(network, cleo, id, "yes");
    await network.advance(500);
    expect(heard).toMatchObject([{ proposalId: id, outcome: "approved" }]);
    for (const swarm of [second.swarm, bob, cleo]) expect(proposalOf(swarm, id).outcome).toBe("approved");
    await leaveAll(network, [second.swarm, bob, cleo]);
  });

  it("a reload of the only tab that has its ballots, by what is kept alone", async () => {
    const { network, hosts, swarms } = await gathered(3);
    const [bob, cleo] = swarms;
    const identity = await createIdentity();
    const first = tabOf(network, identity);
    await meet(network, first.swarm, swarms);
    const { id } = await put(network, first.swarm, { timeoutMs: 60_000, rule: "two-thirds" });
    await vote(network, bob, id, "yes");
    await vote(network, cleo, id, "no");
    await network.advance(300);
    for (const host of [...hosts, first.host]) host.crash();
    await network.advance(1000);
    const second = tabOf(network, identity, first.storage);
    await inTime(network, second.swarm.join());
    await network.advance(500);
    expect(second.swarm.store.getSnapshot().peers).toEqual([]);
    expect(proposalOf(second.swarm, id)).toMatchObject({
      state: "open",
      tally: { cast: 3, byChoice: { yes: 2, no: 1 } },
    });
    await leaveAll(network, [second.swarm]);
  });

  it("a reload after its deadline, and a reload once it has ended", async () => {
    const { network, swarms } = await gathered(2);
    const [bob] = swarms;
    const identity = await createIdentity();
    const first = tabOf(network, identity);
    await meet(network, first.swarm, swarms.slice(0, 2));
    const { id } = await put(network, first.swarm, { timeoutMs: 10_000 });
    first.host.crash();
    await network.advance(40_000);
    expect(proposalOf(bob, id)).toMatchObject({
      state: "unresolved",
      proposer: { isHere: false },
      outcome: undefined,
    });
    const second = tabOf(network, identity, first.storage);
    await meet(network, second.swarm, swarms.slice(0, 2));
    for (const swarm of [second.swarm, ...swarms.slice(0, 2)])
      expect(proposalOf(swarm, id)).toMatchObject({ state: "decided", outcome: "no-quorum" });
    await inTime(network, second.swarm.leave());
    const third = tabOf(network, identity, first.storage);
    await meet(network, third.swarm, swarms.slice(0, 2));
    expect(proposalOf(third.swarm, id)).toMatchObject({
      state: "decided",
      outcome: "no-quorum",
      isOurs: true,
    });
    expect(await inTime(network, third.swarm.consensus.certificate(id))).toBeDefined();
    await leaveAll(network, [third.swarm, ...swarms]);
  });

  it("a reload of a voter, who has not forgotten its ballot", async () => {
    const { network, swarms } = await gathered(2);
    const [ada] = swarms;
    const identity = await createIdentity();
    const first = tabOf(network, identity);
    await meet(network, first.swarm, swarms.slice(0, 2));
    const { id } = await put(network, ada, { timeoutMs: 60_000 });
    await vote(network, first.swarm, id, "abstain");
    first.host.crash();
    await network.advance(1000);
    const second = tabOf(network, identity, first.storage);
    second.swarm.consensus.onProposal(() => "yes");
    await meet(network, second.swarm, [ada]);
    expect(proposalOf(second.swarm, id)).toMatchObject({ state: "open", ballot: "abstain", canVote: false });
    expect(await vote(network, second.swarm, id, "no")).toEqual({ choice: "abstain", isNew: false });
    expect(proposalOf(ada, id).evidence).toEqual([]);
    await leaveAll(network, [second.swarm, ...swarms]);
  });

  it("two tabs of one agent, which have one ballot, and one end", async () => {
    const { network, swarms } = await gathered(2);
    const [ada, bob] = swarms;
    const identity = await createIdentity();
    const one = tabOf(network, identity);
    const two = tabOf(network, identity, one.storage);
    await meet(network, one.swarm, [ada, bob]);
    await meet(network, two.swarm, [ada, bob]);
    const all = [ada, bob, one.swarm, two.swarm];
    const found = all.map((swarm) => record(swarm, "equivocation-found"));
    const { id } = await put(network, ada, { timeoutMs: 60_000, rule: "unanimous" });
    expect(proposalOf(ada, id).electorate).toHaveLength(3);
    const casts = await inTime(
      network,
      Promise.all([one.swarm.consensus.vote(id, "yes"), two.swarm.consensus.vote(id, "no")]),
      1000,
      20,
    );
    expect(new Set(casts.map(({ choice }) => choice)).size).toBe(1);
    expect(casts.filter(({ isNew }) => isNew)).toHaveLength(1);
    await network.advance(300);
    // Theirs: the tab that proposed is gone, the other one ends the vote; and where both are there, they end it once.
    for (const isCrashing of [false, true]) {
      const theirs = await put(network, one.swarm, { timeoutMs: 5000, rule: { veto: true } });
      await Promise.all([ada, bob].map((swarm) => vote(network, swarm, theirs.id, "yes")));
      const third = await put(network, one.swarm, { timeoutMs: 5000, rule: "unanimous" });
      await vote(network, ada, third.id, "yes");
      if (isCrashing) one.host.crash();
      await network.advance(10_000);
      for (const swarm of isCrashing ? [ada, bob, two.swarm] : all) {
        expect(proposalOf(swarm, theirs.id)).toMatchObject({ outcome: "approved", evidence: [] });
        expect(proposalOf(swarm, third.id)).toMatchObject({ outcome: "expired", evidence: [] });
      }
    }
    expect(found.flat()).toEqual([]);
    await leaveAll(network, [ada, bob, two.swarm]);
  });

  it("a partition: who did not hear of the end does not make one up, and hears it afterwards from anyone", async () => {
    const { network, hosts, swarms } = await gathered(4);
    const [ada, bob, cleo] = swarms;
    const dora = swarms[3]!;
    voteAlways([bob, cleo], "yes");
    network.partition(hosts.slice(0, 3), hosts.slice(3));
    // Still a member: it cannot be counted out by cutting it off.
    const { id, decision } = await put(network, ada, { timeoutMs: 5000 });
    expect(await inTime(network, decision)).toMatchObject({ outcome: "approved", tally: { total: 4 } });
    const unheard = await put(network, dora, { timeoutMs: 5000 });
    await network.advance(20_000);
    expect(maybeProposal(dora, id)).toBeUndefined();
    expect(maybeProposal(bob, unheard.id)).toBeUndefined();
    expect(proposalOf(dora, unheard.id)).toMatchObject({ outcome: "no-quorum" });
    // Whoever made it is gone: the others pass it on.
    hosts[0]!.crash();
    network.heal();
    await network.advance(120_000);
    for (const swarm of [bob, cleo, dora]) {
      expect(proposalOf(swarm, id)).toMatchObject({ state: "decided", outcome: "approved" });
      expect(proposalOf(swarm, unheard.id)).toMatchObject({ state: "decided" });
    }
    await leaveAll(network, [bob, cleo, dora]);
  });

  it("a tab that sleeps through it", async () => {
    const { network, hosts, swarms } = await gathered(3);
    const [ada, bob, cleo] = swarms;
    voteAlways([bob], "yes");
    hosts[2]!.sleep();
    const { id, decision } = await put(network, ada, { timeoutMs: 3000 });
    expect(await inTime(network, decision)).toMatchObject({ outcome: "approved" });
    await network.advance(5000);
    hosts[2]!.wake();
    await network.advance(3000);
    expect(proposalOf(cleo, id)).toMatchObject({ state: "decided", outcome: "approved" });
    await leaveNothing(network, swarms);
  });

  it("for those that join later: they see what is open, with its ballots, and what has ended", async () => {
    const { network, swarms } = await gathered(3);
    const [ada, bob] = swarms;
    const ended: string[] = [];
    for (let count = 0; count < 5; count++) {
      const { id, decision } = await put(network, ada, { subject: `${count}`, timeoutMs: 500 });
      await inTime(network, decision);
      ended.push(id);
    }
    const { id } = await put(network, ada, { timeoutMs: 60_000 });
    await vote(network, bob, id, "no");
    await network.advance(300);
    const late = network.swarm();
    await meet(network, late, [ada, bob]);
    expect(
      viewOf(late)
        .proposals.map((proposal) => proposal.id)
        .sort(),
    ).toEqual([id, ...ended].sort());
    expect(proposalOf(late, id)).toMatchObject({ state: "open", canVote: false, tally: { cast: 2 } });
    for (const each of ended) expect(proposalOf(late, each).outcome).toBe("no-quorum");
    expect(dropped(late)).toEqual({});
    await leaveAll(network, [...swarms, late]);
  });

  it("its proposer's death, which is said", async () => {
    const { network, hosts, swarms } = await gathered(3);
    const [ada, bob] = swarms;
    const { id } = await put(network, ada, { timeoutMs: 5000 });
    expect(proposalOf(bob, id)).toMatchObject({ state: "open", proposer: { isHere: true } });
    hosts[0]!.crash();
    await network.advance(90_000);
    expect(proposalOf(bob, id)).toMatchObject({
      state: "unresolved",
      outcome: undefined,
      proposer: { isHere: false },
      canVote: false,
    });
    await leaveAll(network, swarms.slice(1));
  });
});

describe("of somebody who lies", () => {
  const scripted = async (network: MemoryNetwork, identity: Identity, members: number) => {
    const peer = await inTime(network, scriptedPeer(network.host(), { identity }));
    await until(network, () => peer.linked.length === members);
    return peer;
  };

  /** An agent on two devices that do not know of each other, as one that says what it likes. */
  const twoDevices = async (network: MemoryNetwork, others: readonly Swarm[]) => {
    const identity = await createIdentity();
    const [one, two] = [tabOf(network, identity), tabOf(network, identity)];
    await meet(network, one.swarm, others);
    await meet(network, two.swarm, others);
    return { identity, one, two };
  };

  it("two different ballots count as none, and are kept to be shown", async () => {
    const { network, swarms } = await gathered(3);
    const [ada, bob, cleo] = swarms;
    const liar = await twoDevices(network, swarms);
    const found = record(bob, "equivocation-found");
    const { id, decision } = await put(network, ada, { timeoutMs: 4000 });
    await inTime(
      network,
      Promise.all([liar.one.swarm.consensus.vote(id, "yes"), liar.two.swarm.consensus.vote(id, "no")]),
      1000,
      20,
    );
    await network.advance(300);
    expect(proposalOf(ada, id).electorate.find(({ hasEquivocated }) => hasEquivocated)?.agentId).toBe(
      liar.identity.agentId,
    );
    await vote(network, bob, id, "yes");
    await vote(network, cleo, id, "yes");
    expect(await inTime(network, decision)).toMatchObject({
      outcome: "approved",
      tally: { total: 4, cast: 3, equivocated: 1 },
    });
    expect(found).toMatchObject([{ agentId: liar.identity.agentId, what: "ballots", isAfterEnd: false }]);
    await network.advance(500);
    expect(proposalOf(bob, id).evidence).toHaveLength(1);
    await leaveAll(network, [...swarms, liar.one.swarm, liar.two.swarm]);
  });

  it("one ballot here and another there is found when they meet, and after the end it changes nothing", async () => {
    const { network, hosts, swarms } = await gathered(3);
    const [ada, bob, cleo] = swarms;
    const liar = await twoDevices(network, swarms.slice(0, 3));
    const { id, decision } = await put(network, ada, { timeoutMs: 20_000, rule: "two-thirds" });
    const unended = await put(network, ada, { timeoutMs: 50_000, rule: "unanimous" });
    const islands = (...extra: MemoryHost[][]) => network.partition(...extra);
    islands([hosts[0]!, hosts[1]!, liar.one.host], [hosts[2]!, liar.two.host]);
    for (const each of [id, unended.id]) {
      await vote(network, liar.one.swarm, each, "yes");
      await vote(network, liar.two.swarm, each, "no");
    }
    await vote(network, bob, id, "yes");
    expect(await inTime(network, decision)).toMatchObject({ outcome: "approved" });
    const found = [record(ada, "equivocation-found"), record(cleo, "equivocation-found")];
    network.heal();
    await network.advance(15_000);
    for (const swarm of [ada, cleo]) {
      expect(proposalOf(swarm, id)).toMatchObject({ outcome: "approved" });
      expect(proposalOf(swarm, unended.id).evidence).toMatchObject([{ agentId: liar.identity.agentId }]);
    }
    // Cleo held the other ballot when it heard of the end.
    expect(found[1]!.find(({ proposalId }) => proposalId === id)).toMatchObject({ what: "ballots" });
    await leaveAll(network, [...swarms, liar.one.swarm, liar.two.swarm]);
  });

  it("one ballot here and another there is found by what the others compare, when the liar is gone", async () => {
    const { network, hosts, swarms } = await gathered(3);
    const [ada, bob, cleo] = swarms;
    const liar = await twoDevices(network, swarms);
    const { id } = await put(network, ada, { timeoutMs: 60_000, rule: "unanimous" });
    network.partition([hosts[0]!, hosts[1]!, liar.one.host], [hosts[2]!, liar.two.host]);
    await vote(network, liar.one.swarm, id, "yes");
    await vote(network, liar.two.swarm, id, "abstain");
    await network.advance(300);
    liar.one.host.crash();
    liar.two.host.crash();
    await network.advance(300);
    expect([ada, bob, cleo].map((swarm) => proposalOf(swarm, id).evidence)).toEqual([[], [], []]);
    network.heal();
    await network.advance(30_000);
    for (const swarm of [ada, bob, cleo])
      expect(proposalOf(swarm, id).evidence).toMatchObject([
        { agentId: liar.identity.agentId, what: "ballots", isAfterEnd: false },
      ]);
    await leaveAll(network, [ada, bob, cleo]);
  });

  const addressOf = (network: MemoryNetwork, { agentId }: Identity) => ({
    id: createLetterId((count) => crypto.getRandomValues(new Uint8Array(count))),
    room: ROOM,
    from: agentId,
    nowMs: network.clock.now(),
  });

  const makeProposal = async (
    network: MemoryNetwork,
    identity: Identity,
    electorate: readonly string[],
    change: { id?: string; subject?: string; timeoutMs?: number } = {},
  ): Promise<SignedProposal> => {
    const { id, subject = "mine", timeoutMs = 5000 } = change;
    const payload = {
      ...lowRisk,
      subject,
      rationale: "",
      options: [],
      rule: resolveRule(),
      timeoutMs,
      electorate: [...electorate].sort(),
      group: null,
    };
    const address = addressOf(network, identity);
    return readProposal(
      await writeLetter(proposalLetter(payload, { ...address, id: id ?? address.id }), identity),
    )!;
  };

  it("two different ends leave no outcome, the same with everyone who has heard of both", async () => {
    const { network, swarms } = await gathered(3);
    const [ada, bob, cleo] = swarms;
    const identity = await trackedIdentity(network);
    const peer = await scripted(network, identity, swarms.length);
    const proposal = await makeProposal(network, identity, [agentOf(ada), identity.agentId]);
    const found = record(cleo, "equivocation-found");
    const results = record(cleo, "consensus-result");
    const send = async (type: string, payload: unknown) => {
      peer.broadcast(type, payload);
      await network.advance(300);
    };
    const end = async (cause: "withdrawn" | "deadline") => {
      const outcome = cause === "withdrawn" ? ("rejected" as const) : ("no-quorum" as const);
      const content = { proposal, ballots: [], cause, outcome, winner: undefined };
      return writeLetter(endLetter(content, addressOf(network, identity)), identity);
    };
    await send("swarm/proposal", proposal.letter);
    await send("swarm/certificate", await end("deadline"));
    for (const swarm of swarms) expect(proposalOf(swarm, proposal.proposal.id).outcome).toBe("no-quorum");
    await send("swarm/certificate", await end("withdrawn"));
    for (const swarm of swarms) {
      expect(proposalOf(swarm, proposal.proposal.id)).toMatchObject({
        outcome: "unavailable",
        reason: "proposer-equivocated",
        evidence: [{ what: "ends", agentId: identity.agentId }],
      });
    }
    expect(found).toHaveLength(1);
    expect(results.map(({ outcome }) => outcome)).toEqual(["no-quorum", "unavailable"]);
    const late = network.swarm();
    await meet(network, late, [bob]);
    expect(proposalOf(late, proposal.proposal.id).outcome).toBe("unavailable");
    peer.leave();
    await leaveAll(network, [...swarms, late]);
  });

  it("two proposals under one id leave no outcome, and nobody can take the id of another's", async () => {
    const { network, swarms } = await gathered(2);
    const [ada] = swarms;
    const [one, two] = [await trackedIdentity(network), await trackedIdentity(network)];
    const peers = [await scripted(network, one, 2), await scripted(network, two, 2)];
    const electorate = swarms.slice(0, 2).map(agentOf);
    const id = "0123456789abcdef0123456789abcdef";
    const first = await makeProposal(network, one, electorate, { id });
    const other = await makeProposal(network, two, electorate, { id });
    expect(first.proposal.id).not.toBe(other.proposal.id);
    const second = await makeProposal(network, one, electorate, { id, subject: "something else" });
    for (const { letter } of [first, other, second]) peers[0]!.broadcast("swarm/proposal", letter);
    await network.advance(500);
    expect(proposalOf(ada, first.proposal.id)).toMatchObject({
      outcome: "unavailable",
      evidence: [{ what: "proposals" }],
    });
    expect(proposalOf(ada, other.proposal.id)).toMatchObject({ state: "open" });
    for (const peer of peers) peer.leave();
    await leaveAll(network, swarms);
  });

  it("digests full of votes that nobody made keep no one from hearing of real ones", async () => {
    const { network, hosts, swarms } = await gathered(2);
    const { id } = await put(network, swarms[0], { timeoutMs: 600_000, rule: "unanimous" });
    const [lonely, host] = [network.host(), network.host()];
    network.partition(hosts, [lonely, host]);
    const late = lonely.swarm();
    await inTime(network, late.join());
    const peer = await inTime(network, scriptedPeer(host, { identity: await trackedIdentity(network) }));
    await until(network, () => peer.linked.length === 1);
    for (let count = 0; count < 8; count++) {
      const open = Array.from({ length: 256 }, () => [
        createLetterId((bytes) => crypto.getRandomValues(new Uint8Array(bytes))),
        new Uint8Array(0),
      ]);
      peer.broadcast("swarm/vote-digest", { open, ended: [] });
    }
    await network.advance(500);
    network.heal();
    await until(network, () => maybeProposal(late, id) !== undefined);
    peer.leave();
    await leaveAll(network, [...swarms, late]);
  });

  it("floods, forgeries and strangers' ballots are dropped, counted, and bounded", async () => {
    const { network, swarms } = await gathered(2);
    const [ada, bob] = swarms;
    const identity = await trackedIdentity(network);
    const peer = await scripted(network, identity, swarms.length);
    const { id } = await put(network, bob, {
      timeoutMs: 60_000,
      electorate: { roster: [agentOf(ada), agentOf(bob)] },
    });
    const electorate = [agentOf(ada), agentOf(bob)];
    const mine = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        makeProposal(network, identity, electorate, { subject: `${index}` }),
      ),
    );
    for (const { letter } of mine) peer.broadcast("swarm/proposal", letter);
    await network.advance(500);
    expect(viewOf(ada).proposals).toHaveLength(17);
    expect(dropped(ada)["too-many-proposals"]).toBe(4);

    const strange = async (on: SignedProposal, choice = "yes") =>
      writeLetter(ballotLetter(on, choice, addressOf(network, identity)), identity);
    const [known] = mine.filter(({ proposal }) => maybeProposal(ada, proposal.id) !== undefined) as [
      SignedProposal,
    ];
    peer.broadcast("swarm/ballot", await strange(known));
    const unknown = await makeProposal(network, await trackedIdentity(network), electorate);
    for (const choice of "abcdefghijklmnopqrst")
      peer.broadcast("swarm/ballot", await strange(unknown, choice));
    const forged = await strange(known);
    peer.broadcast("swarm/ballot", { ...forged, signature: new Uint8Array(64) });
    const forgedProposal = { ...unknown.letter, signature: new Uint8Array(64) };
    peer.broadcast("swarm/proposal", forgedProposal);
    peer.broadcast("swarm/certificate", unknown.letter);
    for (const type of ["proposal", "ballot", "certificate", "vote-digest", "vote-want"])
      peer.broadcast(`swarm/${type}`, { anything: 1 });
    const end = {
      proposal: unknown,
      ballots: [],
      cause: "decided",
      outcome: "approved",
      winner: "yes",
    } as const;
    peer.broadcast(
      "swarm/certificate",
      await writeLetter(endLetter(end, addressOf(network, identity)), identity),
    );
    for (let count = 0; count < 100; count++) peer.broadcast("swarm/vote-digest", { open: [], ended: [] });
    await network.advance(500);
    expect(dropped(ada)).toMatchObject({
      "stray-ballot": 2,
      "too-many-stray-ballots": 4,
      "vote-forged": 1,
      "vote-malformed": 1,
      "wrong-proposer": 1,
      "invalid-payload": 5,
    });
    expect(dropped(ada)["vote-rate"]).toBeGreaterThan(50);
    expect(proposalOf(ada, id).tally.cast).toBe(1);
    expect(proposalOf(ada, known.proposal.id).tally.cast).toBe(0);
    peer.leave();
    await leaveNothing(network, swarms);
  });
});
