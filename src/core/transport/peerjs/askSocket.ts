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
  /** Stable code of a refusal by a server of ours. */
  readonly code: string | undefined;
}

const firstMessage = v.object({
  type: v.pipe(v.string(), v.maxLength(64)),
  payload: v.optional(v.object({ msg: v.optional(v.string()), code: v.optional(v.string()) })),
});

const MAX_SAID = 256;
const ID_BYTES = 10;
/** Time in which the close that belongs to an error comes, if it does. */
const CLOSE_GRACE_MS = 250;

/**
 * Connects under an id that nobody has and no room knows, hears the server's first word, and hangs up: the live session
 * and the members of the room notice nothing.
 */
export function askSocket(
  { address, key }: { readonly address: ServerAddress; readonly key: string },
  { runtime, signal }: Pick<ExaminationRequest, "runtime" | "signal">,
): Promise<SocketAnswer> {
  const startedAtMs = runtime.clock.now();
  const id = `diagnosis-${toBase32(runtime.randomBytes(ID_BYTES))}`;
  const socket = open(socketUrl(address, key, id, toBase32(runtime.randomBytes(ID_BYTES))));
  if (socket === undefined) return Promise.resolve(blocked(address.url));
  return new Promise((resolve) => {
    let isOpen = false;
    let cancelGrace: Cancel = () => undefined;
    const end = (heard: Heard, closeCode: number | undefined): void => {
      signal.removeEventListener("abort", onAbort);
      cancelGrace();
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      socket.close();
      const durationMs = runtime.clock.now() - startedAtMs;
      const { type, code, said } = heard;
      const evidence = { kind: "websocket", url: address.url, isOpen, closeCode, said, durationMs } as const;
      resolve({ evidence, type, code });
    };
    const onAbort = (): void => end(SILENCE, undefined);
    signal.addEventListener("abort", onAbort);
    socket.onopen = () => {
      isOpen = true;
    };
    socket.onmessage = ({ data }) => end(read(data), undefined);
    // Where the page's policy forbids it, an error is all that comes.
    socket.onerror = () => {
      cancelGrace = runtime.clock.setTimer(CLOSE_GRACE_MS, () => end(SILENCE, undefined));
    };
    socket.onclose = ({ code }) => end(SILENCE, code);
    if (signal.aborted) onAbort();
  });
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
  };
}

interface Heard {
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly said: string | undefined;
}

const SILENCE: Heard = { type: undefined, code: undefined, said: undefined };

function read(data: unknown): Heard {
  const said = typeof data === "string" ? data.slice(0, MAX_SAID) : undefined;
  const parsed = v.safeParse(firstMessage, parse(data));
  if (!parsed.success) return { ...SILENCE, said };
  const { type, payload } = parsed.output;
  return { type, code: payload?.code, said: payload?.msg?.slice(0, MAX_SAID) ?? said };
}

function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
