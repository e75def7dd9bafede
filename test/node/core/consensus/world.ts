import type { Letter, Outcome, VotingRule } from "peerswarm";
import {
  type Book,
  type BookEffect,
  type BookEvent,
  emptyBook,
  reduceBook,
} from "../../../../src/core/consensus/book.js";
import { digestOf, parcelFor, wantedOf } from "../../../../src/core/consensus/exchange.js";
import type { HeldBallots } from "../../../../src/core/consensus/judgement.js";
import type { SignedBallot, SignedEnd, SignedProposal } from "../../../../src/core/consensus/voteLetters.js";
import { countByHand, type Said } from "./countByHand.js";

/** Mulberry32: a run is its seed. */
function chances(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Verified =
  Extract<BookEvent, { type: "proposal" | "ballot" | "end" }> extends infer Event
    ? Event extends BookEvent
      ? Omit<Event, "atMs">
      : never
    : never;

/** One tab. Tabs of one agent share what their device keeps. */
interface Tab {
  readonly name: string;
  readonly agent: string;
  book: Book;
  isAway: boolean;
  island: number;
  /** Ballots that came in time and can be counted, by proposal: what the model knows that this tab knows. */
  readonly heard: Map<string, Map<string, Set<string>>>;
  readonly outcomes: Map<string, string>;
}

/** What one device of an agent keeps. */
interface Device {
  readonly ballots: Map<ProposalHash, SignedBallot>;
  readonly ends: Map<string, SignedEnd>;
}
type ProposalHash = string;

interface Packet {
  readonly from: Tab;
  readonly to: Tab;
  readonly event: Verified;
}

export class BrokenPromise extends Error {}

const TIMEOUT_MS = 100;
const STEPS = 34;

/**
 * A swarm of books on a network that loses, repeats, delays and reorders, with members that come and go, agents
 * that say two things, and letters that nobody honest would write; beside it a model that only remembers who signed what.
 */
export class World {
  readonly #chance: () => number;
  readonly #tabs: Tab[] = [];
  readonly #devices = new Map<string, Device>();
  readonly #packets: Packet[] = [];
  readonly #events = new Map<Letter, Verified>();
  readonly #proposals: SignedProposal[] = [];
  /** Everything that was ever signed: proposal hash → agent → choices. */
  readonly #signed = new Map<string, Map<string, Set<string>>>();
  readonly #twoFaced = new Set<string>();
  readonly #liar: string | undefined;
  readonly counts = { decided: 0, approved: 0, equivocations: 0, refused: 0, unresolved: 0 };
  #nowMs = 0;
  #serial = 0;

  constructor(seed: number) {
    this.#chance = chances(seed);
    const agents = 2 + this.#below(4);
    for (let number = 0; number < agents; number++) this.#enter(`a${number}`);
    if (this.#is(0.25)) this.#enter("a0");
    this.#liar = this.#is(0.4) ? `a${this.#below(agents)}` : undefined;
  }

  run(): void {
    this.#propose();
    for (let step = 0; step < STEPS; step++) this.#step();
    this.#finish();
  }

  // --- chance ---------------------------------------------------------------------------------

  #is(likelihood: number): boolean {
    return this.#chance() < likelihood;
  }
  #below(limit: number): number {
    return Math.floor(this.#chance() * limit);
  }
  #one<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)]!;
  }
  // All begin alike: who writes a letter can try until its hash begins as it likes.
  #hash(): string {
    const varied = (Math.imul(++this.#serial, 2654435761) >>> 0).toString(16).padStart(8, "0");
    return `00${varied}`;
  }
  #letter(): Letter {
    return { body: new Uint8Array(0), signature: new Uint8Array(0) };
  }

  // --- what happens ---------------------------------------------------------------------------

  #step(): void {
    const die = this.#below(100);
    if (die < 30) this.#deliver();
    else if (die < 55) this.#vote();
    else if (die < 63) this.#advance(10 + this.#below(40));
    else if (die < 67) this.#split();
    else if (die < 71) this.#comeOrGo();
    else if (die < 79) this.#compare(this.#one(this.#tabs), this.#one(this.#tabs));
    else if (die < 86) this.#lie();
    else if (die < 92) this.#forgeBallot();
    else if (die < 97) this.#forgeEnd();
    else if (die < 98) this.#withdraw();
    else if (die < 99) this.#enter(`late${this.#tabs.length}`);
    else this.#propose();
  }

  #enter(agent: string): void {
    this.#tabs.push({
      name: `${agent}/${this.#tabs.length}`,
      agent,
      book: emptyBook(agent),
      isAway: false,
      island: 0,
      heard: new Map(),
      outcomes: new Map(),
    });
    if (!this.#devices.has(agent)) this.#devices.set(agent, { ballots: new Map(), ends: new Map() });
  }

  #rule(electorate: readonly string[]): VotingRule {
    const quorum = this.#one([0, 0.5, 0.75, 1]);
    const veto = this.#is(0.2) ? this.#one([true, [this.#one(electorate)]]) : false;
    const kind = this.#one(["majority", "majority", "two-thirds", "unanimous", "weighted"] as const);
    if (kind !== "weighted") return { kind, quorum, veto };
    const weights = Object.fromEntries(electorate.map((agent) => [agent, this.#below(4)]));
    return { kind, quorum, veto, weights, threshold: this.#one([0.5, 0.6, 0.9]) };
  }

  #propose(): void {
    const here = this.#tabs.filter(({ isAway }) => !isAway);
    if (here.length === 0 || this.#proposals.length > 2) return;
    const tab = this.#one(here);
    const electorate = [...new Set(this.#tabs.map(({ agent }) => agent))].filter(() => this.#is(0.9)).sort();
    if (electorate.length === 0) electorate.push(tab.agent);
    const signed: SignedProposal = {
      proposal: {
        id: `p${this.#proposals.length}`,
        kind: "change",
        subject: "",
        rationale: "",
        risk: "low",
        options: this.#is(0.2) ? ["one", "two", "three"] : [],
        rule: this.#rule(electorate),
        timeoutMs: TIMEOUT_MS,
        electorate,
        group: undefined,
        proposer: tab.agent,
      },
      room: "lobby",
      hash: this.#hash(),
      letter: this.#letter(),
    };
    this.#proposals.push(signed);
    this.#signed.set(signed.hash, new Map());
    this.#happen(tab, this.#write({ type: "proposal", signed }, signed.letter));
    this.#send(tab, { type: "proposal", signed });
  }

  #choices({ proposal }: SignedProposal): readonly string[] {
    return [...(proposal.options.length > 0 ? proposal.options : ["yes", "yes", "yes"]), "no", "abstain"];
  }

  #ballot(signed: SignedProposal, agentId: string, choice: string): SignedBallot {
    const letter = this.#letter();
    const { id: proposalId } = signed.proposal;
    const ballot = { proposalId, proposalHash: signed.hash, agentId, choice, room: "lobby", letter };
    this.#write({ type: "ballot", ballot }, letter);
    const choices = this.#signed.get(signed.hash)!;
    choices.set(agentId, (choices.get(agentId) ?? new Set()).add(choice));
    return ballot;
  }

  /** An honest tab votes on what it knows, once for its agent. */
  #vote(): void {
    const tab = this.#one(this.#tabs);
    const polls = [...tab.book.polls.values()].filter(({ end }) => end === undefined);
    if (polls.length === 0) return;
    const { signed } = this.#one(polls);
    if (!signed.proposal.electorate.includes(tab.agent)) return;
    const { ballots } = this.#devices.get(tab.agent)!;
    const ballot =
      ballots.get(signed.hash) ?? this.#ballot(signed, tab.agent, this.#one(this.#choices(signed)));
    ballots.set(signed.hash, ballot);
    this.#happen(tab, { type: "ballot", ballot });
    this.#send(tab, { type: "ballot", ballot });
  }

  /** The liar says something else to somebody. */
  #lie(): void {
    const liar = this.#tabs.find(({ agent }) => agent === this.#liar);
    const signed = this.#one(this.#proposals);
    if (liar === undefined || !signed.proposal.electorate.includes(liar.agent)) return;
    const ballot = this.#ballot(signed, liar.agent, this.#one(this.#choices(signed)));
    this.#packets.push({ from: liar, to: this.#one(this.#tabs), event: { type: "ballot", ballot } });
  }

  /** A ballot of a stranger, for something else, or of what cannot be said: properly signed, never to be counted. */
  #forgeBallot(): void {
    const signed = this.#one(this.#proposals);
    const { electorate } = signed.proposal;
    const honest: SignedBallot = {
      proposalId: signed.proposal.id,
      proposalHash: signed.hash,
      agentId: this.#one(electorate),
      choice: "yes",
      room: "lobby",
      letter: this.#letter(),
    };
    const ballot = {
      ...honest,
      ...this.#one<Partial<SignedBallot>>([
        { agentId: "stranger" },
        { proposalHash: "0000000000" },
        { choice: "of course" },
        { room: "elsewhere" },
        this.#proposals.length > 1 ? { proposalHash: this.#otherHash(signed) } : { choice: "" },
      ]),
    };
    const to = this.#one(this.#tabs);
    this.#packets.push({ from: to, to, event: { type: "ballot", ballot } });
  }

  #otherHash({ hash }: SignedProposal): string {
    return this.#proposals.find((other) => other.hash !== hash)!.hash;
  }

  /** An end that does not follow, or that somebody else signed; or, rarely, a second one of a proposer with two faces. */
  #forgeEnd(): void {
    const proposal = this.#one(this.#proposals);
    const said = this.#signed.get(proposal.hash)!;
    const ballots = [...said]
      .filter(() => this.#is(0.7))
      .map(([agent, choices]) => this.#ballot(proposal, agent, this.#one([...choices])));
    const end: SignedEnd = {
      proposal,
      ballots: this.#is(0.2) && ballots.length > 0 ? [...ballots, ballots[0]!] : ballots,
      cause: this.#one(["decided", "deadline", "withdrawn"]),
      outcome: this.#one<Outcome>(["approved", "approved", "rejected", "expired", "no-quorum"]),
      winner: this.#one(["yes", undefined, "one"]),
      from: this.#is(0.8) ? proposal.proposal.proposer : "stranger",
      room: "lobby",
      hash: this.#hash(),
      letter: this.#letter(),
    };
    if (this.#follows(end)) {
      if (!this.#is(0.1)) return;
      this.#twoFaced.add(proposal.proposal.id);
    }
    this.#write({ type: "end", end }, end.letter);
    const to = this.#one(this.#tabs);
    this.#packets.push({ from: to, to, event: { type: "end", end } });
  }

  #withdraw(): void {
    const tab = this.#one(this.#tabs);
    const { proposal } = this.#one(this.#proposals);
    if (tab.agent === proposal.proposer) this.#happen(tab, { type: "withdraw", id: proposal.id });
  }

  #advance(ms: number): void {
    this.#nowMs += ms;
    for (const tab of this.#tabs) if (!tab.isAway) this.#happen(tab, { type: "tick" });
  }

  #split(): void {
    for (const tab of this.#tabs) tab.island = this.#below(2);
  }

  #comeOrGo(): void {
    const tab = this.#one(this.#tabs);
    tab.isAway = !tab.isAway;
    if (!tab.isAway) this.#happen(tab, { type: "tick" });
  }

  // --- the network ----------------------------------------------------------------------------

  #write(event: Verified, letter: Letter): Verified {
    this.#events.set(letter, event);
    return event;
  }

  #send(from: Tab, event: Verified): void {
    for (const to of this.#tabs)
      if (to !== from && this.#reaches(from, to)) this.#packets.push({ from, to, event });
  }

  #reaches(from: Tab, to: Tab): boolean {
    return !from.isAway && !to.isAway && from.island === to.island;
  }

  #deliver(): void {
    for (let count = 1 + this.#below(4); count > 0 && this.#packets.length > 0; count--) {
      const index = this.#below(this.#packets.length);
      const packet = this.#packets[index]!;
      if (!this.#is(0.15)) {
        this.#packets[index] = this.#packets.at(-1)!;
        this.#packets.pop();
      }
      if (this.#reaches(packet.from, packet.to)) this.#happen(packet.to, packet.event);
    }
  }

  /** What happens on meeting, with the same code as in the swarm. */
  #compare(one: Tab, other: Tab): void {
    if (one === other || !this.#reaches(one, other)) return;
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const digest = digestOf(from.book);
      if (digest === undefined) continue;
      for (const entry of digest.open) this.#give(to, from, entry);
      for (const entry of wantedOf(to.book, digest)) this.#give(from, to, entry);
    }
  }

  #give(from: Tab, to: Tab, entry: Parameters<typeof parcelFor>[1]): void {
    const { proposals, ballots, ends } = parcelFor(from.book, entry);
    for (const letter of [...proposals, ...ballots, ...ends]) this.#happen(to, this.#events.get(letter)!);
  }

  // --- a tab and its book ---------------------------------------------------------------------

  #happen(
    tab: Tab,
    event:
      | Verified
      | { type: "tick" }
      | { type: "withdraw"; id: string }
      | { type: "end-failed"; id: string },
  ): void {
    if (event.type === "ballot") this.#remember(tab, event.ballot);
    const { book, effects } = reduceBook(tab.book, { ...event, atMs: this.#nowMs } as BookEvent);
    tab.book = book;
    if (event.type === "proposal") this.#rememberStrays(tab, event.signed);
    for (const effect of effects) this.#follow(tab, effect);
  }

  /** The model of what a tab can count: valid ballots that came before it ended, or its deadline. */
  #remember(tab: Tab, { proposalHash, proposalId, agentId, choice, room }: SignedBallot): void {
    const signed = this.#proposals.find(
      ({ hash, proposal }) => hash === proposalHash && proposal.id === proposalId,
    );
    if (signed === undefined || room !== "lobby") return;
    if (!signed.proposal.electorate.includes(agentId) || !this.#choices(signed).includes(choice)) return;
    const poll = tab.book.polls.get(proposalId);
    if (poll?.end !== undefined) return;
    if (poll !== undefined && this.#nowMs >= poll.deadlineAtMs) return;
    const heard = tab.heard.get(proposalHash) ?? new Map<string, Set<string>>();
    tab.heard.set(proposalHash, heard.set(agentId, (heard.get(agentId) ?? new Set()).add(choice)));
  }

  // A ballot before its proposal waits, so that it is remembered already.
  #rememberStrays(tab: Tab, { proposal }: SignedProposal): void {
    if (!tab.book.polls.has(proposal.id)) throw new BrokenPromise(`${tab.name} did not take ${proposal.id}`);
  }

  #follow(tab: Tab, effect: BookEffect): void {
    if (effect.type === "end") this.#endVote(tab, effect);
    else if (effect.type === "decided") this.#decided(tab, effect.poll.signed, effect.poll.end!);
    else if (effect.type === "equivocation") this.#equivocated(effect);
    else if (effect.type === "dropped") this.counts.refused++;
  }

  #endVote(tab: Tab, { signed, held, cause, verdict }: BookEffect & { type: "end" }): void {
    const { id } = signed.proposal;
    const isExpected =
      cause === "withdrawn" || this.#countOf(tab, signed) === `${verdict.outcome}/${verdict.winner}`;
    if (!isExpected) {
      throw new BrokenPromise(
        `${tab.name} ends ${id} as ${verdict.outcome}/${verdict.winner}, by hand it is ${this.#countOf(tab, signed)}`,
      );
    }
    if (cause === "deadline" && this.#nowMs < tab.book.polls.get(id)!.deadlineAtMs)
      throw new BrokenPromise(`${id} ends before its deadline`);
    // The page is gone in the middle, or its storage refuses.
    if (this.#is(0.1)) return this.#happen(tab, { type: "end-failed", id });
    const { ends } = this.#devices.get(tab.agent)!;
    const end = ends.get(id) ?? this.#signEnd(signed, held, cause, verdict);
    ends.set(id, end);
    this.#happen(tab, { type: "end", end });
    this.#send(tab, { type: "end", end });
  }

  #signEnd(
    proposal: SignedProposal,
    held: HeldBallots,
    cause: SignedEnd["cause"],
    { outcome, winner }: { outcome: Outcome; winner: string | undefined },
  ): SignedEnd {
    const letter = this.#letter();
    const end: SignedEnd = {
      proposal,
      ballots: [...held.values()].flat(),
      cause,
      outcome,
      winner,
      from: proposal.proposal.proposer,
      room: "lobby",
      hash: this.#hash(),
      letter,
    };
    this.#write({ type: "end", end }, letter);
    return end;
  }

  // --- what is promised -----------------------------------------------------------------------

  #saidTo(tab: Tab, { hash }: SignedProposal): (agent: string) => Said {
    return (agent) => saidOf(tab.heard.get(hash)?.get(agent));
  }

  #countOf(tab: Tab, signed: SignedProposal): string {
    const { outcome, winner } = countByHand(signed.proposal, this.#saidTo(tab, signed));
    return `${outcome}/${winner}`;
  }

  #decided(
    tab: Tab,
    signed: SignedProposal,
    {
      outcome,
      winner,
      signed: end,
    }: { outcome: Outcome; winner: string | undefined; signed: SignedEnd | undefined },
  ): void {
    const { id } = signed.proposal;
    const before = tab.outcomes.get(id);
    const now = `${outcome}/${winner}`;
    this.counts.decided++;
    if (outcome === "approved") this.#checkApproval(signed, winner, end);
    if (!this.#twoFaced.has(id)) {
      if (before !== undefined) throw new BrokenPromise(`${id} was ${before} for ${tab.name}, and is ${now}`);
      for (const other of this.#tabs) {
        const known = other.outcomes.get(id);
        if (known !== undefined && known !== now) throw new BrokenPromise(`${id} is ${now} and ${known}`);
      }
    }
    tab.outcomes.set(id, now);
  }

  /** Looks only at who signed what: at least as much as the rule demands has signed the winner, and nothing else there. */
  #checkApproval(
    { proposal, hash }: SignedProposal,
    winner: string | undefined,
    end: SignedEnd | undefined,
  ): void {
    this.counts.approved++;
    const signed = this.#signed.get(hash)!;
    const inEnd = new Map<string, Set<string>>();
    for (const { agentId, choice, proposalHash } of end?.ballots ?? []) {
      if (!signed.get(agentId)?.has(choice) || proposalHash !== hash)
        throw new BrokenPromise(`${proposal.id} counts a ballot that ${agentId} never signed`);
      inEnd.set(agentId, (inEnd.get(agentId) ?? new Set()).add(choice));
    }
    const counted = countByHand(proposal, (agent) => saidOf(inEnd.get(agent)));
    if (counted.outcome !== "approved" || counted.winner !== winner)
      throw new BrokenPromise(`${proposal.id} is approved without the ballots for it`);
  }

  #follows(end: SignedEnd): boolean {
    if (end.from !== end.proposal.proposal.proposer) return false;
    const said = new Map<string, Set<string>>();
    for (const { agentId, choice } of end.ballots) {
      if (said.get(agentId)?.has(choice)) return false;
      said.set(agentId, (said.get(agentId) ?? new Set()).add(choice));
    }
    if (end.cause === "withdrawn") return end.outcome === "rejected" && end.winner === undefined;
    const { outcome, winner } = countByHand(end.proposal.proposal, (agent) => saidOf(said.get(agent)));
    // Too generous for "decided", which may not be so yet: then nothing is expected of it.
    return outcome === end.outcome && winner === end.winner;
  }

  #equivocated({ evidence }: BookEffect & { type: "equivocation" }): void {
    this.counts.equivocations++;
    const { agentId, what, proposalId, letters } = evidence;
    if (what !== "ballots" && this.#twoFaced.has(proposalId)) return;
    const [first, second] = letters.map((letter) => this.#events.get(letter));
    const isProven =
      agentId === this.#liar &&
      first?.type === "ballot" &&
      second?.type === "ballot" &&
      first.ballot.agentId === agentId &&
      second.ballot.agentId === agentId &&
      first.ballot.choice !== second.ballot.choice;
    if (!isProven) throw new BrokenPromise(`${agentId} is accused of two ${what} on ${proposalId}`);
  }

  /** Whoever is there at the end, and hears, knows; nobody makes up what it did not hear. */
  #finish(): void {
    const isProposerGone = this.#is(0.15);
    const gone = isProposerGone ? this.#proposals[0]!.proposal.proposer : undefined;
    for (const tab of this.#tabs) {
      tab.isAway = tab.agent === gone;
      tab.island = 0;
    }
    this.#advance(TIMEOUT_MS * 2);
    const here = this.#tabs.filter(({ isAway }) => !isAway);
    // An end that could not be kept is tried again.
    for (let retry = 0; retry < 4; retry++) for (const tab of here) this.#happen(tab, { type: "tick" });
    for (let round = 0; round < 2; round++)
      for (const one of here) for (const other of here) this.#compare(one, other);
    this.#checkAgreement(here);
  }

  #checkAgreement(here: readonly Tab[]): void {
    for (const { name, book, outcomes } of this.#tabs) {
      for (const [id, { end }] of book.polls) {
        const shown = end && `${end.outcome}/${end.winner}`;
        if (shown !== outcomes.get(id))
          throw new BrokenPromise(`${name} told of ${id} as ${outcomes.get(id)} and shows ${shown}`);
      }
    }
    for (const { proposal } of this.#proposals) {
      const ends = new Set(here.map(({ book }) => book.polls.get(proposal.id)?.end?.outcome));
      const isAnyone = here.some(({ book }) => book.polls.has(proposal.id));
      if (ends.size > 1) throw new BrokenPromise(`${proposal.id} ends as ${[...ends].join(" and ")}`);
      if (isAnyone && ends.has(undefined)) this.counts.unresolved++;
    }
  }
}

function saidOf(choices: ReadonlySet<string> | undefined): Said {
  if (choices === undefined || choices.size === 0) return undefined;
  return choices.size === 1 ? [...choices][0] : "two things";
}
