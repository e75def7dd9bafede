import * as v from "valibot";
import { toBase32 } from "../../bytes.js";
import type { Cancel } from "../../clock.js";
import { abortedError, SwarmError, type SwarmErrorCode, toSwarmError } from "../../errors.js";
import { isPeerId, type PeerId } from "../../identity/ids.js";
import type { Runtime } from "../../runtime.js";
import { type DataConnection, loadPeer, type Peer, type PeerError } from "./peerjs.js";
import type { ServerAddress } from "./serverAddress.js";
import {
  answerSchema,
  candidateSchema,
  dataOfferSchema,
  openPayloadSchema,
  type ServerMessage,
  SIDE_CHANNEL_TYPE,
  type SideMessage,
  serverMessageSchema,
  sideMessageSchema,
} from "./signalMessage.js";

// A WebSocket does not notice a network that went away: a message to ourselves does.
const ECHO_EVERY_MS = 15_000;
const ECHO_LIMIT_MS = 8000;
// Guards the id on the server; random, so that nobody else can take it over.
const TOKEN_BYTES = 15;

/** A PeerJS offer that came in, checked; `answer` lets PeerJS take it. */
export interface IncomingOffer {
  readonly peerId: PeerId;
  readonly connectionId: string;
  answer(): DataConnection | undefined;
}

export interface BrokerEvents {
  lost(error: SwarmError): void;
  offer(offer: IncomingOffer): void;
  /** peerswarm's own signalling; `from` is what the server says. */
  side(from: string, message: SideMessage): void;
  /** Anything that only a server of ours says. */
  server(message: ServerMessage): void;
  /** The server could not bring a message to this id. */
  unreachable(peerId: string): void;
  violation(peerId: PeerId | undefined, code: string): void;
}

export interface BrokerOptions {
  readonly peerId: PeerId;
  readonly address: ServerAddress;
  readonly key: string;
  readonly rtcConfiguration: () => RTCConfiguration;
  readonly runtime: Runtime;
  readonly events: BrokerEvents;
}

/** Our seat at a PeerJS signalling server. It stands between the socket and PeerJS: nothing unchecked passes. */
export interface Broker {
  readonly isOpen: boolean;
  /** Whether the server keeps rooms itself. */
  readonly keepsRooms: boolean;
  connect(signal: AbortSignal): Promise<void>;
  /** `false` when there is no signalling right now. */
  send(message: { readonly type: string; readonly dst?: string; readonly payload: unknown }): boolean;
  sendSide(to: string, message: SideMessage): boolean;
  /** Starts a PeerJS data connection; `undefined` when there is no signalling. */
  dial(peerId: PeerId): DataConnection | undefined;
  check(): void;
  close(): void;
}

const ERROR_CODES: Readonly<Record<string, SwarmErrorCode>> = {
  "browser-incompatible": "unsupported-platform",
  "invalid-key": "signaling-rejected",
  "invalid-id": "signaling-rejected",
  "unavailable-id": "id-taken",
  "server-error": "signaling-rejected",
  network: "signaling-unreachable",
  "socket-error": "signaling-unreachable",
  "socket-closed": "signaling-unreachable",
  "ssl-unavailable": "signaling-rejected",
};

export function createBroker(options: BrokerOptions): Broker {
  const { address, events, runtime, peerId } = options;
  const token = toBase32(runtime.randomBytes(TOKEN_BYTES));
  let peer: Peer | undefined;
  let keepsRooms = false;
  let isClosed = false;
  let answered: DataConnection | undefined;
  let cancelEcho: Cancel | undefined;
  let settleConnect: ((error: SwarmError | undefined) => void) | undefined;

  const createPeer = async (): Promise<Peer> => {
    const PeerClass = await loadPeer();
    const created = new PeerClass(peerId, {
      host: address.host,
      port: address.port,
      path: address.path,
      secure: address.secure,
      key: options.key,
      token,
      debug: 0,
      config: options.rtcConfiguration(),
    });
    standBetween(created);
    created.on("open", () => connectEnded(undefined));
    created.on("error", (error) => peerFailed(created, error as PeerError));
    created.on("disconnected", () => peerDisconnected(created));
    created.on("connection", (connection) => {
      answered = connection;
    });
    return created;
  };

  // PeerJS reads its options anew for every connection, dialled or answered.
  const applyIceServers = (): void => {
    if (peer !== undefined)
      Object.assign(peer.options.config as RTCConfiguration, options.rtcConfiguration());
  };

  // --- between the socket and PeerJS ----------------------------------------------------------

  const standBetween = (guarded: Peer): void => {
    const { socket } = guarded;
    const passOn = socket.listeners("message");
    socket.removeAllListeners("message");
    socket.on("message", (raw) => {
      const parsed = v.safeParse(serverMessageSchema, raw);
      if (!parsed.success) return events.violation(undefined, "malformed-signal");
      readMessage(parsed.output, (checked) => {
        for (const listener of passOn) listener(checked);
      });
    });
  };

  const readMessage = (message: ServerMessage, passOn: (message: unknown) => void): void => {
    switch (message.type) {
      case "OPEN":
        keepsRooms = v.is(openPayloadSchema, message.payload);
        return passOn(message);
      case "ERROR":
        return passOn({ type: "ERROR", payload: { msg: textOf(message.payload) } });
      case "ID-TAKEN":
      case "INVALID-KEY":
        return passOn({ type: message.type });
      case "EXPIRE":
        return message.src ? events.unreachable(message.src) : undefined;
      case "OFFER":
        return readOffer(message, passOn);
      case "ANSWER":
        return readForConnection(message, answerSchema, passOn);
      case "CANDIDATE":
        return readForConnection(message, candidateSchema, passOn);
      case "LEAVE":
        // It would close links that live on without the server; their own state decides about them.
        return;
      default:
        return events.server(message);
    }
  };

  const readOffer = (message: ServerMessage, passOn: (message: unknown) => void): void => {
    const from = message.src ?? "";
    const { payload } = message;
    if (
      typeof payload === "object" &&
      payload !== null &&
      "type" in payload &&
      payload.type === SIDE_CHANNEL_TYPE
    ) {
      const side = v.safeParse(sideMessageSchema, "body" in payload ? payload.body : undefined);
      if (!side.success) return events.violation(knownPeerId(from), "malformed-signal");
      if (side.output.kind === "echo" && from === peerId) return echoed();
      return events.side(from, side.output);
    }
    const offer = v.safeParse(dataOfferSchema, payload);
    if (!isPeerId(from)) return events.violation(undefined, "foreign-peer-id");
    if (!offer.success) return events.violation(from, "malformed-offer");
    const { connectionId, sdp } = offer.output;
    // PeerJS destroys a connection when another offer names it.
    if (peer?.getConnection(from, connectionId) != null) return events.violation(from, "repeated-offer");
    events.offer({
      peerId: from,
      connectionId,
      answer() {
        answered = undefined;
        applyIceServers();
        const taken = {
          type: "data",
          connectionId,
          sdp,
          label: connectionId,
          serialization: "raw",
          reliable: true,
        };
        withConnection(() => passOn({ type: "OFFER", src: from, payload: taken }));
        return answered;
      },
    });
  };

  const readForConnection = (
    message: ServerMessage,
    schema: typeof answerSchema | typeof candidateSchema,
    passOn: (message: unknown) => void,
  ): void => {
    const from = message.src ?? "";
    const parsed = v.safeParse(schema, message.payload);
    if (!parsed.success) return events.violation(knownPeerId(from), "malformed-signal");
    // PeerJS would keep what belongs to no connection for ever.
    const connection = peer?.getConnection(from, parsed.output.connectionId);
    if (connection == null) return;
    // While ICE is being restarted a second answer would be taken, with another certificate than the proven one.
    if (message.type === "ANSWER" && connection.peerConnection?.remoteDescription != null) {
      return events.violation(knownPeerId(from), "repeated-answer");
    }
    passOn({ type: message.type, src: from, payload: parsed.output });
  };

  // --- connecting -----------------------------------------------------------------------------

  const connectEnded = (error: SwarmError | undefined): void => {
    settleConnect?.(error);
    settleConnect = undefined;
  };

  const peerFailed = (failed: Peer, error: PeerError): void => {
    if (failed !== peer) return;
    const code = ERROR_CODES[error.type];
    // Errors of single connections are noticed on the connection itself.
    if (code === undefined) return;
    connectEnded(
      new SwarmError(code, {
        what: `${address.url} ${code === "signaling-unreachable" ? "cannot be reached" : "refused this peer"}.`,
        why: `PeerJS says "${error.type}"${error.message ? `: ${error.message.replace(/\.+$/, "")}` : ""}.`,
        fix:
          code === "signaling-unreachable"
            ? "Check the address, and that the server runs (npx peerswarm-server)."
            : "Check the server's address, path and key.",
      }),
    );
  };

  const peerDisconnected = (disconnected: Peer): void => {
    if (disconnected !== peer || isClosed) return;
    cancelEcho?.();
    cancelEcho = undefined;
    if (settleConnect !== undefined) {
      connectEnded(lostError("The connection ended before it was open."));
    } else {
      events.lost(lostError("The WebSocket closed."));
    }
  };

  const lostError = (why: string): SwarmError =>
    new SwarmError("signaling-lost", {
      what: `The connection to ${address.url} was lost.`,
      why,
      fix: "Open links go on; it is tried again by itself.",
    });

  // --- noticing a dead network ----------------------------------------------------------------

  const scheduleEcho = (delayMs: number): void => {
    cancelEcho?.();
    cancelEcho = runtime.clock.setTimer(delayMs, () => {
      sendSide(peerId, { kind: "echo" });
      cancelEcho = runtime.clock.setTimer(ECHO_LIMIT_MS, () => peer?.disconnect());
    });
  };
  const echoed = (): void => scheduleEcho(ECHO_EVERY_MS);

  const send: Broker["send"] = (message) => {
    if (peer === undefined || !peer.open || isClosed) return false;
    peer.socket.send(message);
    return true;
  };
  const sendSide: Broker["sendSide"] = (to, body) =>
    send({ type: "OFFER", dst: to, payload: { type: SIDE_CHANNEL_TYPE, body } });

  return {
    get isOpen() {
      return peer?.open === true && !isClosed;
    },
    get keepsRooms() {
      return keepsRooms;
    },
    async connect(signal) {
      if (peer?.open) return;
      const opened = new Promise<void>((resolve, reject) => {
        const onAbort = (): void => connectEnded(abortedError("Connecting to the signalling server", signal));
        signal.addEventListener("abort", onAbort, { once: true });
        settleConnect = (error) => {
          signal.removeEventListener("abort", onAbort);
          if (error === undefined) resolve();
          else reject(error);
        };
        if (signal.aborted) onAbort();
      });
      opened.catch(() => undefined);
      try {
        if (peer === undefined || peer.destroyed) {
          const created = await createPeer();
          if (isClosed || signal.aborted) created.destroy();
          else peer = created;
        } else if (peer.disconnected) {
          peer.reconnect();
        }
      } catch (error) {
        connectEnded(toSwarmError(error, "signaling-unreachable", "PeerJS could not start."));
      }
      try {
        await opened;
        scheduleEcho(ECHO_EVERY_MS);
      } catch (error) {
        // A half-open socket would block the next try.
        if (peer !== undefined && !peer.open && !peer.disconnected && !peer.destroyed) peer.disconnect();
        throw error;
      }
    },
    send,
    sendSide,
    dial(target) {
      if (peer === undefined || !peer.open || isClosed) return undefined;
      applyIceServers();
      const dialling = peer;
      return withConnection(() => dialling.connect(target, { serialization: "raw", reliable: true }));
    },
    check() {
      if (this.isOpen) scheduleEcho(0);
    },
    close() {
      isClosed = true;
      cancelEcho?.();
      connectEnded(new SwarmError("left", { what: "The swarm left the room." }));
      peer?.destroy();
    },
  };
}

// PeerJS makes the RTCPeerConnection at once, and Chromium throws there when it has too many.
function withConnection<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new SwarmError("connections-exhausted", {
      what: "The browser gives this page no further RTCPeerConnection.",
      why: "A process has about 500, closed ones included until they are collected.",
      fix: "It is tried again by itself; close other swarms of this page, or join smaller rooms.",
      cause,
    });
  }
}

function knownPeerId(text: string): PeerId | undefined {
  return isPeerId(text) ? text : undefined;
}

function textOf(payload: unknown): string {
  const message = typeof payload === "object" && payload !== null && "msg" in payload ? payload.msg : "";
  return typeof message === "string" ? message.slice(0, 256) : "";
}
