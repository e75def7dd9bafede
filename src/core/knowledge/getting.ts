import { settleWithin } from "../abort.js";
import type { Bytes } from "../bytes.js";
import { abortedError, SwarmError } from "../errors.js";
import type { ArtifactId, FetchProgress, GetOptions } from "./artifact.js";
import { isBlockOf, parseCid } from "./cid.js";
import { type Block, joinContent } from "./dag.js";
import type { Desk } from "./desk.js";
import { type FetchState, fetchBlocks, notWhole } from "./fetching.js";

/** Default of `timeoutMs`. */
export const GET_TIMEOUT_MS = 60_000;

/** Brings content to those who ask for it, once however many they are. */
export interface Getter {
  get(id: ArtifactId, options: GetOptions): Promise<Bytes>;
  close(): void;
}

interface Fetch {
  readonly content: Promise<Bytes>;
  readonly listeners: Set<(progress: FetchProgress) => void>;
  readonly ended: AbortController;
}

export function createGetter(desk: Desk): Getter {
  const { port, contents, exchange } = desk;
  const { clock } = port.runtime;
  const fetches = new Map<ArtifactId, Fetch>();

  /** What is here, each block checked again: storage can be damaged. */
  const fromHere = async (id: ArtifactId): Promise<Bytes | undefined> => {
    const cid = parseCid(id);
    if (cid === undefined || !contents.has(id)) return undefined;
    return joinContent(cid, async (of) => {
      const block = await contents.block(of.toString());
      return block !== undefined && (await isBlockOf(of, block, port.runtime)) ? block : undefined;
    });
  };

  const show = (id: ArtifactId, { listeners }: Fetch, { peerIds, ...state }: FetchState): void => {
    const progress: FetchProgress = { id, ...state };
    desk.fetches.set(id, { ...progress, peerIds, title: desk.catalogue.artifact(id)?.title });
    desk.changed();
    for (const listener of listeners) {
      try {
        listener(progress);
      } catch (error) {
        port.handlerFailed(error, "An onProgress function");
      }
    }
  };

  const fromPeers = async (id: ArtifactId, signal: AbortSignal, fetch: () => Fetch): Promise<Bytes> => {
    const root = parseCid(id);
    if (root === undefined) throw noName(id);
    const onProgress = (state: FetchState): void => show(id, fetch(), state);
    const blocks = await fetchBlocks({ port, exchange, root, signal, onProgress });
    const content = await joinContent(root, async (cid) => blocks.get(cid.toString())?.bytes);
    if (content === undefined) throw notWhole(id);
    await keep(id, [...blocks.values()]);
    return content;
  };

  /** What was fetched can be given to others, if there is room; who asked for it has it in any case. */
  const keep = async (id: ArtifactId, blocks: readonly Block[]): Promise<void> => {
    const isDescribed = desk.shelf.describing(id).length > 0;
    if (!isDescribed || exchange.isClosed) return;
    try {
      await desk.locked(async () => {
        // What is damaged is replaced, what has no room is not kept.
        if (desk.quota.hasRoom(contents.newBytes(blocks))) await contents.put(id, blocks);
      });
    } catch {
      port.dropped("storage-failed", undefined);
    }
    desk.tellTabs({ contents: [id] });
  };

  const begin = (id: ArtifactId): Fetch => {
    const ended = new AbortController();
    const fetch: Fetch = {
      ended,
      listeners: new Set(),
      // Not before it is in the list: it may end at once.
      content: Promise.resolve().then(() => fromPeers(id, ended.signal, () => fetch)),
    };
    fetches.set(id, fetch);
    const settled = (): void => {
      fetches.delete(id);
      desk.fetches.delete(id);
      desk.changed();
    };
    fetch.content.then(settled, settled);
    return fetch;
  };

  const join = (id: ArtifactId, { signal, timeoutMs = GET_TIMEOUT_MS, onProgress }: GetOptions) => {
    const fetch = fetches.get(id) ?? begin(id);
    const listener = (progress: FetchProgress): void => onProgress?.(progress);
    fetch.listeners.add(listener);
    return settleWithin<Bytes>(
      { clock, timeoutMs, signal, what: "Getting an artifact", onTimeout: () => tooLate(id, timeoutMs) },
      (resolve, reject) => {
        // Each has bytes of its own: what one changes, the other must not see.
        fetch.content.then((content) => resolve(content.slice()), reject);
        return () => {
          fetch.listeners.delete(listener);
          if (fetch.listeners.size === 0) fetch.ended.abort(abortedError("Getting an artifact"));
        };
      },
    );
  };

  return {
    async get(id, options) {
      if (parseCid(id) === undefined) throw noName(id);
      if (options.signal?.aborted) throw abortedError("Getting an artifact", options.signal);
      return (await fromHere(id)) ?? join(id, options);
    },
    close() {
      for (const { ended } of fetches.values()) ended.abort(left());
    },
  };
}

function noName(id: string): SwarmError {
  return new SwarmError("invalid-option", {
    what: `"${id.slice(0, 80)}" is not the id of an artifact.`,
    why: "An id is a CIDv1 with SHA-256 in base32, of raw bytes or UnixFS.",
    fix: "Use an id that put(), list() or query() gave.",
  });
}

function tooLate(id: ArtifactId, timeoutMs: number): SwarmError {
  return new SwarmError("knowledge-timeout", {
    what: `${id} was not here within ${timeoutMs / 1000} s.`,
    why: "The peers that have it are slow, or it is large.",
    fix: "Allow more time with timeoutMs.",
  });
}

/** The error of everything that the end of a stay interrupts. */
export function left(): SwarmError {
  return new SwarmError("left", {
    what: "The swarm has left its room.",
    fix: "Ask again after the next join().",
  });
}
