import type { PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { emptyRecord, withEntry } from "../store/record.js";
import { type TokenBucket, takeOne, tokenBucket } from "../wire/tokenBucket.js";
import { createPresenceAnnouncer, type PresenceAnnouncer } from "./announcer.js";
import type { PresenceDefinition } from "./definition.js";
import { createPresenceTable, type PresenceTable } from "./table.js";
import { MAX_WATCHED_PRESENCES, PRESENCE_FRAME_MS, presenceMessage, presenceWatch } from "./wire.js";

/** One kind of presence at one moment: the own state, and those of the peers that have one. */
export interface PresenceView<State = unknown> {
  readonly own: State | undefined;
  readonly peers: Readonly<Record<PeerId, State>>;
}

/** One kind of presence of a swarm. */
export interface PresenceChannel<Input = unknown, Output = Input> {
  /** What `snapshot.presence[name]` shows now. */
  readonly view: PresenceView<Output>;
  /**
   * Replaces the own state; `undefined` takes it back. It is kept while the swarm is off, and shown to whoever
   * comes. Changes that follow each other within 50 ms are sent as one.
   * @throws SwarmError `invalid-payload`, `payload-too-large` (4 KiB)
   */
  set(state: Input | undefined): void;
}

/** The part of a swarm that keeps presence. */
export interface Presence {
  open(definition: PresenceDefinition): PresenceChannel;
}

interface Kind {
  definition: PresenceDefinition;
  readonly announcer: PresenceAnnouncer;
  readonly table: PresenceTable;
}

// A tab that wakes gets all that came while it slept, so bursts of honest peers are long.
const DATAGRAMS_PER_SECOND = 200;
const CONTROLS_PER_SECOND = 400;

export function startPresence(port: ProtocolPort): Presence {
  const { clock } = port.runtime;
  const kinds = new Map<string, Kind>();
  const watchers = new Map<PeerId, ReadonlySet<string>>();
  const rates = new Map<PeerId, { readonly datagram: TokenBucket; readonly reliable: TokenBucket }>();
  const dirty = new Set<Kind>();
  let stopFrame: (() => void) | undefined;
  let shown: Readonly<Record<string, PresenceView>> = emptyRecord();

  // --- what the store shows -------------------------------------------------------------------

  const publish = (): void => {
    for (const { definition, announcer, table } of dirty) {
      const view: PresenceView = { own: announcer.shown, peers: table.states() };
      shown = withEntry(shown, definition.name, view);
    }
    dirty.clear();
    port.publish({ presence: shown });
  };

  const nextFrame = (): void => {
    stopFrame = undefined;
    if (dirty.size === 0) return;
    publish();
    stopFrame = clock.setTimer(PRESENCE_FRAME_MS, nextFrame);
  };

  // States of others come much faster than a screen shows them.
  const changed = (kind: Kind): void => {
    dirty.add(kind);
    if (stopFrame === undefined) nextFrame();
  };

  // --- what others say ------------------------------------------------------------------------

  const rateOf = (peerId: PeerId, isReliable: boolean): TokenBucket => {
    const rate = rates.get(peerId) ?? {
      datagram: tokenBucket(clock, DATAGRAMS_PER_SECOND),
      reliable: tokenBucket(clock, CONTROLS_PER_SECOND),
    };
    rates.set(peerId, rate);
    return isReliable ? rate.reliable : rate.datagram;
  };

  const listen = (kind: Kind): void =>
    void port.on(presenceMessage(kind.definition.name), ({ version, state }, { from, lane }) => {
      const { peerId, agentId } = from;
      if (port.isMuted(agentId)) return port.dropped("muted", peerId);
      if (!takeOne(rateOf(peerId, lane !== "datagram"))) return port.dropped("presence-rate", peerId);
      const verdict = kind.table.receive(peerId, version, state, kind.definition);
      if (verdict === "changed") changed(kind);
      else if (verdict !== "old") port.dropped(verdict, peerId);
    });

  // --- who watches what -----------------------------------------------------------------------

  const watchOn = (peerId: PeerId): void => {
    const names = [...kinds.keys()].slice(0, MAX_WATCHED_PRESENCES);
    if (names.length > 0) port.send(peerId, presenceWatch, { names });
  };

  port.on(presenceWatch, ({ names }, { from }) => {
    const { peerId } = from;
    const before = watchers.get(peerId);
    // Only what is new is answered: asking again and again gets nothing.
    if (before !== undefined && !takeOne(rateOf(peerId, true))) return port.dropped("presence-rate", peerId);
    watchers.set(peerId, new Set(names));
    // It may have begun only now, and have missed what we watch.
    if (before === undefined) watchOn(peerId);
    for (const name of names) if (before?.has(name) !== true) kinds.get(name)?.announcer.owe(peerId);
  });

  port.watch("joined", ({ peerId }) => watchOn(peerId));
  port.watch("relinked", ({ peerId }) => {
    watchOn(peerId);
    for (const name of watchers.get(peerId) ?? []) kinds.get(name)?.announcer.owe(peerId);
  });
  port.watch("left", ({ peerId }) => {
    watchers.delete(peerId);
    rates.delete(peerId);
    for (const kind of kinds.values()) {
      kind.announcer.forget(peerId);
      if (kind.table.forget(peerId)) changed(kind);
    }
  });
  port.watch("ended", () => {
    stopFrame?.();
    stopFrame = undefined;
    for (const { announcer } of kinds.values()) announcer.rest();
    if (dirty.size > 0) publish();
  });

  const openKind = (definition: PresenceDefinition): Kind => {
    const { name } = definition;
    const announcer = createPresenceAnnouncer({
      port,
      name,
      *watchers() {
        for (const [peerId, names] of watchers) if (names.has(name)) yield peerId;
      },
    });
    const kind: Kind = { definition, announcer, table: createPresenceTable() };
    kinds.set(name, kind);
    listen(kind);
    for (const { peerId } of port.peers()) watchOn(peerId);
    return kind;
  };

  return {
    open(definition) {
      const kind = kinds.get(definition.name) ?? openKind(definition);
      // A module that was loaded anew brings another definition of the same name.
      kind.definition = definition;
      return {
        get view() {
          return shown[definition.name] ?? { own: kind.announcer.shown, peers: kind.table.states() };
        },
        set(state) {
          kind.announcer.set(state, definition);
          dirty.add(kind);
          publish();
        },
      };
    },
  };
}
