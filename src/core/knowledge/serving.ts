import type { PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { type TokenBucket, takeOne, tokenBucket } from "../wire/tokenBucket.js";
import type { Contents } from "./contents.js";
import { knowledgeBlock } from "./messages.js";
import type { Shelf } from "./shelf.js";

/** Blocks that one peer gets in a second: 64 MiB. */
const BLOCKS_PER_SECOND = 512;

/** Gives blocks of shared content to those who ask. */
export interface BlockServer {
  requested(peerId: PeerId, request: { number: number; cid: string }): void;
  forget(peerId: PeerId): void;
}

export function createBlockServer(port: ProtocolPort, shelf: Shelf, contents: Contents): BlockServer {
  const allowances = new Map<PeerId, TokenBucket>();

  const allowanceOf = (peerId: PeerId): TokenBucket => {
    const allowance = allowances.get(peerId) ?? tokenBucket(port.runtime.clock, BLOCKS_PER_SECOND);
    allowances.set(peerId, allowance);
    return allowance;
  };

  /** What is not shared is not even told to be here. */
  const isShared = (cid: string): boolean =>
    [...contents.ownersOf(cid)].some((owner) => shelf.describing(owner).some((kept) => kept.isShared));

  const answer = async (peerId: PeerId, number: number, cid: string): Promise<void> => {
    const block = isShared(cid) ? await contents.block(cid) : undefined;
    port.send(peerId, knowledgeBlock, { number, block: block ?? null }, { lane: "bulk" });
  };

  return {
    requested(peerId, { number, cid }) {
      if (!takeOne(allowanceOf(peerId))) return port.dropped("knowledge-rate", peerId);
      answer(peerId, number, cid).catch(() => port.dropped("storage-failed", undefined));
    },
    forget: (peerId) => void allowances.delete(peerId),
  };
}
