import * as v from "valibot";
import { SwarmError } from "../errors.js";
import type { Storage, StorageChange } from "../storage/storage.js";
import { type Letter, letterSchema } from "../wire/letterShape.js";
import { below, VOTES } from "./kept.js";
import type { Poll } from "./poll.js";
import type { ProposalId } from "./proposal.js";
import type { SignedBallot, SignedProposal } from "./voteLetters.js";

const BALLOTS = "vote-ballots";
const OWN_BALLOTS = "vote-own-ballots";
const MADE_HERE = "vote-made-here";
const EVIDENCE = "vote-evidence";

/** Own ballots that are remembered, so that a vote that comes again is not voted on twice. */
const MAX_OWN_BALLOTS = 1000;

/** One vote as it was kept. */
export interface KeptVote {
  readonly openedAtMs: number;
  readonly deadlineAtMs: number;
  readonly endedAtMs: number | undefined;
  /** Its proposal first, then its end, then what was evidence. */
  readonly letters: readonly Letter[];
}

// What is stored may be damaged, or of another version: each row is looked at before it is believed.
const voteSchema = v.object({
  openedAtMs: v.number(),
  deadlineAtMs: v.number(),
  endedAtMs: v.optional(v.number()),
  letters: v.array(letterSchema),
});
const evidenceSchema = v.strictTuple([letterSchema, letterSchema]);
const ownBallotSchema = v.object({ letter: letterSchema, atMs: v.number() });
/** Present for each proposal that was made on this device; `end` once it has ended. */
const madeHereSchema = v.object({ end: v.optional(letterSchema) });

/** All that was kept. */
export interface KeptVotes {
  readonly votes: readonly KeptVote[];
  readonly ballots: readonly Letter[];
  /** Ends that were written here; a crash may have come before they were kept as votes. */
  readonly ends: readonly Letter[];
}

/** The votes of one agent in one room, kept beyond the page. Its tabs share it. */
export interface Archive {
  load(): Promise<KeptVotes>;
  keep(poll: Poll): Promise<void>;
  /** The same for a proposal made here: only this device will end it. */
  keepMade(signed: SignedProposal, poll: Pick<Poll, "openedAtMs" | "deadlineAtMs">): Promise<void>;
  keepBallot(ballot: SignedBallot): Promise<void>;
  forget(id: ProposalId): Promise<void>;
  /** The one ballot of this agent: the one that is kept, or else what `write` makes, kept. */
  ownBallot(id: ProposalId, write: () => Promise<Letter>): Promise<{ letter: Letter; isNew: boolean }>;
  /** The one end of a vote: the one that is kept, or what `write` makes, kept; none where it was not made here. */
  ownEnd(id: ProposalId, write: () => Promise<Letter>): Promise<Letter | undefined>;
}

export function createArchive(storage: Storage, scope: string, now: () => number): Archive {
  const keyOf = (id: ProposalId): string => `${scope}/${id}`;
  const change = (collection: string, key: string, value?: unknown): StorageChange => ({
    collection,
    key,
    value,
  });
  const get = async <Row>(
    collection: string,
    id: ProposalId,
    schema: v.GenericSchema<unknown, Row>,
  ): Promise<Row | undefined> => rowOf(schema, await storage.get(collection, keyOf(id)));
  const rowsOf = async <Row>(
    collection: string,
    schema: v.GenericSchema<unknown, Row>,
  ): Promise<readonly (readonly [string, Row])[]> =>
    (await storage.entries(collection, below(scope))).flatMap(([key, value]) => {
      const row = rowOf(schema, value);
      return row === undefined ? [] : [[key, row] as const];
    });
  const removals = async (collection: string, id: ProposalId): Promise<readonly StorageChange[]> =>
    (await storage.entries(collection, below(keyOf(id)))).map(([key]) => change(collection, key));

  const sweepOwnBallots = async (): Promise<void> => {
    const own = await rowsOf(OWN_BALLOTS, ownBallotSchema);
    if (own.length <= MAX_OWN_BALLOTS) return;
    const oldest = [...own].sort(([, a], [, b]) => a.atMs - b.atMs).slice(0, own.length - MAX_OWN_BALLOTS);
    await storage.write(oldest.map(([key]) => change(OWN_BALLOTS, key)));
  };

  return {
    async load() {
      await sweepOwnBallots();
      const [votes, ballots, own, made, evidence] = await Promise.all([
        rowsOf(VOTES, voteSchema),
        rowsOf(BALLOTS, letterSchema),
        rowsOf(OWN_BALLOTS, ownBallotSchema),
        rowsOf(MADE_HERE, madeHereSchema),
        rowsOf(EVIDENCE, evidenceSchema),
      ]);
      const evidenceOf = (vote: string): readonly Letter[] =>
        evidence.filter(([key]) => key.startsWith(`${vote}/`)).flatMap(([, letters]) => letters);
      const open = new Set(votes.filter(([, { endedAtMs }]) => endedAtMs === undefined).map(([key]) => key));
      return {
        votes: votes.map(([key, { endedAtMs, letters, ...vote }]) => ({
          ...vote,
          endedAtMs,
          letters: [...letters, ...evidenceOf(key)],
        })),
        ballots: [
          ...ballots.map(([, letter]) => letter),
          ...own.filter(([key]) => open.has(key)).map(([, { letter }]) => letter),
        ],
        ends: made.flatMap(([key, { end }]) => (end !== undefined && open.has(key) ? [end] : [])),
      };
    },

    keep: (poll) =>
      storage.exclusively(`vote:${keyOf(poll.signed.proposal.id)}`, async () => {
        const { id } = poll.signed.proposal;
        const kept = await get(VOTES, id, voteSchema);
        // Another tab may know how it ended.
        const isStale = poll.end === undefined && kept?.endedAtMs !== undefined;
        await storage.write([
          ...(isStale ? [] : [change(VOTES, keyOf(id), keptVote(poll))]),
          ...(poll.end === undefined ? [] : await removals(BALLOTS, id)),
          ...poll.evidence.map(({ what, agentId, letters }) =>
            change(EVIDENCE, `${keyOf(id)}/${what}/${agentId}`, letters),
          ),
        ]);
      }),

    keepMade: ({ proposal, letter }, { openedAtMs, deadlineAtMs }) =>
      storage.write([
        change(VOTES, keyOf(proposal.id), {
          openedAtMs,
          deadlineAtMs,
          endedAtMs: undefined,
          letters: [letter],
        }),
        change(MADE_HERE, keyOf(proposal.id), { end: undefined }),
      ]),

    keepBallot: ({ proposalId, agentId, choice, letter }) =>
      storage.write([
        change(BALLOTS, `${keyOf(proposalId)}/${agentId}/${encodeURIComponent(choice)}`, letter),
      ]),

    async forget(id) {
      await storage.write([
        change(VOTES, keyOf(id)),
        change(MADE_HERE, keyOf(id)),
        ...(await removals(BALLOTS, id)),
        ...(await removals(EVIDENCE, id)),
      ]);
    },

    ownBallot: (id, write) =>
      storage.exclusively(`vote-ballot:${keyOf(id)}`, async () => {
        const stored = await storage.get(OWN_BALLOTS, keyOf(id));
        const kept = rowOf(ownBallotSchema, stored);
        if (kept !== undefined) return { letter: kept.letter, isNew: false };
        // Nobody knows what it said: another one could be a second one.
        if (stored !== undefined) throw damagedBallot(id);
        const letter = await write();
        await storage.write([change(OWN_BALLOTS, keyOf(id), { letter, atMs: now() })]);
        return { letter, isNew: true };
      }),

    ownEnd: (id, write) =>
      storage.exclusively(`vote-end:${keyOf(id)}`, async () => {
        const made = await get(MADE_HERE, id, madeHereSchema);
        if (made === undefined || made.end !== undefined) return made?.end;
        const end = await write();
        await storage.write([change(MADE_HERE, keyOf(id), { end })]);
        return end;
      }),
  };
}

/** The error where an own ballot is kept and unreadable. */
export function damagedBallot(id: ProposalId): SwarmError {
  return new SwarmError("storage-failed", {
    what: `This agent's ballot on ${id} cannot be read.`,
    why: "What was kept on this device is damaged.",
    fix: "Clear this site's storage.",
  });
}

function rowOf<Row>(schema: v.GenericSchema<unknown, Row>, value: unknown): Row | undefined {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : undefined;
}

function keptVote({ signed, openedAtMs, deadlineAtMs, end }: Poll): KeptVote {
  const letters = [signed.letter, ...(end?.signed === undefined ? [] : [end.signed.letter])];
  return { openedAtMs, deadlineAtMs, endedAtMs: end?.atMs, letters };
}
