import type { Attendance } from "../attendance.js";
import { type Bytes, equalInConstantTime } from "../bytes.js";
import { abortedError, SwarmError, toSwarmError } from "../errors.js";
import { checkName, checkRoom } from "../options.js";
import type { Runtime } from "../runtime.js";
import { secretBytes } from "../secret/roomSecret.js";
import type { Reconfiguration, Transport } from "../transport/transport.js";
import type { ConfigureOptions, SettingsChange, SettingsView, TestSettings } from "./settings.js";

/** Where a swarm is, or will be with its next join. */
export interface Place {
  readonly room: string;
  readonly secret: Bytes | undefined;
}

export interface ConfiguringOptions {
  readonly transport: Transport;
  readonly runtime: Runtime;
  readonly attendance: Pick<Attendance, "isActive">;
  readonly place: Place;
  /** Something else may be in force; an unchanged secret is the same object. */
  readonly onChanged: (place: Place) => void;
  /** Tells others another name; returns the way back. */
  readonly rename: (name: string | undefined) => () => void;
  readonly rejoin: (options: { timeoutMs?: number; signal?: AbortSignal | undefined }) => Promise<void>;
  /** What was changed holds without leaving: signalling that does not work is to try it. */
  readonly retry: () => void;
}

/** Server, room and secret while the swarm lives. */
export interface Configuring {
  configure(change: SettingsChange, options?: ConfigureOptions): Promise<void>;
  readonly test: TestSettings;
  /** What is in force, as everyone may see it; the same object until that changes. */
  readonly view: SettingsView;
}

/** A cautious change that is not in its room yet. One that takes the place of another goes back to where that one would have. */
interface Trial {
  readonly home: Place;
  readonly undos: readonly (() => void)[];
}

const NOTHING_TO_DO: Reconfiguration = { needsRejoin: false, undo: () => undefined };
const KEEPS_NAME = (): void => undefined;

export function createConfiguring(options: ConfiguringOptions): Configuring {
  const { transport, runtime, attendance } = options;
  let { place } = options;
  let view = viewOf(transport, place);
  let changes = 0;
  let trial: Trial | undefined;

  const put = (next: Place): void => {
    place = next;
    const seen = viewOf(transport, next);
    if (seen.hasSecret !== view.hasSecret || seen.transport !== view.transport) view = seen;
    options.onChanged(next);
  };

  const goBack = ({ home, undos }: Trial): void => {
    for (const undo of undos) undo();
    put(home);
    options.rejoin({}).catch(() => undefined);
  };

  const test: TestSettings = async (part, testOptions = {}) => {
    if (testOptions.signal?.aborted) throw abortedError("The test of the settings", testOptions.signal);
    const { runSettingsTest } = await runtime.track(import("./engine.js")).catch((error: unknown) => {
      throw toSwarmError(error, "internal", "The code that tests settings could not be loaded.");
    });
    return runSettingsTest({ transport, runtime, room: place.room }, part, testOptions);
  };

  /** @throws SwarmError with what the server that is asked first is found to refuse */
  const ask = async (change: SettingsChange, signal: AbortSignal | undefined): Promise<void> => {
    const { findings } = await test("server", { change, signal });
    const obstacle = findings.find(({ severity }) => severity === "error");
    if (obstacle === undefined) return;
    throw new SwarmError("signaling-rejected", { what: obstacle.what, fix: obstacle.fix });
  };

  return {
    get view() {
      return view;
    },
    test,
    async configure(change, { timeoutMs, signal, isCautious = false } = {}) {
      const how = { ...(timeoutMs !== undefined && { timeoutMs }), signal };
      const { room: _, secret: __, name, ...transportChange } = change;
      let next = placeAfter(place, change);
      if (name != null) checkName(name);
      if (isCautious && attendance.isActive && canAsk(transport) && needsServer(change)) {
        await ask(change, signal);
        // Others may have changed it meanwhile.
        next = placeAfter(place, change);
      }
      const before = place;
      const reconfigured = hasAny(transportChange) ? transport.configure?.(transportChange) : undefined;
      const { needsRejoin, undo } = reconfigured ?? NOTHING_TO_DO;
      const undoName = name === undefined ? KEEPS_NAME : options.rename(name ?? undefined);
      const number = ++changes;
      put(next);
      if (!isCautious || !attendance.isActive) trial = undefined;
      if (!attendance.isActive) return;
      if (!needsRejoin && before === next) return options.retry();
      const own: Trial = { home: trial?.home ?? before, undos: [undoName, undo, ...(trial?.undos ?? [])] };
      trial = isCautious ? own : undefined;
      try {
        await options.rejoin(how);
        if (trial === own) trial = undefined;
      } catch (thrown) {
        if (!isCautious || number !== changes) throw thrown;
        trial = undefined;
        // Whoever left, or changed it again, has had the last word.
        const hasLeft = thrown instanceof SwarmError && thrown.code === "left";
        if (!hasLeft) goBack(own);
        throw thrown;
      }
    },
  };
}

function viewOf(transport: Transport, { secret }: Place): SettingsView {
  return { hasSecret: secret !== undefined, transport: transport.settings?.() };
}

/** `before` itself where nothing is different. @throws SwarmError `invalid-option` */
function placeAfter(before: Place, change: SettingsChange): Place {
  const room = change.room === undefined ? before.room : checkRoom(change.room);
  const secret = secretAfter(before.secret, change.secret);
  return room === before.room && secret === before.secret ? before : { room, secret };
}

function secretAfter(before: Bytes | undefined, change: SettingsChange["secret"]): Bytes | undefined {
  if (change === undefined) return before;
  const next = change === null ? undefined : secretBytes(change);
  const isSame = before !== undefined && next !== undefined && equalInConstantTime(before, next);
  return isSame ? before : next;
}

const canAsk = ({ examine }: Transport): boolean => examine !== undefined;
const hasAny = (change: object): boolean => Object.keys(change).length > 0;

/** Whether a server decides about it. */
function needsServer({ url, key, token, room }: SettingsChange): boolean {
  return url !== undefined || key !== undefined || room !== undefined || token != null;
}
