import { toBase32 } from "../bytes.js";
import type { Cancel } from "../clock.js";
import { SwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import { assertPayloadFits } from "../messages/definition.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { PeerGoneReason } from "../store/snapshot.js";
import { encodeValue } from "../wire/encoder.js";
import { assertPayload } from "../wire/payload.js";
import type { WitnessEvent } from "../witness/record.js";
import type { BreakerBook } from "./breakerBook.js";
import { createBreakerBook } from "./breakerBook.js";
import type { TaskChannel, TaskPeer } from "./channel.js";
import type { TaskDefinition } from "./definition.js";
import { createDelegation, type Delegation } from "./delegation.js";
import { inputPreview } from "./inputPreview.js";
import type { LoadBook } from "./load.js";
import { type Recalls, startRecalls } from "./recalls.js";
import { createScout } from "./scout.js";
import type { DelegatedTask, DelegateOptions, TaskOutcome } from "./taskApi.js";
import type { TaskBook } from "./taskBook.js";
import { cancelledError } from "./taskErrors.js";
import { newTask } from "./taskMachine.js";
import type { TaskId } from "./taskState.js";
import {
  beatMessage,
  MAX_TASK_ID_LENGTH,
  MAX_TASK_TIMEOUT_MS,
  MAX_TASK_VALUE_BYTES,
  outputMessage,
  refusalMessage,
  resultMessage,
  TASK_TIMEOUT_MS,
  type WireAttempt,
} from "./wire.js";

const DEFAULT_RETRIES = 2;
const MAX_RETRIES = 100;
const ID_BYTES = 15;

/** Has tasks done by others. */
export interface Delegating {
  delegate(definition: TaskDefinition, input: unknown, options: DelegateOptions): DelegatedTask;
  cancel(id: TaskId): void;
  /** Peers have changed, or what they can or could take. */
  stir(): void;
}

export function startDelegating(
  port: ProtocolPort,
  channel: TaskChannel,
  book: TaskBook,
  { load, handles }: { readonly load: LoadBook; readonly handles: (type: string) => boolean },
): Delegating {
  const { clock } = port.runtime;
  const delegations = new Map<TaskId, Delegation>();
  const breakers: BreakerBook = createBreakerBook(clock, () => book.show({ breakers: breakers.view() }));
  const recalls: Recalls = startRecalls(port, channel);

  /** Tasks that peers have from us. */
  const given = new Map<PeerId, number>();
  const givenTo = (peerId: PeerId): number => given.get(peerId) ?? 0;
  const give = (peerId: PeerId, more: 1 | -1): void => {
    const count = givenTo(peerId) + more;
    if (count > 0) given.set(peerId, count);
    else given.delete(peerId);
  };
  const scout = createScout({ port, channel, load, breakers, handles, givenTo });

  /** Records of tasks that were delegated before there was a stay to witness them. */
  let unwitnessed: WitnessEvent[] = [];
  const witness = (event: WitnessEvent): void => {
    if (port.self === undefined) unwitnessed.push(event);
    else port.note(event);
  };

  const isSelf = (agentId: AgentId): boolean => agentId === channel.self?.agentId;

  /** The delegation that this message may speak for; else its sender learns that nobody waits. */
  const heldBy = ({ id, attempt }: WireAttempt, { peerId }: TaskPeer): Delegation | undefined => {
    const delegation = delegations.get(id);
    if (delegation?.isHeldBy(peerId, attempt)) return delegation;
    port.dropped("task-fenced", peerId);
    // It may have it again: then what it did is not lost.
    if (delegation?.isMissing(peerId)) delegation.stir();
    else recalls.say(peerId, { id, attempt });
    return undefined;
  };

  channel.on(beatMessage, (beat, from) => heldBy(beat, from)?.beat(beat));
  channel.on(outputMessage, (output, from) => heldBy(output, from)?.output(output));
  channel.on(resultMessage, (result, from) => heldBy(result, from)?.result(result));
  channel.on(refusalMessage, (refusal, { peerId }) => {
    const delegation = delegations.get(refusal.id);
    if (delegation?.isHeldBy(peerId, refusal.attempt)) delegation.refused(refusal);
    else port.dropped("task-fenced", peerId);
  });

  const each = (act: (delegation: Delegation) => void): void => {
    for (const delegation of [...delegations.values()]) act(delegation);
  };
  const stir = (): void => each((delegation) => delegation.stir());
  port.watch("profiled", stir);
  port.watch("relinked", ({ peerId }) => {
    each((delegation) => delegation.relinked(peerId));
    stir();
  });
  // A moment later: where all leave because we do, there is no peer to look for.
  const gone = new Map<PeerId, PeerGoneReason>();
  let stopMourning: Cancel | undefined;
  const mourn = (): void => {
    stopMourning = undefined;
    for (const [peerId, reason] of gone)
      each((delegation) => delegation.left(peerId, reason !== "left" && reason !== "replaced"));
    gone.clear();
    stir();
  };
  port.watch("left", ({ peerId, reason }) => {
    if (delegations.size === 0) return;
    gone.set(peerId, reason);
    stopMourning ??= clock.setTimer(0, mourn);
  });
  port.watch("ended", () => {
    stopMourning?.();
    stopMourning = undefined;
    gone.clear();
    const error = new SwarmError("left", { what: "The swarm left the room before the task was done." });
    each((delegation) => delegation.cancel(error));
    breakers.rest();
    book.rest();
    unwitnessed = [];
  });
  port.watch("began", () => {
    breakers.show();
    for (const event of unwitnessed) port.note(event);
    unwitnessed = [];
    stir();
  });

  const open = (
    definition: TaskDefinition,
    input: unknown,
    id: TaskId,
    options: DelegateOptions,
    onEnded: (outcome: TaskOutcome) => void,
  ): void => {
    const { timeoutMs = TASK_TIMEOUT_MS, retries = DEFAULT_RETRIES, signal, among, allowSelf } = options;
    const { type } = definition;
    const task = { id, type, inputPreview: inputPreview(input), startedAtMs: clock.now() };
    const onAbort = (): void => delegation.cancel(cancelledError(signal));
    const delegation = createDelegation({
      port,
      channel,
      definition,
      input,
      booked: book.add(newTask("delegated", task)),
      timeoutMs,
      retries,
      callbacks: options,
      search: (experience) =>
        scout(definition, experience, { among: among && new Set(among), allowSelf: allowSelf === true }),
      onAssigned({ peerId, agentId }) {
        give(peerId, 1);
        if (!isSelf(agentId)) breakers.begun(agentId);
      },
      onAttemptEnded({ peerId, agentId }, isGood) {
        give(peerId, -1);
        if (!isSelf(agentId)) breakers.ended(agentId, isGood);
      },
      recall: (peerId, attempt) => recalls.add(peerId, { id, attempt }),
      onEnded(outcome) {
        delegations.delete(id);
        signal?.removeEventListener("abort", onAbort);
        onEnded(outcome);
        // A slot may be free now that another of ours waits for.
        stir();
      },
    });
    delegations.set(id, delegation);
    witness({ kind: "task_delegated", detail: { task: id, type } });
    signal?.addEventListener("abort", onAbort);
    delegation.begin();
  };

  const run = async (
    definition: TaskDefinition,
    input: unknown,
    id: TaskId,
    options: DelegateOptions,
  ): Promise<TaskOutcome> => {
    assertOptions(id, options);
    assertInput(definition, input);
    if (delegations.has(id)) throw inUse(id);
    if (port.self === undefined && !port.isArriving) return outcomeOf(notJoined());
    if (options.signal?.aborted) return outcomeOf(cancelledError(options.signal));
    return new Promise((resolve) => open(definition, input, id, options, resolve));
  };

  return {
    delegate(definition, input, options) {
      const id = options.id ?? toBase32(port.runtime.randomBytes(ID_BYTES));
      return Object.assign(run(definition, input, id, options), { id });
    },
    cancel: (id) => delegations.get(id)?.cancel(cancelledError()),
    stir,
  };
}

const outcomeOf = (error: SwarmError): TaskOutcome => ({ ok: false, error, attempts: 0 });

function assertInput(definition: TaskDefinition, input: unknown): void {
  assertPayloadFits({ type: definition.type, schema: definition.input }, input);
  if (input === undefined) return;
  assertPayload(input);
  const bytes = encodeValue(input).length;
  if (bytes <= MAX_TASK_VALUE_BYTES) return;
  throw new SwarmError("payload-too-large", {
    what: `The input of this task "${definition.type}" has ${bytes} bytes.`,
    why: `It travels as one message of at most ${MAX_TASK_VALUE_BYTES}.`,
    fix: "Split the work, or send a file with sendFile() and name it in the input.",
  });
}

function assertOptions(
  id: TaskId,
  { timeoutMs = TASK_TIMEOUT_MS, retries = DEFAULT_RETRIES }: DelegateOptions,
): void {
  if (id.length === 0 || id.length > MAX_TASK_ID_LENGTH)
    throw invalid(
      `A task's id has 1 to ${MAX_TASK_ID_LENGTH} characters, this one has ${id.length}.`,
      "Leave it out for a random one.",
    );
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TASK_TIMEOUT_MS))
    throw invalid(
      `timeoutMs is ${timeoutMs}, and must be more than 0 and at most ${MAX_TASK_TIMEOUT_MS}.`,
      `Leave it out for ${TASK_TIMEOUT_MS}.`,
    );
  if (!(Number.isInteger(retries) && retries >= 0 && retries <= MAX_RETRIES))
    throw invalid(
      `retries is ${retries}, and must be a whole number up to ${MAX_RETRIES}.`,
      `Leave it out for ${DEFAULT_RETRIES}.`,
    );
}

function invalid(what: string, fix: string): SwarmError {
  return new SwarmError("invalid-option", { what, fix });
}

function inUse(id: TaskId): SwarmError {
  return invalid(`A task with the id "${id}" is under way.`, "Wait for its outcome, or leave the id out.");
}

function notJoined(): SwarmError {
  return new SwarmError("not-joined", {
    what: "A task needs a swarm that has joined.",
    fix: "Wait for join().",
  });
}
