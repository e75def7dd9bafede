import type { CID } from "multiformats/cid";
import { shareSignal } from "../abort.js";
import type { Bytes } from "../bytes.js";
import { SwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { ArtifactId } from "./artifact.js";
import { isBlockOf } from "./cid.js";
import { type Block, linksOf, MAX_BLOCK_BYTES, MAX_CONTENT_BYTES, MAX_VISITS, sizeOf } from "./dag.js";
import type { Exchange } from "./exchange.js";
import { knowledgeBlock, knowledgeRequest } from "./messages.js";

/** Blocks that one peer is asked for at a time: half a megabyte under way. */
const BLOCKS_PER_PEER = 4;
/** A peer that has not sent a block within this time is not asked for more of this content. */
const BLOCK_TIMEOUT_MS = 10_000;

/** What a fetch says of itself while it goes on. */
export interface FetchState {
  readonly doneBytes: number;
  readonly totalBytes: number | undefined;
  readonly peerIds: readonly PeerId[];
}

export interface FetchOptions {
  readonly port: ProtocolPort;
  readonly exchange: Exchange;
  readonly root: CID;
  readonly signal: AbortSignal;
  readonly onProgress: (state: FetchState) => void;
}

interface Helper {
  readonly peerId: PeerId;
  underWay: number;
  blocks: number;
}

/**
 * Brings all blocks of some content, from all peers that have it at once: whoever sends a wrong block, or none, is
 * not asked again, and another one goes on.
 * @throws SwarmError `knowledge-unavailable`
 */
export function fetchBlocks(options: FetchOptions): Promise<ReadonlyMap<string, Block>> {
  const { port, exchange, root, signal, onProgress } = options;
  const { runtime } = port;
  const blocks = new Map<string, Block>();
  const asked = new Set<string>([root.toString()]);
  const queue: CID[] = [root];
  const helpers = new Map<PeerId, Helper>();
  const signals = shareSignal(signal);
  let doneBytes = 0;
  let totalBytes: number | undefined;
  let underWay = 0;
  let hasEnded = false;

  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      hasEnded = true;
      stopWatching();
      signals.release();
      signal.removeEventListener("abort", onAbort);
      queue.length = 0;
      settle();
    };
    const onAbort = (): void => end(() => reject(signal.reason));
    const stopWatching = port.watch("joined", ({ peerId }) => {
      welcome(peerId);
      askOn();
    });

    const welcome = (peerId: PeerId): void => void helpers.set(peerId, { peerId, underWay: 0, blocks: 0 });

    const tell = (): void => {
      const peerIds = [...helpers.values()]
        .filter((helper) => helper.blocks > 0)
        .map((helper) => helper.peerId);
      onProgress({ doneBytes, totalBytes, peerIds });
    };

    /** Whether the block is what its name says; its parts are what is wanted next. */
    const take = async (block: Block): Promise<boolean> => {
      if (block.bytes.length > MAX_BLOCK_BYTES || !(await isBlockOf(block.cid, block.bytes, runtime)))
        return false;
      if (!hasEnded && !unfold(block)) end(() => reject(notWhole(root.toString())));
      return true;
    };

    /** Whether a genuine block is one of a file that can be put together here: its author may have made anything. */
    const unfold = (block: Block): boolean => {
      const links = linksOf(block);
      if (links === undefined) return false;
      if (block.cid === root) totalBytes = sizeOf(block, links);
      blocks.set(block.cid.toString(), block);
      if (links.length === 0) doneBytes += block.bytes.length;
      for (const { cid } of links) {
        if (asked.has(cid.toString())) continue;
        asked.add(cid.toString());
        queue.push(cid);
      }
      return Math.max(totalBytes ?? 0, doneBytes) <= MAX_CONTENT_BYTES && asked.size <= MAX_VISITS;
    };

    const askFor = async (cid: CID, helper: Helper): Promise<void> => {
      helper.underWay++;
      underWay++;
      const { peerId } = helper;
      const answer = await exchange.ask(peerId, knowledgeRequest, { cid: cid.toString() }, knowledgeBlock, {
        timeoutMs: BLOCK_TIMEOUT_MS,
        signal: signals.next(),
      });
      const bytes: Bytes | undefined = answer?.block ?? undefined;
      const isGood = bytes !== undefined && !hasEnded && (await take({ cid, bytes }));
      helper.underWay--;
      underWay--;
      if (hasEnded) return;
      if (isGood) helper.blocks++;
      else {
        helpers.delete(peerId);
        queue.unshift(cid);
        if (bytes !== undefined) port.dropped("bad-block", peerId);
      }
      tell();
      askOn();
    };

    const finish = (): void => {
      // Blocks that come again in the content came once.
      doneBytes = totalBytes ?? doneBytes;
      tell();
      resolve(blocks);
    };

    /** Asks those who have least to do for what is next, until it is all here or nobody is left. */
    const askOn = (): void => {
      if (hasEnded) return;
      while (queue.length > 0) {
        const [helper] = [...helpers.values()]
          .filter((candidate) => candidate.underWay < BLOCKS_PER_PEER)
          .sort((a, b) => a.underWay - b.underWay);
        if (helper === undefined) break;
        void askFor(queue.shift() as CID, helper);
      }
      if (underWay > 0) return;
      if (queue.length === 0) end(finish);
      else end(() => reject(unavailable(root.toString())));
    };

    signal.addEventListener("abort", onAbort);
    for (const { peerId } of port.peers()) welcome(peerId);
    askOn();
  });
}

function unavailable(id: ArtifactId): SwarmError {
  return new SwarmError("knowledge-unavailable", {
    what: `Nobody here gave all of ${id}.`,
    why: "No connected peer has it and shares it, or those that had it are gone.",
    fix: "Try again when its author, or somebody who fetched it, is in the room.",
  });
}

/** The error of genuine blocks that are no file. */
export function notWhole(id: ArtifactId): SwarmError {
  return new SwarmError("knowledge-unavailable", {
    what: `What ${id} names is not a file that can be put together.`,
    why: "Its blocks are genuine, but they are none of a file, contradict each other about their sizes, or are too many.",
    fix: "Its author has to put it anew.",
  });
}
