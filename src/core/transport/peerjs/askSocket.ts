import * as v from "valibot";
import { toBase32 } from "../../bytes.js";
import type { Cancel } from "../../clock.js";
import type { Evidence } from "../../finding.js";
import type { ExaminationRequest } from "../transport.js";
import { type ServerAddress, socketUrl } from "./serverAddress.js";

/** What a WebSocket to the server came to. */
export interface SocketAnswer {
  readonly evidence: Extract<Evidence, { kind: "websocket" }>;
  /** Type of the server's first message; `OPEN` lets us in. */
  readonly type: string | undefined;
  /** Stable code of a refusal by a server of ours, of us or of our entry. */
  readonly code: string | undefined;
  /** Whether the room that was asked about would have us. */
  readonly entry: Extract<Evidence, { kind: "room-entry" }> | undefined;
}

/** A room to ask about. */
export interface WantedRoom {
  readonly room: string;
  readonly token: string | undefined;
}

const answerSchema = v.object({
  type: v.pipe(v.string(), v.maxLength(64)),
  payload: v.optional(
    v.object({
      msg: v.optional(v.string()),
      message: v.optional(v.string()),
      code: v.optional(v.string()),
      rooms: v.optional(v.boolean()),
    }),
  ),
});

const MAX_SAID = 256;
const ID_BYTES = 10;
/** Time in which the close that belongs to an error comes, if it does. */
const CLOSE_GRACE_MS = 250;

/**
 * Connects under an id that nobody has and no room knows, hears the server's first word, asks it about a room where it is of
 * ours, and hangs up: the live session and the members of the room notice nothing.
 */
export function askSocket(
  { address, key }: { readonly address: ServerAddress; readonly key: string },
  wanted: WantedRoom | undefined,
  { runtime, signal }: Pick<ExaminationRequest, "runtime" | "signal">,
): Promise<SocketAnswer> {
  const startedAtMs = runtime.clock.now();
  const id = `diagnosis-${toBase32(runtime.randomBytes(ID_BYTES))}`;
  const socket = open(socketUrl(address, key, id, toBase32(runtime.randomBytes(ID_BYTES))));
  if (socket === undefined) return Promise.resolve(blocked(address.url));
  return new Promise((resolve) => {
    let isOpen = false;
    /** Since the room was asked about, the answer to that is what we wait for. */
    let opened: { readonly heard: Heard; readonly durationMs: number } | undefined;
    let cancelGrace: Cancel = () => undefined;
    const passedMs = (): number => runtime.clock.now() - startedAtMs;
    const end = (heard: Heard, closeCode: number | undefined): void => {
      signal.removeEventListener("abort", onAbort);
      cancelGrace();
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      socket.close();
      const { heard: first, durationMs } = opened ?? { heard, durationMs: passedMs() };
      const { type, said } = first;
      const evidence = { kind: "websocket", url: address.url, isOpen, closeCode, said, durationMs } as const;
      const entry =
        wanted === undefined || opened === undefined
          ? undefined
          : entryOf(wanted, heard, passedMs() - durationMs);
      resolve({ evidence, type, code: heard.code, entry });
    };
    const onAbort = (): void => end(SILENCE, undefined);
    const hear = (heard: Heard): void => {
      if (wanted === undefined || !heard.keepsRooms || opened !== undefined) return end(heard, undefined);
      opened = { heard, durationMs: passedMs() };
      const { room, token } = wanted;
      socket.send(
        JSON.stringify({ type: "ROOM-ASK", payload: token === undefined ? { room } : { room, token } }),
      );
    };
    signal.addEventListener("abort", onAbort);
    socket.onopen = () => {
      isOpen = true;
    };
    socket.onmessage = ({ data }) => hear(read(data));
    // Where the page's policy forbids it, an error is all that comes.
    socket.onerror = () => {
      cancelGrace = runtime.clock.setTimer(CLOSE_GRACE_MS, () => end(SILENCE, undefined));
    };
    socket.onclose = ({ code }) => end(SILENCE, code);
    if (signal.aborted) onAbort();
  });
}

// A server of an earlier release does not know the question.
const UNKNOWN_QUESTION = "bad-message";

function entryOf({ room }: WantedRoom, { type, code, said }: Heard, durationMs: number) {
  const isAnswered = type === "ROOM-ERROR" && code !== UNKNOWN_QUESTION;
  const answer = type === "ROOM-WELCOME" ? "welcome" : isAnswered ? "refused" : "unknown";
  return { kind: "room-entry", room, answer, said: isAnswered ? said : undefined, durationMs } as const;
}

/** `undefined` where the page may not: mixed content, or its Content-Security-Policy. */
function open(url: string): WebSocket | undefined {
  try {
    return new WebSocket(url);
  } catch {
    return undefined;
  }
}

function blocked(url: string): SocketAnswer {
  const nothing = { closeCode: undefined, said: undefined, durationMs: 0 };
  return {
    evidence: { kind: "websocket", url, isOpen: false, ...nothing },
    type: undefined,
    code: undefined,
    entry: undefined,
  };
}

interface Heard {
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly said: string | undefined;
  /** Whether it can be asked about rooms. */
  readonly keepsRooms: boolean;
}

const SILENCE: Heard = { type: undefined, code: undefined, said: undefined, keepsRooms: false };

function read(data: unknown): Heard {
  const said = typeof data === "string" ? data.slice(0, MAX_SAID) : undefined;
  const parsed = v.safeParse(answerSchema, parse(data));
  if (!parsed.success) return { ...SILENCE, said };
  const { type, payload } = parsed.output;
  const text = (payload?.msg ?? payload?.message)?.slice(0, MAX_SAID);
  return { type, code: payload?.code, said: text ?? said, keepsRooms: payload?.rooms === true };
}

function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
