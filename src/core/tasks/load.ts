import type { Cancel } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { emptyRecord, withEntry } from "../store/record.js";
import type { TaskChannel } from "./channel.js";
import type { TaskBook } from "./taskBook.js";
import { EMPTY_TASKS, type TaskLoad } from "./taskState.js";
import { loadMessage, TASK_CAPABILITY, watchLoadMessage } from "./wire.js";

/** Most often that the load is told. */
export const LOAD_INTERVAL_MS = 250;

/** How busy this member is, and how busy the others say they are. */
export interface LoadBook {
  show(load: TaskLoad): void;
  of(peerId: PeerId): TaskLoad | undefined;
  readonly own: TaskLoad;
}

/** @param onLoad a peer has said how busy it is */
export function startLoad(
  port: ProtocolPort,
  channel: TaskChannel,
  book: TaskBook,
  onLoad: () => void,
): LoadBook {
  const { slots, busy, queued, maxQueued } = EMPTY_TASKS;
  let own: TaskLoad = { slots, busy, queued, maxQueued };
  let loads: Readonly<Record<PeerId, TaskLoad>> = emptyRecord();
  const watchers = new Set<PeerId>();
  let stopTelling: Cancel | undefined;

  const setLoad = (peerId: PeerId, load: TaskLoad | undefined): void => {
    const before = loads[peerId];
    if (load === before || (load !== undefined && before !== undefined && isSame(load, before))) return;
    loads = withEntry(loads, peerId, load);
    book.show({ loads });
  };

  const tell = (): void => {
    stopTelling = undefined;
    for (const peerId of watchers) port.send(peerId, loadMessage, own);
  };

  // Only whoever has this part would know the question.
  const watch = (peerId: PeerId): void => {
    const peer = port.snapshot().peers.find((candidate) => candidate.peerId === peerId);
    if (peer?.profile.capabilities.some((capability) => capability.startsWith(TASK_CAPABILITY)))
      port.send(peerId, watchLoadMessage, {});
  };

  channel.on(watchLoadMessage, (_, { peerId }) => {
    // One that has just gone is not watched for ever.
    if (port.peers().every((peer) => peer.peerId !== peerId)) return;
    watchers.add(peerId);
    port.send(peerId, loadMessage, own);
  });
  channel.on(loadMessage, (load, { peerId }) => {
    if (port.peers().every((peer) => peer.peerId !== peerId)) return;
    setLoad(peerId, load);
    onLoad();
  });
  port.watch("profiled", ({ peerId }) => watch(peerId));
  port.watch("relinked", ({ peerId }) => watch(peerId));
  port.watch("left", ({ peerId }) => {
    watchers.delete(peerId);
    setLoad(peerId, undefined);
  });
  port.watch("ended", () => {
    watchers.clear();
    stopTelling?.();
    stopTelling = undefined;
  });
  for (const { peerId } of port.peers()) watch(peerId);

  return {
    show(load) {
      if (isSame(load, own)) return;
      own = load;
      book.show(load);
      if (watchers.size > 0) stopTelling ??= port.runtime.clock.setTimer(LOAD_INTERVAL_MS, tell);
    },
    of: (peerId) => loads[peerId],
    get own() {
      return own;
    },
  };
}

function isSame(a: TaskLoad, b: TaskLoad): boolean {
  return a.slots === b.slots && a.busy === b.busy && a.queued === b.queued && a.maxQueued === b.maxQueued;
}
