import { SwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import { type MessageDefinition, validateNow } from "../messages/definition.js";
import type { MessageInfo } from "../messages/router.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import type { Letter } from "../wire/letterShape.js";
import { admitLetters } from "./admission.js";
import type { KnowledgeOptions } from "./api.js";
import { createDesk, type Desk } from "./desk.js";
import { exportAll } from "./exporting.js";
import { createGetter } from "./getting.js";
import { importFile } from "./importing.js";
import { integrate } from "./integration.js";
import type { Library } from "./library.js";
import {
  knowledgeAnswer,
  knowledgeBlock,
  knowledgeChanged,
  knowledgeCompare,
  knowledgePull,
  knowledgeQuery,
  knowledgeReceipt,
  knowledgeRequest,
  knowledgeShare,
  reflectionShare,
} from "./messages.js";
import { createLibrarian } from "./querying.js";
import { createBlockServer } from "./serving.js";
import { createSynchroniser } from "./synchroniser.js";
import { addReflection, put, remove, share, shareSuccess } from "./writing.js";

/** Shares of one peer that wait to be checked; an honest one sends the next once the one before is taken. */
const MAX_WAITING_SHARES = 64;

/** A library of one stay, and the way to bring messages to it. */
export interface OpenLibrary extends Library {
  readonly self: PortSelf;
  /** Whether the payload is what the type allows. */
  receive(name: string, payload: unknown, info: MessageInfo): boolean;
  close(): void;
}

/** Reads what is kept, and begins to compare with peers. */
export async function openLibrary(
  port: ProtocolPort,
  self: PortSelf,
  options: KnowledgeOptions,
): Promise<OpenLibrary> {
  const desk = createDesk(port, self, options);
  try {
    await desk.load();
  } catch (error) {
    desk.close();
    throw error;
  }
  const { shelf, contents, catalogue, quota, exchange } = desk;
  const librarian = createLibrarian(desk);
  const server = createBlockServer(port, shelf, contents);
  const getter = createGetter(desk);
  const turns = createTurns(desk);
  const synchroniser = createSynchroniser({ port, self, shelf, exchange, onChanged: () => desk.changed() });
  desk.synchroniser = synchroniser;
  const stop = port.watch("left", ({ peerId }) => {
    librarian.forget(peerId);
    server.forget(peerId);
    turns.forget(peerId);
  });

  const shared = (
    peerId: PeerId,
    { number, letters }: { number: number; letters: readonly Letter[] },
  ): void =>
    turns.take(peerId, async () => {
      const { held, added } = await admitLetters(desk, letters, peerId);
      port.send(peerId, knowledgeReceipt, { number, held, added }, { lane: "bulk" });
    });

  const routes = new Map([
    route(knowledgeShare, shared),
    route(reflectionShare, shared),
    // Behind the shares that it counts.
    route(knowledgeReceipt, (peerId, receipt) =>
      turns.take(peerId, async () => exchange.answered(peerId, knowledgeReceipt, receipt)),
    ),
    route(knowledgeCompare, (peerId, step) =>
      step.isReply ? exchange.answered(peerId, knowledgeCompare, step) : synchroniser.compared(peerId, step),
    ),
    route(knowledgePull, (peerId, pull) => synchroniser.pulled(peerId, pull)),
    route(knowledgeChanged, (peerId, change, { from }) => {
      if (from.agentId === self.identity.agentId) turns.take(peerId, () => desk.reread(change));
    }),
    route(knowledgeRequest, (peerId, request) => server.requested(peerId, request)),
    route(knowledgeBlock, (peerId, block) => exchange.answered(peerId, knowledgeBlock, block)),
    route(knowledgeQuery, (peerId, question) => librarian.asked(peerId, question)),
    route(knowledgeAnswer, (peerId, answer) => exchange.answered(peerId, knowledgeAnswer, answer)),
  ]);

  desk.changed();

  return {
    self,
    receive: (name, payload, info) => routes.get(`swarm/${name}`)?.(payload, info) ?? false,
    put: (content, putOptions) => put(desk, content, putOptions),
    get: (id, getOptions) => getter.get(id, getOptions),
    async list(filter) {
      return catalogue
        .artifacts()
        .filter(
          (artifact) =>
            (filter.tags ?? []).every((tag) => artifact.tags.includes(tag)) &&
            isOf(filter.author, artifact.author) &&
            isOf(filter.mediaType, artifact.mediaType) &&
            isOf(filter.isShared, artifact.isShared) &&
            isOf(filter.isHere, artifact.isHere),
        );
    },
    share: (id) => share(desk, id),
    remove: (id) => remove(desk, id),
    query: (query, queryOptions) => librarian.query(query, queryOptions),
    async signed(id) {
      const kept = shelf.records.get(id) ?? describedBy(desk, id);
      return kept?.record.letter;
    },
    export: () => exportAll(desk),
    import: (file) => importFile(desk, file),
    async usage() {
      return {
        usedBytes: quota.usedBytes,
        maxBytes: quota.maxBytes,
        receivedBytes: shelf.receivedBytes,
        maxReceivedBytes: quota.maxReceivedBytes,
        artifactCount: shelf.described.size,
        reflectionCount: shelf.reflections.size,
      };
    },
    addReflection: (draft) => addReflection(desk, draft),
    listReflections: async () => catalogue.reflections(),
    searchReflections: (query, k) => librarian.searchReflections(query, k),
    shareSuccess: () => shareSuccess(desk),
    integrate: (id) => integrate(desk, id),
    close() {
      stop();
      getter.close();
      desk.close();
    },
  };
}

function isOf<T>(wanted: T | undefined, value: T | undefined): boolean {
  return wanted === undefined || wanted === value;
}

/** The description that the catalogue shows of some content. */
function describedBy({ shelf, catalogue }: Desk, id: string) {
  const author = catalogue.artifact(id)?.author;
  return shelf.describing(id).find(({ record }) => record.author === author);
}

type Route = (payload: unknown, info: MessageInfo) => boolean;

function route<Sent, Received>(
  definition: MessageDefinition<Sent, Received>,
  take: (peerId: PeerId, payload: Received, info: MessageInfo) => void,
): [string, Route] {
  return [
    definition.type,
    (payload, info) => {
      const result = validateNow(definition, payload);
      if (!("value" in result)) return false;
      take(info.from.peerId, result.value, info);
      return true;
    },
  ];
}

/** Does what a peer's messages ask for one after the other, so that a receipt is read after what it counts. */
function createTurns({ port, exchange }: Desk) {
  const last = new Map<PeerId, { waiting: number; end: Promise<void> }>();
  return {
    take(peerId: PeerId, work: () => Promise<void>): void {
      const line = last.get(peerId) ?? { waiting: 0, end: Promise.resolve() };
      last.set(peerId, line);
      if (line.waiting >= MAX_WAITING_SHARES) return port.dropped("knowledge-rate", peerId);
      line.waiting++;
      line.end = line.end.then(async () => {
        line.waiting--;
        if (exchange.isClosed) return;
        await work().catch((error: unknown) => {
          port.dropped(error instanceof SwarmError ? error.code : "internal", peerId);
        });
      });
    },
    forget: (peerId: PeerId) => void last.delete(peerId),
  };
}
