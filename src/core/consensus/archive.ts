import type { Storage, StorageChange } from "../storage/storage.js";
import type { Letter } from "../wire/letter.js";
import { below, VOTES } from "./kept.js";
import type { Poll } from "./poll.js";
import type { ProposalId } from "./proposal.js";
import type { SignedBallot, SignedProposal } from "./voteLetters.js";

const BALLOTS = "vote-ballots";
const OWN_BALLOTS = "vote-own-ballots";
const MADE_HERE = "vote-made-here";

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

interface KeptOwnBallot {
  readonly letter: Letter;
  readonly atMs: number;
}

/** Present for each proposal that was made on this device; `end` once it has ended. */
interface MadeHere {
  readonly end: Letter | undefined;
}

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
  const valuesOf = async <Value>(collection: string): Promise<readonly (readonly [string, Value])[]> =>
    (await storage.entries(collection, below(scope))) as readonly (readonly [string, Value])[];
  const ballotKeys = async (id: ProposalId): Promise<readonly string[]> =>
    (await storage.entries(BALLOTS, below(keyOf(id)))).map(([key]) => key);

  const sweepOwnBallots = async (): Promise<void> => {
    const own = await valuesOf<KeptOwnBallot>(OWN_BALLOTS);
    if (own.length <= MAX_OWN_BALLOTS) return;
    const oldest = [...own].sort(([, a], [, b]) => a.atMs - b.atMs).slice(0, own.length - MAX_OWN_BALLOTS);
    await storage.write(oldest.map(([key]) => change(OWN_BALLOTS, key)));
  };

  return {
    async load() {
      await sweepOwnBallots();
      const [votes, ballots, own, made] = await Promise.all([
        valuesOf<KeptVote>(VOTES),
        valuesOf<Letter>(BALLOTS),
        valuesOf<KeptOwnBallot>(OWN_BALLOTS),
        valuesOf<MadeHere>(MADE_HERE),
      ]);
      const open = new Set(votes.filter(([, { endedAtMs }]) => endedAtMs === undefined).map(([key]) => key));
      return {
        votes: votes.map(([, vote]) => vote),
        ballots: [
          ...ballots.map(([, letter]) => letter),
          ...own.filter(([key]) => open.has(key)).map(([, { letter }]) => letter),
        ],
        ends: made.flatMap(([key, { end }]) => (end !== undefined && open.has(key) ? [end] : [])),
      };
    },

    async keep(poll) {
      const { id } = poll.signed.proposal;
      const ballots = poll.end === undefined ? [] : await ballotKeys(id);
      await storage.write([
        change(VOTES, keyOf(id), keptVote(poll)),
        ...ballots.map((key) => change(BALLOTS, key)),
      ]);
    },

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
      const keys = await ballotKeys(id);
      await storage.write([
        change(VOTES, keyOf(id)),
        change(MADE_HERE, keyOf(id)),
        ...keys.map((key) => change(BALLOTS, key)),
      ]);
    },

    ownBallot: (id, write) =>
      storage.exclusively(`vote-ballot:${keyOf(id)}`, async () => {
        const kept = (await storage.get(OWN_BALLOTS, keyOf(id))) as KeptOwnBallot | undefined;
        if (kept !== undefined) return { letter: kept.letter, isNew: false };
        const letter = await write();
        await storage.write([change(OWN_BALLOTS, keyOf(id), { letter, atMs: now() })]);
        return { letter, isNew: true };
      }),

    ownEnd: (id, write) =>
      storage.exclusively(`vote-end:${keyOf(id)}`, async () => {
        const made = (await storage.get(MADE_HERE, keyOf(id))) as MadeHere | undefined;
        if (made === undefined || made.end !== undefined) return made?.end;
        const end = await write();
        await storage.write([change(MADE_HERE, keyOf(id), { end })]);
        return end;
      }),
  };
}

function keptVote({ signed, openedAtMs, deadlineAtMs, end, evidence }: Poll): KeptVote {
  const letters = [
    signed.letter,
    ...(end?.signed === undefined ? [] : [end.signed.letter]),
    ...evidence.flatMap((each) => each.letters),
  ];
  return { openedAtMs, deadlineAtMs, endedAtMs: end?.atMs, letters };
}
