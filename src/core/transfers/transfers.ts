import type { Bytes } from "../bytes.js";
import type { Cancel } from "../clock.js";
import { SwarmError, toSwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import { assertAppType, assertPayloadFits, type MessageDefinition } from "../messages/definition.js";
import type { StandardSchema } from "../messages/standardSchema.js";
import type { PortPeer, ProtocolPort } from "../protocols/builtin.js";
import { assertSendable } from "../wire/message.js";
import { encodeValue } from "../wire/payload.js";
import type { TransferEngine } from "./engine.js";
import type { OutgoingContent } from "./outgoing.js";
import type {
  FileOfferHandler,
  SendFileOptions,
  SendingTransfer,
  SendLargeOptions,
  TransferControls,
  TransferId,
  TransferOptions,
} from "./transfer.js";

/** Files and big payloads. Small itself: what does the work is loaded with the first transfer. */
export interface Transfers extends TransferControls {
  sendFile(peerId: PeerId, file: Blob | Uint8Array, options: SendFileOptions): SendingTransfer;
  sendLarge(
    peerId: PeerId,
    target: string | MessageDefinition,
    payload: unknown,
    options: SendLargeOptions,
  ): SendingTransfer;
  onFile(handler: FileOfferHandler): Cancel;
}

// The engine knows what an offer looks like; until it is here, anything is one.
const anything: StandardSchema<unknown, unknown> = {
  "~standard": { version: 1, vendor: "peerswarm", validate: (value) => ({ value }) },
};
const offer: MessageDefinition<unknown, unknown> = { type: "swarm/transfer-offer", schema: anything };

export function startTransfers(port: ProtocolPort): Transfers {
  const handlers = new Set<FileOfferHandler>();
  let engine: Promise<TransferEngine> | undefined;
  let transferCount = 0;
  const nextId = (): TransferId => `transfer-${++transferCount}`;

  const load = (): Promise<TransferEngine> => {
    engine ??= port.runtime.track(import("./engine.js")).then(
      ({ createTransferEngine }) => createTransferEngine({ port, handlers, nextId }),
      (error: unknown) => {
        // A page that was offline for a moment can try again.
        engine = undefined;
        throw toSwarmError(error, "internal", "The code for transfers could not be loaded.");
      },
    );
    return engine;
  };

  port.on(offer, (payload, info) => {
    load().then(
      (loaded) => loaded.offered(payload, info),
      () => port.dropped("transfer-refused", info.from.peerId),
    );
  });

  // Later the engine looks at them itself.
  port.watch("chunk", ({ peerId }) => {
    if (engine === undefined) port.dropped("stray-chunk", peerId);
  });

  const start = (
    peerId: PeerId,
    options: TransferOptions,
    prepare: () => OutgoingContent,
  ): SendingTransfer => {
    const id = nextId();
    const run = async () => {
      const peer = peerOf(port, peerId);
      // Before anything is waited for: the caller may go on to change what it gave us.
      const content = prepare();
      return (await load()).send({ ...options, id, peer, content });
    };
    return Object.assign(run(), { id });
  };

  return {
    sendFile(peerId, file, { name, type, metadata, ...options }) {
      return start(peerId, options, () => {
        if (metadata !== undefined) assertSendable("file", metadata, undefined);
        return {
          kind: "file",
          blob: file instanceof Blob ? file : new Blob([file as Bytes]),
          name: name ?? (file as Partial<File>).name ?? null,
          mediaType: type ?? (file as Partial<Blob>).type ?? null,
          metadata: metadata ?? null,
        };
      });
    },
    sendLarge(
      peerId,
      target,
      payload,
      { signal, onProgress, resumeWithinMs, answerWithinMs, chunkBytes, ...metadata },
    ) {
      const type = typeof target === "string" ? target : target.type;
      return start(peerId, { signal, onProgress, resumeWithinMs, answerWithinMs, chunkBytes }, () => {
        assertAppType(type);
        if (typeof target !== "string") assertPayloadFits(target, payload);
        assertSendable(type, payload, metadata);
        return {
          kind: "message",
          blob: new Blob([encodeValue(payload ?? null)]),
          name: type,
          mediaType: null,
          metadata: Object.keys(metadata).length === 0 ? null : metadata,
        };
      });
    },
    onFile(handler) {
      const entry: FileOfferHandler = (offered) => handler(offered);
      handlers.add(entry);
      return () => void handlers.delete(entry);
    },
    accept(id, options) {
      const received = load().then((loaded) => loaded.accept(id, options));
      // The store tells the same, so nobody is obliged to look at it.
      received.catch(() => undefined);
      return received;
    },
    refuse: (id, reason) => void engine?.then((loaded) => loaded.refuse(id, reason)),
    cancel: (id) => void engine?.then((loaded) => loaded.cancel(id)),
  };
}

function peerOf(port: ProtocolPort, peerId: PeerId): PortPeer {
  const peer = port.peers().find((candidate) => candidate.peerId === peerId);
  if (peer !== undefined) return { peerId: peer.peerId, agentId: peer.agentId };
  throw new SwarmError("peer-gone", {
    what: `There is no peer ${peerId} here.`,
    fix: "Send to one of the connected peers.",
  });
}
