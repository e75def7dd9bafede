import type { BenchLink, BenchMessage } from "./contestant.js";

/** How messages are handed over: as fast as there is room, ten a task, or one a task. */
export type Pattern = "free" | "bursts" | "single";

export interface FloodResult {
  readonly seconds: number;
  readonly messagesPerSecond: number;
}

export interface FloodReport {
  readonly received: number;
  /** Messages that came twice or changed. */
  readonly wrong: number;
  /** Messages that others, sent later, had overtaken. */
  readonly late: number;
  readonly longestStallMs: number;
}

const WORDS =
  "the of and a to in is you that it he was for on are as with his they I at be this have from or one had by word".split(
    " ",
  );

/** A pseudo-random number that belongs to `n`: both ends can tell what message `n` must look like. */
const mix = (n: number): number => {
  let bits = Math.imul(n ^ 0x9e3779b9, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
};

/** Texts of 40 characters that differ from message to message, made beforehand: what is measured is the sending. */
const TEXTS: readonly string[] = Array.from({ length: 4096 }, (_, index) => {
  let text = "";
  for (let at = 0; text.length < 40; at++) text += `${WORDS[mix(index * 64 + at) % WORDS.length]} `;
  return text.slice(0, 40);
});

const textOf = (n: number): string => TEXTS[mix(n) % TEXTS.length] as string;

const messageOf = (n: number): BenchMessage => ({
  n,
  kind: "cursor-moved",
  user: `member-${(mix(n) >>> 8) % 100_000}`,
  text: textOf(n),
  x: mix(n) % 1_000_000,
  y: (mix(n) >>> 4) / 1024,
});

const isIntact = (message: BenchMessage): boolean =>
  message.kind === "cursor-moved" &&
  message.x === mix(message.n) % 1_000_000 &&
  message.text === textOf(message.n);

// A task of its own, without the 4 ms that nested timers cost.
const channel = new MessageChannel();
const tasks: (() => void)[] = [];
channel.port1.onmessage = () => tasks.shift()?.();
const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    tasks.push(resolve);
    channel.port2.postMessage(0);
  });

const percentile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;

export interface RoundTrips {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** Asks and waits for the answer, one after the other, until `count` came back or `isOver` says so. */
export async function roundTrips(
  link: BenchLink,
  count: number,
  isOver: () => boolean = () => false,
): Promise<RoundTrips> {
  const times: number[] = [];
  for (let n = 0; n < count && !isOver(); n++) {
    const startedAt = performance.now();
    await new Promise<void>((resolve) => {
      link.listen(() => resolve());
      link.send(messageOf(n));
    });
    times.push(performance.now() - startedAt);
    // From a task of its own each time, as an app would.
    await nextTask();
  }
  const sorted = Float64Array.from(times).sort();
  return { p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95) };
}

/** Answers every message with itself. */
export function echo(link: BenchLink): void {
  link.listen((message) => link.send(message));
}

/** Sends `count` messages and waits until the other side says that it has the last one. */
export async function flood(link: BenchLink, count: number, pattern: Pattern): Promise<FloodResult> {
  const acknowledged = new Promise<void>((resolve) => {
    link.listen(() => resolve());
  });
  const startedAt = performance.now();
  const perTask = pattern === "single" ? 1 : pattern === "bursts" ? 10 : Infinity;
  let inTask = 0;
  for (let n = 0; n < count; n++) {
    if (link.isFull) {
      await link.hasRoom();
      inTask = 0;
    }
    link.send(messageOf(n));
    if (++inTask < perTask) continue;
    inTask = 0;
    await nextTask();
  }
  await acknowledged;
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, messagesPerSecond: count / seconds };
}

/** Takes a flood; answers the last message. */
export function absorb(link: BenchLink, count: number): Promise<FloodReport> {
  const stalls = watchStalls();
  let received = 0;
  let wrong = 0;
  let late = 0;
  let newest = -1;
  const seen = new Uint8Array(count);
  return new Promise((resolve) => {
    link.listen((message) => {
      if (!isIntact(message) || seen[message.n] !== 0) wrong++;
      seen[message.n] = 1;
      if (message.n < newest) late++;
      newest = Math.max(newest, message.n);
      received++;
      if (received < count) return;
      link.send(messageOf(count));
      // The stall that is under way counts as well.
      setTimeout(() => resolve({ received, wrong, late, longestStallMs: stalls() }), 0);
    });
  });
}

/** Longest time for which a timer of the page had to wait. */
function watchStalls(): () => number {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 4);
    last = now;
  }, 4);
  return () => {
    clearInterval(timer);
    return Math.max(longest, performance.now() - last);
  };
}

const hexOf = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Bytes that do not compress and differ from run to run. */
function payloadOf(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let offset = 0; offset < length; offset += 65_536)
    crypto.getRandomValues(bytes.subarray(offset, Math.min(length, offset + 65_536)));
  return bytes;
}

export interface BulkResult {
  readonly megabytesPerSecond: number;
}

/** Sends a payload and waits until the other side has answered with its hash. */
export async function sendBulk(link: BenchLink, length: number): Promise<BulkResult> {
  if (link.sendBulk === undefined) throw new Error("This contestant carries no bytes.");
  const bytes = payloadOf(length);
  const expected = hexOf(await crypto.subtle.digest("SHA-256", bytes));
  const answered = new Promise<string>((resolve) => {
    link.listen((message) => {
      if (message.kind === "hash") resolve(message.text);
    });
  });
  const startedAt = performance.now();
  await link.sendBulk(bytes);
  if ((await answered) !== expected) throw new Error("The payload arrived changed.");
  return { megabytesPerSecond: length / 1e6 / ((performance.now() - startedAt) / 1000) };
}

/** Takes a payload and answers with its hash. */
export async function takeBulk(link: BenchLink, length: number): Promise<void> {
  if (link.receiveBulk === undefined) throw new Error("This contestant carries no bytes.");
  const bytes = await link.receiveBulk(length);
  const text = hexOf(await crypto.subtle.digest("SHA-256", bytes));
  link.send({ ...messageOf(0), kind: "hash", text });
}

/** Round trips while a payload of `length` bytes travels beside them. */
export async function roundTripsUnderBulk(link: BenchLink, length: number): Promise<RoundTrips> {
  let isOver = false;
  const bytes = payloadOf(length);
  const times: number[] = [];
  const sending = link.sendBulk?.(bytes);
  // The hash is answered on the same link as the round trips.
  while (!isOver) {
    const startedAt = performance.now();
    await new Promise<void>((resolve) => {
      link.listen((message) => {
        if (message.kind === "hash") isOver = true;
        else resolve();
      });
      link.send(messageOf(1));
    });
    times.push(performance.now() - startedAt);
    await nextTask();
  }
  await sending;
  const sorted = Float64Array.from(times).sort();
  return { p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95) };
}
