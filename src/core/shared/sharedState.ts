import type { Cancel } from "../clock.js";
import { Emitter } from "../emitter.js";
import { SwarmError, toSwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import { assertPayloadFits, validateNow } from "../messages/definition.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { emptyRecord } from "../store/record.js";
import { openLetter, writeLetter } from "../wire/letter.js";
import { createLetterId, type Letter } from "../wire/letterShape.js";
import { assertPayload, encodeValue } from "../wire/payload.js";
import type { SharedDefinition } from "./definition.js";
import { type EntryDraft, entryLetter, readEntry, type SharedEntry } from "./entry.js";
import { compareTimes, type HybridClock } from "./hybridClock.js";
import { createSharedRecords, type Kept, type KeptState, type SharedRecords } from "./records.js";
import { createReplica, type Replica } from "./replica.js";
import {
  ENTRY_OVERHEAD_BYTES,
  MAX_AUTHOR_BYTES,
  MAX_AUTHOR_KEYS,
  MAX_CLOCK_AHEAD_MS,
  MAX_SHARED_KEY_LENGTH,
  MAX_SHARED_KEYS,
  MAX_SHARED_VALUE_BYTES,
  SHARE_INTERVAL_MS,
} from "./wire.js";

/** One value of a shared state, and where it is from. */
export interface SharedValue<Value = unknown> {
  readonly value: Value;
  /** Who wrote it; `undefined` while an own value waits to be signed. */
  readonly author: AgentId | undefined;
  /** Hybrid time of the write in milliseconds since the epoch: close to the author's clock. */
  readonly writtenAtMs: number;
  /** Written here, and not sent yet: the swarm is off, or it is being signed. */
  readonly isPending: boolean;
}

/** A shared state at one moment. */
export interface SharedView<Value = unknown> {
  /** Whether what was kept on this device is there; at once where nothing is kept. */
  readonly isLoaded: boolean;
  /** By key; a state without keys has its one value under `""`. What did not change is the same object as before. */
  readonly values: Readonly<Record<string, SharedValue<Value>>>;
}

/** A key that has another value now; `undefined`: it was deleted. */
export interface SharedChange<Value = unknown> {
  readonly key: string;
  readonly value: Value | undefined;
  readonly author: AgentId | undefined;
}

/** Values that are the same for everyone in the room. `key` is `""` where it is left out. */
export interface SharedState<Input = unknown, Output = Input> {
  /** What `snapshot.shared[name]` shows now. */
  readonly view: SharedView<Output>;
  get(key?: string): Output | undefined;
  keys(): readonly string[];
  /**
   * Writes a value: seen here at once, by the others as soon as it is signed, or when the swarm joins.
   * @throws SwarmError `invalid-payload`, `payload-too-large` (16 KiB), `shared-full` (1024 keys), `invalid-option`
   * for a key longer than 128 characters
   */
  set(value: Input, key?: string): void;
  /** Deletes a value everywhere. Whoever is away for less than 30 days does not bring it back. */
  delete(key?: string): void;
  /** Tells of every key that gets another value, whoever wrote it. */
  subscribe(listener: (change: SharedChange<Output>) => void): Cancel;
}

export interface SharedStateOptions {
  readonly port: ProtocolPort;
  readonly clock: HybridClock;
  readonly definition: SharedDefinition;
  readonly room: string;
  readonly publish: (view: SharedView) => void;
  /** Own entries were signed and are to be told to everyone. */
  readonly share: (entries: readonly SharedEntry[]) => void;
  readonly onLoaded: () => void;
}

/** A shared state and what its synchronisation needs of it. */
export interface SharedBook {
  readonly state: SharedState;
  readonly replica: Replica;
  readonly isLoaded: boolean;
  definition: SharedDefinition;
  /** The swarm has joined this room. */
  enter(room: string): void;
  leave(): void;
  /** Takes what is genuine, new and within the limits. */
  receive(letters: readonly Letter[], from: PeerId): Promise<void>;
  purge(): void;
}

interface Draft extends EntryDraft {
  /** The value as the schema made it. */
  readonly shown: unknown;
}

export function createSharedBook(options: SharedStateOptions): SharedBook {
  const { port, clock, publish } = options;
  const { runtime } = port;
  const { name } = options.definition;
  const changes = new Emitter<{ changed: SharedChange }>((error) =>
    port.handlerFailed(error, `A subscriber of the shared state "${name}"`),
  );
  /** Values as the schema made them. */
  const shownValues = new WeakMap<SharedEntry, unknown>();
  const unsaved = new Set<string>();
  let definition = options.definition;
  let room = options.room;
  let records: SharedRecords;
  let replica = createReplica();
  let drafts = new Map<string, Draft>();
  let view: SharedView = { isLoaded: !definition.isPersistent, values: emptyRecord() };
  let isSigning = false;
  let isSaving = false;
  let stopPause: Cancel | undefined;

  // --- what is shown --------------------------------------------------------------------------

  const shownOf = (key: string): SharedValue | undefined => {
    const draft = drafts.get(key);
    if (draft !== undefined) {
      if (draft.isDeleted) return undefined;
      const { shown, time } = draft;
      return { value: shown, author: undefined, writtenAtMs: time.wallMs, isPending: true };
    }
    const entry = replica.get(key);
    if (entry === undefined || entry.isDeleted) return undefined;
    const { author, time } = entry;
    return { value: shownValues.get(entry), author, writtenAtMs: time.wallMs, isPending: false };
  };

  const refresh = (keys: Iterable<string>): void => {
    const values: Record<string, SharedValue> = Object.assign(emptyRecord(), view.values);
    const changed: SharedChange[] = [];
    for (const key of keys) {
      const before = values[key];
      const after = shownOf(key);
      if (after === undefined) delete values[key];
      else values[key] = after;
      if (before?.value !== after?.value) changed.push({ key, value: after?.value, author: after?.author });
    }
    view = { ...view, values };
    publish(view);
    for (const change of changed) changes.emit("changed", change);
  };

  // --- own writes -----------------------------------------------------------------------------

  const write = (key: string, isDeleted: boolean, value: unknown, shown: unknown): void => {
    drafts.set(key, { time: clock.tick(), isDeleted, value, shown });
    refresh([key]);
    save([key]);
    void sign();
  };

  /** Signs and shares what waits; what is written meanwhile comes after a pause, together. */
  const sign = async (): Promise<void> => {
    const { self } = port;
    if (self?.room !== room || !view.isLoaded) return;
    if (isSigning || stopPause !== undefined || drafts.size === 0) return;
    isSigning = true;
    const batch = [...drafts];
    try {
      const letters = await Promise.all(batch.map(([key, draft]) => letterOf(key, draft, self)));
      if (port.self === self) signed(batch, letters);
    } catch (error) {
      port.handlerFailed(error, `Signing a value of the shared state "${name}"`);
    } finally {
      isSigning = false;
    }
    if (port.self === undefined) return;
    stopPause = runtime.clock.setTimer(SHARE_INTERVAL_MS, () => {
      stopPause = undefined;
      void sign();
    });
  };

  const letterOf = (key: string, draft: Draft, self: PortSelf): Promise<Letter> => {
    const id = createLetterId((count) => runtime.randomBytes(count));
    const address = { id, name, key, room: self.room, from: self.identity.agentId };
    return writeLetter(entryLetter(draft, address), self.identity);
  };

  const signed = (batch: readonly (readonly [string, Draft])[], letters: readonly Letter[]): void => {
    const entries: SharedEntry[] = [];
    batch.forEach(([key, draft], index) => {
      const entry = readEntry(letters[index] as Letter);
      if (entry === undefined) return;
      if (drafts.get(key) === draft) drafts.delete(key);
      if (!replica.isNews(entry)) return;
      shownValues.set(entry, draft.shown);
      replica.put(entry);
      entries.push(entry);
    });
    const keys = batch.map(([key]) => key);
    refresh(keys);
    save(keys);
    options.share(entries);
  };

  // --- what others wrote ----------------------------------------------------------------------

  /** The entry, where it would change something and nothing speaks against it but its signature. */
  const judge = (letter: Letter, from: PeerId): SharedEntry | undefined => {
    // Copies: what is kept must not hold on to the whole frame.
    const entry = readEntry({ body: letter.body.slice(), signature: letter.signature.slice() });
    const drop = (code: string): undefined => port.dropped(code, from) as undefined;
    if (entry === undefined) return drop("malformed-entry");
    if (entry.name !== name || entry.room !== room) return drop("foreign-entry");
    const nowMs = runtime.clock.now();
    if (entry.time.wallMs > nowMs + MAX_CLOCK_AHEAD_MS) return drop("clock-ahead");
    // Honest peers forget it a little later where their clock is behind.
    if (entry.expiresAtMs <= nowMs || !replica.isNews(entry)) return undefined;
    if (!replica.hasRoom(roomFor(entry))) return drop("shared-full");
    return checkValue(entry) ? entry : drop("invalid-payload");
  };

  const checkValue = (entry: SharedEntry): boolean => {
    if (entry.isDeleted) return true;
    const checked = accepted(entry.value);
    if (checked !== undefined) shownValues.set(entry, checked.value);
    return checked !== undefined;
  };

  // A schema that throws on hostile input counts as one that refuses it.
  const accepted = (value: unknown): { readonly value: unknown } | undefined => {
    try {
      const result = validateNow({ type: name, schema: definition.schema }, value);
      return "value" in result ? result : undefined;
    } catch {
      return undefined;
    }
  };

  const put = (entry: SharedEntry): boolean => {
    if (!replica.isNews(entry)) return false;
    replica.put(entry);
    clock.observe(entry.time);
    const draft = drafts.get(entry.key);
    if (draft !== undefined && compareTimes(entry.time, draft.time) > 0) drafts.delete(entry.key);
    return true;
  };

  // --- what is kept on this device ------------------------------------------------------------

  const failed = (thrown: unknown): void =>
    port.handlerFailed(
      toSwarmError(thrown, "storage-failed", "Shared state cannot be kept here."),
      `Keeping the shared state "${name}"`,
    );

  const save = (keys: Iterable<string>): void => {
    if (!definition.isPersistent) return;
    for (const key of keys) unsaved.add(key);
    if (!isSaving && unsaved.size > 0) void saveAll();
  };

  const saveAll = async (): Promise<void> => {
    isSaving = true;
    while (unsaved.size > 0) {
      const kept = new Map([...unsaved].map((key) => [key, keptOf(key)]));
      unsaved.clear();
      await records.save(kept, clock.last).catch(failed);
    }
    isSaving = false;
  };

  const keptOf = (key: string): Kept | undefined => {
    const draft = drafts.get(key);
    if (draft !== undefined) {
      const { time, isDeleted, value } = draft;
      return { draft: { time, isDeleted, value } };
    }
    const entry = replica.get(key);
    return entry === undefined ? undefined : { entry };
  };

  const load = async (): Promise<void> => {
    const loading = createSharedRecords(runtime, room, name);
    records = loading;
    if (!definition.isPersistent) return;
    const kept = await loading.load().catch((error: unknown) => {
      failed(error);
      return undefined;
    });
    // The swarm may have gone to another room.
    if (records === loading) adopt(kept);
  };

  const adopt = (kept: KeptState | undefined): void => {
    const latestMs = runtime.clock.now() + MAX_CLOCK_AHEAD_MS;
    // Of a clock that has been set back since: nobody would take it, nor what comes after it.
    const isCredible = ({ wallMs }: { wallMs: number }): boolean => wallMs <= latestMs;
    if (kept?.clock !== undefined && isCredible(kept.clock)) clock.observe(kept.clock);
    const early = new Map(drafts);
    for (const [key, one] of kept?.keys ?? []) {
      if ("entry" in one) adoptEntry(key, one.entry, isCredible(one.entry.time));
      else if (isCredible(one.draft.time)) adoptDraft(key, one.draft);
    }
    // Written before the clock knew of what was kept, but after it.
    for (const [key, draft] of early) drafts.set(key, { ...draft, time: clock.tick() });
    view = { ...view, isLoaded: true };
    refresh([...replica.entries.keys(), ...drafts.keys()]);
    save(early.keys());
    options.onLoaded();
    void sign();
  };

  const adoptEntry = (key: string, entry: SharedEntry, isCredible: boolean): void => {
    const isOurs = entry.key === key && entry.name === name && entry.room === room;
    if (!isOurs || !isCredible || entry.expiresAtMs <= runtime.clock.now()) return;
    if (checkValue(entry)) put(entry);
  };

  const adoptDraft = (key: string, draft: EntryDraft): void => {
    clock.observe(draft.time);
    const entry = replica.get(key);
    if (entry !== undefined && compareTimes(entry.time, draft.time) >= 0) return;
    const checked = draft.isDeleted ? { value: undefined } : accepted(draft.value);
    if (checked !== undefined) drafts.set(key, { ...draft, shown: checked.value });
  };

  const assertRoom = (key: string, bytes: number): void => {
    const author = port.self?.identity.agentId ?? "";
    const isOwn = (value: SharedValue | undefined): boolean =>
      value !== undefined && (value.author === undefined || value.author === author);
    const shown = Object.values(view.values);
    // Those that wait to be signed are not in the replica yet, so what is shown is what counts.
    const isFull = view.values[key] === undefined && shown.length >= MAX_SHARED_KEYS;
    const isOwnFull = !isOwn(view.values[key]) && shown.filter(isOwn).length >= MAX_AUTHOR_KEYS;
    const size = { key, author, isDeleted: false, bytes: bytes + ENTRY_OVERHEAD_BYTES };
    if (!isFull && !isOwnFull && replica.hasRoom(size)) return;
    throw new SwarmError("shared-full", {
      what: `The shared state "${name}" takes no more values from this agent.`,
      why: `It holds ${MAX_SHARED_KEYS} keys, and of each author ${MAX_AUTHOR_KEYS} keys and ${MAX_AUTHOR_BYTES} bytes.`,
      fix: "Delete or overwrite what is not needed, or use another shared state.",
    });
  };

  const state: SharedState = {
    get view() {
      return view;
    },
    get: (key = "") => view.values[key]?.value,
    keys: () => Object.keys(view.values),
    set(value, key = "") {
      assertKey(key);
      const shown = checked(value, definition);
      assertRoom(key, encodeValue(value).length);
      write(key, false, value, shown);
    },
    delete(key = "") {
      assertKey(key);
      const isKnown = drafts.has(key) || replica.get(key)?.isDeleted === false;
      // What was not loaded yet may be there.
      if (isKnown || !view.isLoaded) write(key, true, undefined, undefined);
    },
    subscribe: (listener) => changes.on("changed", listener),
  };

  void load();

  return {
    state,
    get replica() {
      return replica;
    },
    get isLoaded() {
      return view.isLoaded;
    },
    get definition() {
      return definition;
    },
    set definition(next) {
      definition = next;
    },
    enter(entered) {
      if (entered !== room) {
        room = entered;
        replica = createReplica();
        drafts = new Map();
        unsaved.clear();
        const keys = Object.keys(view.values);
        view = { ...view, isLoaded: !definition.isPersistent };
        refresh(keys);
        void load();
      }
      void sign();
    },
    leave() {
      stopPause?.();
      stopPause = undefined;
    },
    async receive(letters, from) {
      const { self } = port;
      const candidates = letters.map((letter) => judge(letter, from)).filter((entry) => entry !== undefined);
      const opened = await Promise.all(candidates.map(({ letter }) => openLetter(letter, runtime)));
      if (port.self !== self) return;
      const keys: string[] = [];
      for (const [index, entry] of candidates.entries()) {
        if (opened[index] === undefined) port.dropped("forged-entry", from);
        else if (replica.isNews(entry) && !replica.hasRoom(roomFor(entry))) port.dropped("shared-full", from);
        else if (put(entry)) keys.push(entry.key);
      }
      if (keys.length === 0) return;
      refresh(keys);
      save(keys);
    },
    purge: () => save(replica.purge(runtime.clock.now())),
  };
}

function roomFor({ key, author, isDeleted, letter }: SharedEntry): Parameters<Replica["hasRoom"]>[0] {
  return { key, author, isDeleted, bytes: letter.body.length };
}

function assertKey(key: string): void {
  if (key.length <= MAX_SHARED_KEY_LENGTH) return;
  throw new SwarmError("invalid-option", {
    what: `A key has at most ${MAX_SHARED_KEY_LENGTH} characters, this one has ${key.length}.`,
    fix: "Use a shorter one, for example a hash.",
  });
}

function checked(value: unknown, { name, schema }: SharedDefinition): unknown {
  const definition = { type: name, schema };
  assertPayloadFits(definition, value);
  if (value === undefined) {
    throw new SwarmError("invalid-payload", {
      what: `"${name}" cannot be undefined.`,
      why: "That is what a deleted value is.",
      fix: "Delete it, or set it to null.",
    });
  }
  assertPayload(value);
  const { length } = encodeValue(value);
  if (length > MAX_SHARED_VALUE_BYTES) {
    throw new SwarmError("payload-too-large", {
      what: `This value of "${name}" has ${length} bytes.`,
      why: `Everyone keeps it, so it holds at most ${MAX_SHARED_VALUE_BYTES}.`,
      fix: "Split it over several keys, or share it as a file.",
    });
  }
  const result = validateNow(definition, value);
  return "value" in result ? result.value : undefined;
}
