import type { Cancel } from "../clock.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { emptyRecord, withEntry } from "../store/record.js";
import type { SharedDefinition } from "./definition.js";
import { createHybridClock } from "./hybridClock.js";
import { createSharedBook, type SharedBook, type SharedState, type SharedView } from "./sharedState.js";
import { createSynchroniser, type Synchroniser } from "./synchroniser.js";
import { COMPARE_INTERVAL_MS } from "./wire.js";

/** The part of a swarm that keeps shared states. */
export interface SharedStates {
  open(definition: SharedDefinition): SharedState;
}

interface Shared {
  readonly book: SharedBook;
  readonly synchroniser: Synchroniser;
}

export function startSharedStates(port: ProtocolPort): SharedStates {
  const { runtime } = port;
  const clock = createHybridClock(runtime.clock);
  const states = new Map<string, Shared>();
  let shown: Readonly<Record<string, SharedView>> = emptyRecord();
  let stopComparing: Cancel | undefined;

  const publish = (name: string, view: SharedView): void => {
    shown = withEntry(shown, name, view);
    port.publish({ shared: shown });
  };

  // Links that work are how most differences end; this ends those that no link of ours could.
  const compareLater = (): void => {
    stopComparing?.();
    const waitMs = COMPARE_INTERVAL_MS * (0.75 + 0.5 * runtime.random());
    stopComparing = runtime.clock.setTimer(waitMs, () => {
      const peers = port.peers();
      const peer = peers[Math.floor(runtime.random() * peers.length)];
      for (const { book, synchroniser } of states.values()) {
        book.purge();
        if (peer !== undefined && book.isLoaded) synchroniser.compare(peer.peerId);
      }
      compareLater();
    });
  };

  // Of two that meet one begins; whoever comes to a state late begins with everyone.
  const meet = (peerId: string): void => {
    if (port.self === undefined || port.self.peerId > peerId) return;
    for (const { book, synchroniser } of states.values()) if (book.isLoaded) synchroniser.compare(peerId);
  };

  const compareWithAll = ({ synchroniser }: Shared): void => {
    for (const { peerId } of port.peers()) synchroniser.compare(peerId);
  };

  port.watch("began", ({ room }) => {
    for (const { book } of states.values()) book.enter(room);
    if (states.size > 0) compareLater();
  });
  port.watch("joined", ({ peerId }) => meet(peerId));
  port.watch("relinked", ({ peerId }) => meet(peerId));
  port.watch("left", ({ peerId }) => {
    for (const { synchroniser } of states.values()) synchroniser.forget(peerId);
  });
  port.watch("ended", () => {
    stopComparing?.();
    stopComparing = undefined;
    for (const { book } of states.values()) book.leave();
  });

  const openState = (definition: SharedDefinition): Shared => {
    const { name } = definition;
    const synchroniser = createSynchroniser(port, name, () => shared.book);
    const book = createSharedBook({
      port,
      clock,
      definition,
      room: port.room,
      publish: (view) => publish(name, view),
      share: (entries) => synchroniser.share(entries),
      onLoaded: () => compareWithAll(shared),
    });
    const shared: Shared = { book, synchroniser };
    states.set(name, shared);
    publish(name, book.state.view);
    if (book.isLoaded) compareWithAll(shared);
    if (port.self !== undefined && stopComparing === undefined) compareLater();
    return shared;
  };

  return {
    open(definition) {
      const { book } = states.get(definition.name) ?? openState(definition);
      // A module that was loaded anew brings another definition of the same name.
      book.definition = definition;
      return book.state;
    },
  };
}
