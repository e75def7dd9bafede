import { type Bytes, equalBytes, toBase32 } from "../core/bytes.js";
import { SwarmError, type SwarmErrorCode } from "../core/errors.js";
import type { PeerId } from "../core/identity/ids.js";
import type { Runtime } from "../core/runtime.js";
import {
  LANE_NAMES,
  type Lane,
  type LaneName,
  type Link,
  type LinkCloseReason,
  type LinkState,
  MAX_LANE_MESSAGE_BYTES,
  MAX_LANE_QUEUED_BYTES,
  type Transport,
  type TransportRoom,
} from "../core/transport/transport.js";

const RELIABLE_LANES: readonly LaneName[] = ["control", "bulk"];
const PIECE_BYTES = 64 * 1024;

/** What a transport's test supplies so that {@link transportContract} can run on it. */
export interface TransportHarness {
  /** One more tab: a transport of its own, and the runtime that goes with it. */
  tab(): TestTab | Promise<TestTab>;
  /**
   * Waits until `predicate` holds, in whatever time the transport runs on; throws an error that names `what`
   * after a deadline of its own. The deadline must be longer than the transport's longest dial.
   */
  until(predicate: () => boolean, what: string): Promise<void>;
}

/** Where a member of the suite lives. */
export interface TestTab {
  readonly transport: Transport;
  readonly runtime: Runtime;
}

/** One promise of the `Transport` seam. */
export interface TransportContractCase {
  readonly name: string;
  /** Runs the case and leaves every room that it entered; throws where the promise is broken. */
  run(harness: TransportHarness): Promise<void>;
}

// --- assertions and waiting -------------------------------------------------------------------

function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`Transport contract: ${what}`);
}

function checkEqual<T>(actual: T, expected: T, what: string): void {
  check(Object.is(actual, expected), `${what}: expected ${String(expected)}, got ${String(actual)}`);
}

function checkBytes(actual: Bytes | undefined, expected: Bytes, what: string): void {
  check(
    actual !== undefined && equalBytes(actual, expected),
    `${what}: ${actual?.length ?? "no"} bytes came, not the ${expected.length} that were sent`,
  );
}

function checkThrows(action: () => void, code: SwarmErrorCode, what: string): void {
  try {
    action();
  } catch (error) {
    return checkEqual(codeOf(error), code, `${what} throws`);
  }
  check(false, `${what} should throw ${code}`);
}

function codeOf(error: unknown): string {
  return error instanceof SwarmError ? error.code : `not a SwarmError but ${String(error)}`;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** The outcome of a promise so far. */
function watch<T>(promise: Promise<T>): () => Outcome<T> | undefined {
  let outcome: Outcome<T> | undefined;
  promise.then(
    (value) => {
      outcome = { value };
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  return () => outcome;
}

/** What the cases use: the harness, and members that are cleaned up after them. */
class Stage {
  readonly #harness: TransportHarness;
  readonly #members: Member[] = [];
  #room: string | undefined;

  constructor(harness: TransportHarness) {
    this.#harness = harness;
  }

  async tab(): Promise<TestTab> {
    return this.#harness.tab();
  }

  until(predicate: () => boolean, what: string): Promise<void> {
    return this.#harness.until(predicate, what);
  }

  /** The outcome of a promise, as a value, within the harness's deadline. */
  async outcome<T>(promise: Promise<T>, what: string): Promise<Outcome<T>> {
    const outcome = watch(promise);
    await this.until(() => outcome() !== undefined, what);
    return outcome() as Outcome<T>;
  }

  async value<T>(promise: Promise<T>, what: string): Promise<T> {
    const outcome = await this.outcome(promise, what);
    if ("error" in outcome)
      throw new Error(`Transport contract: ${what} failed: ${String(outcome.error)}`, {
        cause: outcome.error,
      });
    return outcome.value;
  }

  async rejection(promise: Promise<unknown>, codes: readonly SwarmErrorCode[], what: string): Promise<void> {
    const outcome = await this.outcome(promise, what);
    check("error" in outcome, `${what} should reject with ${codes.join(" or ")}, but it resolved`);
    const code = codeOf(outcome.error);
    check(
      (codes as readonly string[]).includes(code),
      `${what} should reject with ${codes.join(" or ")}, but it was ${code}`,
    );
  }

  /** A member that has not connected yet. */
  async prepare(options: { room?: string } = {}): Promise<Member> {
    const tab = await this.#harness.tab();
    this.#room ??= `contract-${toBase32(tab.runtime.randomBytes(5))}`;
    const member = new Member(tab, options.room ?? this.#room);
    this.#members.push(member);
    return member;
  }

  /** A member that is in the room. */
  async enter(options: { room?: string } = {}): Promise<Member> {
    const member = await this.prepare(options);
    const signal = new AbortController().signal;
    await this.value(member.room.connect({ signal }), "entering the room");
    return member;
  }

  /** Members that all see each other. */
  async gather(count: number): Promise<Member[]> {
    const members: Member[] = [];
    for (let index = 0; index < count; index++) members.push(await this.enter());
    await this.until(
      () => members.every((member) => member.listed.size === count - 1),
      `${count} members list each other`,
    );
    return members;
  }

  /** Two members and both ends of a link between them. */
  async pair(): Promise<{ dialler: Member; answerer: Member; near: Link; far: Link }> {
    const [dialler, answerer] = (await this.gather(2)) as [Member, Member];
    const [near, far] = await this.connect(dialler, answerer);
    return { dialler, answerer, near, far };
  }

  async connect(dialler: Member, answerer: Member): Promise<[near: Link, far: Link]> {
    const before = answerer.accepted.length;
    const near = await this.value(dialler.dial(answerer), "a dial");
    await this.until(() => answerer.accepted.length > before, "the answering side has the link");
    return [near, answerer.accepted[before] as Link];
  }

  end(): void {
    for (const member of this.#members) member.room.close();
  }
}

/** One member of a room below identity, with everything that its transport reported. */
class Member {
  readonly peerId: PeerId;
  readonly room: TransportRoom;
  readonly listed = new Set<PeerId>();
  readonly dialled: PeerId[] = [];
  /** Links that came from answering. */
  readonly accepted: Link[] = [];
  readonly lost: SwarmError[] = [];
  /** What to do with dials: a reason rejects them. */
  answer: "accept" | LinkCloseReason = "accept";
  answerController = new AbortController();
  /** How each accepted dial ended. */
  readonly answers: Promise<Link>[] = [];
  /** Called with each accepted link in the very moment in which it opens. */
  onAccepted: ((link: Link) => void) | undefined;

  constructor(tab: TestTab, room: string) {
    const { runtime, transport } = tab;
    const text = toBase32(runtime.randomBytes(16));
    this.peerId = `${text.slice(0, 12)}-${text.slice(12, 22)}`;
    this.room = transport.enter({
      room,
      peerId: this.peerId,
      runtime,
      events: {
        lost: (error) => void this.lost.push(error),
        listed: (peerId) => void this.listed.add(peerId),
        unlisted: (peerId) => void this.listed.delete(peerId),
        incoming: (dial) => {
          this.dialled.push(dial.peerId);
          if (this.answer !== "accept") return dial.reject(this.answer);
          const answering = dial.accept({ signal: this.answerController.signal });
          this.answers.push(answering);
          answering.then(
            (link) => {
              this.accepted.push(link);
              this.onAccepted?.(link);
            },
            () => undefined,
          );
        },
        notice: () => undefined,
        violation: () => undefined,
        step: () => undefined,
      },
    });
  }

  dial(target: Member | PeerId, signal: AbortSignal = new AbortController().signal): Promise<Link> {
    return this.room.dial(typeof target === "string" ? target : target.peerId, { signal });
  }
}

function collect(lane: Lane): Bytes[] {
  const messages: Bytes[] = [];
  lane.receive((message) => void messages.push(message));
  return messages;
}

function numbered(number: number, length = 4): Bytes {
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

function numberOf(message: Bytes): number {
  return new DataView(message.buffer, message.byteOffset, message.byteLength).getUint32(0);
}

function checkOrder(messages: readonly Bytes[], count: number, what: string): void {
  checkEqual(messages.length, count, `${what}, messages`);
  messages.forEach((message, index) => {
    checkEqual(numberOf(message), index, `${what}, message ${index}`);
  });
}

// --- the cases --------------------------------------------------------------------------------

function promise(name: string, body: (stage: Stage) => Promise<void>): TransportContractCase {
  return {
    name,
    async run(harness) {
      const stage = new Stage(harness);
      try {
        await body(stage);
      } finally {
        stage.end();
      }
    },
  };
}

const rooms: readonly TransportContractCase[] = [
  promise("entering has no effect before connect", async (stage) => {
    const first = await stage.enter();
    const quiet = await stage.prepare();
    const second = await stage.enter();
    await stage.until(() => first.listed.has(second.peerId), "the second member is listed");
    check(!first.listed.has(quiet.peerId), "a member that has not connected is listed");
    check(quiet.room.server.length > 0, "a room names its server");
  }),

  promise("members of a room list each other, and nobody of another room", async (stage) => {
    const [first, second] = (await stage.gather(2)) as [Member, Member];
    const stranger = await stage.enter({ room: `elsewhere-${first.peerId}` });
    const third = await stage.enter();
    await stage.until(
      () =>
        [first, second].every((member) => member.listed.has(third.peerId)) &&
        third.listed.has(first.peerId) &&
        third.listed.has(second.peerId),
      "the newcomer and the others list each other",
    );
    for (const member of [first, second, third]) {
      check(!member.listed.has(stranger.peerId), "a member of another room is listed");
      check(!member.listed.has(member.peerId), "a member lists itself");
    }
    checkEqual(stranger.listed.size, 0, "members that a stranger sees");
  }),

  promise("a member that leaves is unlisted", async (stage) => {
    const [staying, leaving] = (await stage.gather(2)) as [Member, Member];
    leaving.room.close();
    await stage.until(() => !staying.listed.has(leaving.peerId), "the one that left is unlisted");
  }),

  promise("connect rejects when it is aborted, and can be tried again", async (stage) => {
    const member = await stage.prepare();
    const controller = new AbortController();
    const connecting = member.room.connect({ signal: controller.signal });
    controller.abort();
    await stage.rejection(connecting, ["aborted"], "an aborted connect");
    await stage.value(member.room.connect({ signal: new AbortController().signal }), "the next connect");
    const other = await stage.enter();
    await stage.until(() => other.listed.has(member.peerId), "the member is listed after all");
  }),

  promise("check reports nothing while signalling works", async (stage) => {
    const [first, second] = (await stage.gather(2)) as [Member, Member];
    first.room.check();
    await stage.connect(first, second);
    checkEqual(first.lost.length, 0, "reports of lost signalling");
  }),
];

const dials: readonly TransportContractCase[] = [
  promise("a dial opens one link, with an end on each side", async (stage) => {
    const { dialler, answerer, near, far } = await stage.pair();
    checkEqual(near.id, far.id, "the link's id on the far end");
    checkEqual(near.isInitiator, true, "isInitiator of the dialler");
    checkEqual(far.isInitiator, false, "isInitiator of the answerer");
    checkEqual(near.peerId, answerer.peerId, "the near end's peer");
    checkEqual(far.peerId, dialler.peerId, "the far end's peer");
    for (const end of [near, far]) {
      checkEqual(end.state, "open", "the state of a new link");
      checkEqual(end.closeReason, undefined, "the closeReason of an open link");
      for (const name of LANE_NAMES) checkEqual(end.lanes[name].name, name, "the name of a lane");
    }
    checkEqual(answerer.accepted.length, 1, "links on the answering side");
  }),

  promise("both ends know the same channel binding, and every link has its own", async (stage) => {
    const [first, second, third] = (await stage.gather(3)) as [Member, Member, Member];
    const [near, far] = await stage.connect(first, second);
    check(near.channelBinding.length >= 16, "a channel binding has at least 16 bytes");
    checkBytes(far.channelBinding, near.channelBinding, "the far end's channel binding");
    const [other] = await stage.connect(first, third);
    check(other.id !== near.id, "two links share an id");
    check(!equalBytes(other.channelBinding, near.channelBinding), "two links share a channel binding");
    near.close("left");
    await stage.until(() => far.state === "closed", "the first link is closed");
    const [again, againFar] = await stage.connect(first, second);
    check(again.id !== near.id, "a later link to the same peer has the id of the first");
    check(
      !equalBytes(again.channelBinding, near.channelBinding),
      "a later link to the same peer has the channel binding of the first",
    );
    checkBytes(againFar.channelBinding, again.channelBinding, "the later link's channel binding");
  }),

  promise("a rejected dial rejects with dial-rejected and leaves no link", async (stage) => {
    const [dialler, answerer] = (await stage.gather(2)) as [Member, Member];
    answerer.answer = "refused";
    await stage.rejection(dialler.dial(answerer), ["dial-rejected"], "a dial that the peer rejects");
    checkEqual(answerer.dialled[0], dialler.peerId, "who dialled");
    answerer.answer = "accept";
    await stage.connect(dialler, answerer);
    checkEqual(answerer.accepted.length, 1, "links after one rejected dial and one accepted");
  }),

  promise("a dial to an absent peer rejects", async (stage) => {
    const [dialler, leaving] = (await stage.gather(2)) as [Member, Member];
    leaving.room.close();
    await stage.until(() => !dialler.listed.has(leaving.peerId), "the peer is unlisted");
    await stage.rejection(
      dialler.dial(leaving),
      ["peer-unavailable", "dial-timeout"],
      "a dial to a peer that left",
    );
  }),

  promise("an aborted dial rejects and leaves nothing", async (stage) => {
    const [dialler, answerer] = (await stage.gather(2)) as [Member, Member];
    const controller = new AbortController();
    const dialling = dialler.dial(answerer, controller.signal);
    controller.abort();
    await stage.rejection(dialling, ["aborted"], "an aborted dial");
    await stage.rejection(
      dialler.dial(answerer, AbortSignal.abort()),
      ["aborted"],
      "a dial whose signal had been aborted before",
    );
    // The answer may have been under way: whatever it opened must go too, and the next dial must not mix with it.
    const near = await stage.value(dialler.dial(answerer), "the next dial");
    const open = (): Link[] => answerer.accepted.filter((link) => link.state !== "closed");
    await stage.until(
      () => open().length === 1 && open()[0]?.id === near.id,
      "only the next dial's link is open",
    );
    checkEqual(near.state, "open", "the state of the next dial's link");
  }),

  promise("an answer that is aborted rejects and opens nothing", async (stage) => {
    const [dialler, answerer] = (await stage.gather(2)) as [Member, Member];
    const controller = new AbortController();
    const dialling = dialler.dial(answerer, controller.signal);
    const outcome = watch(dialling);
    answerer.answerController.abort();
    await stage.until(() => answerer.answers.length > 0, "the dial arrives");
    await stage.rejection(answerer.answers[0] as Promise<Link>, ["aborted"], "an aborted answer");
    controller.abort();
    await stage.until(() => {
      const ended = outcome();
      return ended !== undefined && ("error" in ended || ended.value.state === "closed");
    }, "the dial fails, or its link closes");
    checkEqual(answerer.accepted.length, 0, "links on the answering side");
  }),

  promise("of two crossing dials the one that is accepted opens", async (stage) => {
    const [first, second] = (await stage.gather(2)) as [Member, Member];
    first.answer = "superseded";
    const controller = new AbortController();
    const winning = first.dial(second);
    const losing = second.dial(first, controller.signal);
    const lost = watch(losing);
    const near = await stage.value(winning, "the dial that wins");
    controller.abort();
    await stage.until(() => lost() !== undefined, "the dial that gives way ends");
    await stage.rejection(losing, ["dial-rejected", "aborted"], "the dial that gives way");
    await stage.until(() => second.accepted.length === 1, "the answering side has the link");
    checkEqual(second.accepted[0]?.id, near.id, "the id of the one link");
    checkEqual(first.accepted.length, 0, "links from the dial that gave way");
    checkEqual(near.state, "open", "the state of the winning link");
    const heard = collect((second.accepted[0] as Link).lanes.control);
    near.lanes.control.send(numbered(7));
    await stage.until(() => heard.length === 1, "the winning link carries messages");
  }),

  promise("leaving closes the links that were dialled and those that were answered", async (stage) => {
    const [leaving, dialled, dialling] = (await stage.gather(3)) as [Member, Member, Member];
    const [near, far] = await stage.connect(leaving, dialled);
    const [incomingFar, incomingNear] = await stage.connect(dialling, leaving);
    leaving.room.close();
    for (const own of [near, incomingNear]) {
      checkEqual(own.state, "closed", "the leaving side's end, at once");
      checkEqual(own.closeReason, "left", "why the leaving side's end is closed");
    }
    await stage.until(
      () => far.state === "closed" && incomingFar.state === "closed",
      "the other ends notice that the member left",
    );
    for (const end of [far, incomingFar]) {
      check(
        end.closeReason === "left" || end.closeReason === "remote-closed",
        `a link whose peer left is closed with ${String(end.closeReason)}`,
      );
    }
  }),

  promise("leaving ends a dial that is under way", async (stage) => {
    const [leaving, target] = (await stage.gather(2)) as [Member, Member];
    const dialling = leaving.dial(target);
    leaving.room.close();
    const outcome = await stage.outcome(dialling, "the dial of a member that left");
    check("error" in outcome, "a member that left gets a link");
    await stage.until(
      () => target.accepted.every((link) => link.state === "closed"),
      "nothing of the dial is left on the other side",
    );
  }),
];

const lanes: readonly TransportContractCase[] = [
  promise("each lane carries bytes both ways, unchanged, and keeps them to itself", async (stage) => {
    const { near, far } = await stage.pair();
    for (const [sender, receiver] of [
      [near, far],
      [far, near],
    ] as const) {
      const heard = Object.fromEntries(
        LANE_NAMES.map((name) => [name, collect(receiver.lanes[name])]),
      ) as Record<LaneName, Bytes[]>;
      for (const [index, name] of LANE_NAMES.entries()) {
        const message = Uint8Array.from({ length: 300 }, (_, at) => (at + index) % 256);
        // A datagram may be lost; of ten one arrives.
        for (let times = 0; times < (name === "datagram" ? 10 : 1); times++) {
          sender.lanes[name].send(message);
        }
        await stage.until(() => heard[name].length > 0, `a message arrives on ${name}`);
        for (const arrived of heard[name]) checkBytes(arrived, message, `a message on ${name}`);
      }
      checkEqual(heard.control.length, 1, "messages on control");
      checkEqual(heard.bulk.length, 1, "messages on bulk");
    }
  }),

  promise("control and bulk keep their order", async (stage) => {
    const { near, far } = await stage.pair();
    const count = 300;
    const heard = RELIABLE_LANES.map((name) => collect(far.lanes[name]));
    for (let number = 0; number < count; number++) {
      for (const name of RELIABLE_LANES)
        near.lanes[name].send(numbered(number, 4 + ((number * 7919) % 2000)));
    }
    await stage.until(
      () => heard.every((messages) => messages.length >= count),
      "all messages arrive on control and bulk",
    );
    for (const [index, name] of RELIABLE_LANES.entries())
      checkOrder(heard[index] as Bytes[], count, `order on ${name}`);
  }),

  promise("what either side sends in the moment of opening is not lost", async (stage) => {
    const [dialler, answerer] = (await stage.gather(2)) as [Member, Member];
    answerer.onAccepted = (link) => {
      for (const name of RELIABLE_LANES) link.lanes[name].send(numbered(0));
    };
    const near = await stage.value(
      dialler.dial(answerer).then((link) => {
        for (const name of RELIABLE_LANES) link.lanes[name].send(numbered(0));
        return link;
      }),
      "a dial",
    );
    await stage.until(() => answerer.accepted.length === 1, "the answering side has the link");
    const far = answerer.accepted[0] as Link;
    for (const name of RELIABLE_LANES) {
      const [atNear, atFar] = [collect(near.lanes[name]), collect(far.lanes[name])];
      await stage.until(() => atNear.length === 1, `the answerer's first message arrives on ${name}`);
      await stage.until(() => atFar.length === 1, `the dialler's first message arrives on ${name}`);
    }
  }),

  promise("messages that come before receive are kept, in order", async (stage) => {
    const { near, far } = await stage.pair();
    const count = 20;
    for (let number = 0; number < count; number++) near.lanes.bulk.send(numbered(number));
    // Once a later message on another lane is here and the queue is empty, the earlier ones have had their time.
    const control = collect(far.lanes.control);
    near.lanes.control.send(numbered(0));
    await stage.until(() => control.length === 1 && near.lanes.bulk.queuedBytes === 0, "the messages left");
    const first = collect(far.lanes.bulk);
    await stage.until(() => first.length === count, "the kept messages are handed over");
    checkOrder(first, count, "the kept messages");
    const second = collect(far.lanes.bulk);
    near.lanes.bulk.send(numbered(count));
    await stage.until(() => second.length === 1, "a later listener takes the earlier one's place");
    checkEqual(first.length, count, "messages that the replaced listener has");
  }),

  promise("a message does not change when its sender uses the buffer again", async (stage) => {
    const { near, far } = await stage.pair();
    const heard = collect(far.lanes.control);
    const buffer = numbered(1, 64);
    near.lanes.control.send(buffer);
    buffer.fill(255);
    // A view into a larger buffer carries its own bytes and nothing around them.
    const whole = Uint8Array.from({ length: 32 }, (_, at) => at);
    near.lanes.control.send(whole.subarray(8, 16));
    await stage.until(() => heard.length === 2, "both messages arrive");
    checkBytes(heard[0], numbered(1, 64), "the message whose buffer was used again");
    checkBytes(heard[1], whole.slice(8, 16), "the message from a view");
  }),

  promise("messages of one link do not reach another", async (stage) => {
    const [centre, left, right] = (await stage.gather(3)) as [Member, Member, Member];
    const [toLeft, atLeft] = await stage.connect(centre, left);
    const [toRight, atRight] = await stage.connect(centre, right);
    const [heardLeft, heardRight] = [collect(atLeft.lanes.control), collect(atRight.lanes.control)];
    toLeft.lanes.control.send(numbered(1));
    toRight.lanes.control.send(numbered(2));
    await stage.until(() => heardLeft.length > 0 && heardRight.length > 0, "both messages arrive");
    toLeft.close("left");
    await stage.until(() => atLeft.state === "closed", "one link closes");
    toRight.lanes.control.send(numbered(3));
    await stage.until(() => heardRight.length === 2, "the other link goes on");
    checkEqual(heardLeft.map(numberOf).join(), "1", "what the left one heard");
    checkEqual(heardRight.map(numberOf).join(), "2,3", "what the right one heard");
  }),

  promise("the largest message passes; one byte more throws message-too-large", async (stage) => {
    const { near, far } = await stage.pair();
    for (const name of RELIABLE_LANES) {
      const heard = collect(far.lanes[name]);
      const largest = Uint8Array.from({ length: MAX_LANE_MESSAGE_BYTES }, (_, at) => (at * 31) % 251);
      near.lanes[name].send(largest);
      const queuedBytes = near.lanes[name].queuedBytes;
      checkThrows(
        () => near.lanes[name].send(new Uint8Array(MAX_LANE_MESSAGE_BYTES + 1)),
        "message-too-large",
        `a message over the limit on ${name}`,
      );
      checkEqual(near.lanes[name].queuedBytes, queuedBytes, "bytes queued by a refused message");
      near.lanes[name].send(numbered(1));
      await stage.until(() => heard.length === 2, `the messages around the refused one arrive on ${name}`);
      checkBytes(heard[0], largest, `the largest message on ${name}`);
    }
    checkThrows(
      () => near.lanes.datagram.send(new Uint8Array(MAX_LANE_MESSAGE_BYTES + 1)),
      "message-too-large",
      "a datagram over the limit",
    );
    checkEqual(near.state, "open", "the link's state after refused messages");
  }),
];

const flow: readonly TransportContractCase[] = [
  promise("a full queue throws queue-full and takes nothing", async (stage) => {
    const { near, far } = await stage.pair();
    const heard = collect(far.lanes.bulk);
    const lane = near.lanes.bulk;
    const most = MAX_LANE_QUEUED_BYTES / MAX_LANE_MESSAGE_BYTES;
    let taken = 0;
    try {
      // What the network takes meanwhile makes room, so the loop may run a little longer than the queue is.
      for (; taken < most * 4; taken++) lane.send(numbered(taken, MAX_LANE_MESSAGE_BYTES));
    } catch (error) {
      checkEqual(codeOf(error), "queue-full", "a send on a full queue throws");
    }
    check(taken >= most, `a queue of ${MAX_LANE_QUEUED_BYTES} bytes is full after ${taken} messages`);
    check(taken < most * 4, "the queue never gets full");
    check(lane.queuedBytes <= MAX_LANE_QUEUED_BYTES, "a lane queues more than its limit");
    await stage.value(lane.drained(), "the full queue drains");
    checkEqual(lane.queuedBytes, 0, "bytes queued once drained");
    lane.send(numbered(taken));
    await stage.until(() => heard.length >= taken + 1, "all that was taken arrives");
    checkOrder(heard, taken + 1, "what a full queue took");
  }),

  promise("queuedBytes counts what waits, and drained resolves when it is gone", async (stage) => {
    const { near } = await stage.pair();
    const lane = near.lanes.bulk;
    checkEqual(lane.queuedBytes, 0, "bytes queued on a new lane");
    await stage.value(lane.drained(), "drained on an empty lane");
    for (let number = 0; number < 32; number++) lane.send(numbered(number, PIECE_BYTES));
    check(lane.queuedBytes > 0, "nothing is queued after 2 MiB were sent at once");
    checkEqual(near.lanes.control.queuedBytes, 0, "bytes queued on a lane that sent nothing");
    const belowBytes = 8 * PIECE_BYTES;
    let queuedBytes = Infinity;
    await stage.value(
      lane.drained({ belowBytes }).then(() => {
        queuedBytes = lane.queuedBytes;
      }),
      "drained with belowBytes",
    );
    check(queuedBytes <= belowBytes, `drained resolves with ${queuedBytes} bytes queued`);
    await stage.value(lane.drained(), "drained");
    checkEqual(lane.queuedBytes, 0, "bytes queued once drained");
  }),

  promise("drained rejects when it is aborted, and the lane goes on", async (stage) => {
    const { near, far } = await stage.pair();
    const heard = collect(far.lanes.bulk);
    for (let number = 0; number < 16; number++) near.lanes.bulk.send(numbered(number, PIECE_BYTES));
    const controller = new AbortController();
    const waiting = near.lanes.bulk.drained({ signal: controller.signal });
    controller.abort();
    await stage.rejection(waiting, ["aborted"], "an aborted drained");
    await stage.until(() => heard.length === 16, "the messages arrive all the same");
    near.lanes.bulk.send(numbered(16, PIECE_BYTES));
    await stage.rejection(
      near.lanes.bulk.drained({ signal: AbortSignal.abort() }),
      ["aborted"],
      "drained with a signal that had been aborted before",
    );
  }),

  promise("drained rejects when the link closes", async (stage) => {
    const { near, far } = await stage.pair();
    for (let number = 0; number < 16; number++) near.lanes.bulk.send(numbered(number, PIECE_BYTES));
    const waiting = near.lanes.bulk.drained();
    near.close("left");
    await stage.rejection(waiting, ["link-closed"], "drained on a link that closes");
    await stage.rejection(near.lanes.bulk.drained(), ["link-closed"], "drained on a closed link");
    await stage.until(() => far.state === "closed", "the far end closes");
    await stage.rejection(far.lanes.control.drained(), ["link-closed"], "drained on the far end");
    checkEqual(near.lanes.bulk.queuedBytes, 0, "bytes queued on a closed link");
  }),

  promise("a flood on bulk does not hold back control", async (stage) => {
    const { near, far } = await stage.pair();
    const bulk = collect(far.lanes.bulk);
    let bulkBefore = -1;
    far.lanes.control.receive(() => {
      bulkBefore = bulk.length;
    });
    const count = (MAX_LANE_QUEUED_BYTES / PIECE_BYTES) * 0.75;
    for (let number = 0; number < count; number++) near.lanes.bulk.send(numbered(number, PIECE_BYTES));
    near.lanes.control.send(numbered(1));
    await stage.until(() => bulkBefore >= 0 && bulk.length === count, "everything arrives");
    check(
      bulkBefore < count / 2,
      `a control message waited for ${bulkBefore} of ${count} bulk messages that were sent before it`,
    );
    checkOrder(bulk, count, "the flood");
  }),
];

const closing: readonly TransportContractCase[] = [
  promise("either side closes both ends, and both know why", async (stage) => {
    const [first, second] = (await stage.gather(2)) as [Member, Member];
    for (const [closer, reason] of [
      ["near", "banned"],
      ["far", "protocol-error"],
    ] as const) {
      const [near, far] = await stage.connect(first, second);
      const states: LinkState[] = [];
      near.onStateChange((state) => void states.push(state));
      far.onStateChange((state) => void states.push(state));
      const [own, other] = closer === "near" ? [near, far] : [far, near];
      own.close(reason);
      checkEqual(own.state, "closed", "the state of the end that was closed, at once");
      checkEqual(own.closeReason, reason, "the reason on the end that was closed");
      await stage.until(() => other.state === "closed", "the other end closes");
      checkEqual(other.closeReason, reason, "the reason on the other end");
      checkEqual(states.join(), "closed,closed", "reported states of both ends");
    }
  }),

  promise("a closed link stays closed: close does nothing more, send throws link-closed", async (stage) => {
    const { near, far } = await stage.pair();
    const states: LinkState[] = [];
    near.onStateChange((state) => void states.push(state));
    near.close("timed-out");
    near.close("banned");
    checkEqual(near.closeReason, "timed-out", "the reason after a second close");
    await stage.until(() => far.state === "closed", "the far end closes");
    far.close("banned");
    checkEqual(far.closeReason, "timed-out", "the far end's reason after it closed once more");
    checkEqual(states.join(), "closed", "reported states");
    for (const end of [near, far]) {
      for (const name of LANE_NAMES)
        checkThrows(
          () => end.lanes[name].send(numbered(1)),
          "link-closed",
          `a send on a closed ${name} lane`,
        );
    }
  }),

  promise("a listener that was taken away hears nothing", async (stage) => {
    const { near, far } = await stage.pair();
    let calls = 0;
    const stop = far.onStateChange(() => void calls++);
    stop();
    stop();
    near.close("left");
    await stage.until(() => far.state === "closed", "the far end closes");
    checkEqual(calls, 0, "calls of a listener that was taken away");
  }),
];

const settings: readonly TransportContractCase[] = [
  promise("what is in force can be told, but for what is secret", async (stage) => {
    const { transport } = await stage.tab();
    if (transport.configure === undefined || transport.settings === undefined) return;
    const [token, credential] = ["a-token-of-the-suite", "a-credential-of-the-suite"];
    const turn = { urls: "turn:127.0.0.1:9?transport=udp", username: "ada", credential };
    transport.configure({ token, iceServers: [turn], icePolicy: "relay" });
    const seen = transport.settings();
    check(Object.is(seen, transport.settings()), "settings are the same object while nothing changes");
    checkEqual(seen.hasToken, true, "whether there is a token");
    checkEqual(seen.icePolicy, "relay", "the ICE policy");
    const [server] = seen.iceServers ?? [];
    checkEqual(server?.urls.join(), turn.urls, "the address of the ICE server");
    checkEqual(server?.username, "ada", "its username");
    checkEqual(server?.hasCredential, true, "whether it has a credential");
    const text = JSON.stringify(seen);
    check(!text.includes(token) && !text.includes(credential), "settings give away a secret");
    transport.configure({ token: null });
    checkEqual(transport.settings().hasToken, false, "whether there is a token once it is removed");
  }),

  promise("a change is taken whole or not at all, and can be undone", async (stage) => {
    const { transport } = await stage.tab();
    if (transport.configure === undefined || transport.settings === undefined) return;
    const stun = { urls: "stun:127.0.0.1:9" };
    transport.configure({ iceServers: [stun] });
    const before = transport.settings();
    const [kept] = before.iceServers ?? [];
    check(kept !== undefined, "the ICE server is listed");
    for (const wrong of [
      { token: "fine", iceServers: [{ urls: "http://127.0.0.1" }] },
      { token: "fine", iceServers: [{ urls: "turn:127.0.0.1" }] },
      { token: "fine", iceServers: [{ keep: "nobody" }] },
      { token: "fine", url: "ftp://127.0.0.1" },
      { iceServers: [], token: "" },
      { iceServers: [], key: "a/b" },
    ]) {
      checkThrows(() => transport.configure?.(wrong), "invalid-option", JSON.stringify(wrong));
      check(Object.is(transport.settings(), before), `${JSON.stringify(wrong)} has changed something`);
    }
    const other = transport.configure({ url: "http://127.0.0.1:9", iceServers: [{ keep: kept.id }, stun] });
    checkEqual(other.needsRejoin, true, "whether another server needs a rejoin");
    checkEqual(transport.settings().iceServers?.[0]?.id, kept.id, "the ICE server that was kept");
    other.undo();
    checkEqual(transport.settings().url, before.url, "the address after the change was undone");
    checkEqual(transport.settings().iceServers?.length, 1, "ICE servers after the change was undone");
    const live = transport.configure({ iceServers: [], icePolicy: "all" });
    checkEqual(live.needsRejoin, false, "whether other ICE servers need a rejoin");
    transport.configure({ icePolicy: "relay" });
    live.undo();
    checkEqual(transport.settings().icePolicy, "relay", "the policy after an older change was undone");
  }),
];

/**
 * What every {@link Transport} promises, case by case, for any test framework.
 * @example
 * for (const { name, run } of transportContract) it(name, () => run(harness));
 */
export const transportContract: readonly TransportContractCase[] = [
  ...rooms,
  ...dials,
  ...lanes,
  ...settings,
  ...flow,
  ...closing,
];
