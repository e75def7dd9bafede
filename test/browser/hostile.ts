/**
 * A member that does not play by the rules: stock PeerJS, with its hands on the socket, on the
 * RTCPeerConnection and on the lanes' channels.
 */
import { type DataConnection, Peer } from "peerjs";
import { createIdentity, type Identity, type LaneName, type PeerId, platformRuntime } from "peerswarm";
import { concatBytes, utf8 } from "../../src/core/bytes.js";
import { createPeerId } from "../../src/core/identity/ids.js";
import { dtlsBinding } from "../../src/core/transport/peerjs/fingerprint.js";
import { createPeerLane, type PeerLane } from "../../src/core/transport/peerjs/peerLane.js";
import type { Link, LinkState } from "../../src/core/transport/transport.js";
import { FrameKind } from "../../src/core/wire/frame.js";
import { handshake, type ProvenPeer } from "../../src/core/wire/handshake.js";
import { PROTOCOL_VERSION } from "../../src/core/wire/message.js";
import { encodeValue } from "../../src/core/wire/payload.js";
import { eventually } from "./support.js";

// --- every RTCPeerConnection of the page ------------------------------------------------------

const made = new Set<RTCPeerConnection>();
let madeCount = 0;
const PlainConnection = globalThis.RTCPeerConnection;
globalThis.RTCPeerConnection = class extends PlainConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    madeCount++;
    made.add(this);
  }
};

export const connectionsMade = (): number => madeCount;

export function openConnections(): number {
  for (const connection of [...made]) if (connection.signalingState === "closed") made.delete(connection);
  return made.size;
}

// --- identities by rank -----------------------------------------------------------------------

/** The lower id dials first; a test that decides who is lower decides who dials. */
export async function identityRanked(rank: "low" | "high"): Promise<Identity> {
  for (;;) {
    const identity = await createIdentity();
    const first = identity.agentId[0] as string;
    if (rank === "low" ? first < "e" : first > "t") return identity;
  }
}

// --- the hostile member -----------------------------------------------------------------------

export interface ServerWord {
  readonly type: string;
  readonly src?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape
  readonly payload?: any;
}

interface RawSocket {
  send(message: unknown): void;
  on(event: "message", listener: (message: ServerWord) => void): void;
}

export interface HostileOptions {
  readonly url: string;
  readonly room: string;
  /** Default `low`: it dials, and is not dialled for the first seconds. */
  readonly rank?: "low" | "high";
}

export class Hostile {
  readonly peerId: PeerId;
  readonly identity: Identity;
  /** What the server said to it. */
  readonly heard: ServerWord[] = [];
  readonly #peer: Peer;
  readonly #room: string;
  readonly #connections = new Set<RTCPeerConnection>();

  private constructor(peer: Peer, identity: Identity, room: string) {
    this.#peer = peer;
    this.#room = room;
    this.peerId = peer.id;
    this.identity = identity;
    this.#socket.on("message", (word) => void this.heard.push(word));
    // It offends on purpose; what PeerJS thinks of the consequences does not matter.
    peer.on("error", () => undefined);
    peer.on("connection", ({ peerConnection }) => void this.#connections.add(peerConnection));
  }

  /** Connects and enters the room with a word on the socket, as our server wants it. */
  static async enter({ url, room, rank = "low" }: HostileOptions): Promise<Hostile> {
    const identity = await identityRanked(rank);
    const { hostname, port } = new URL(url);
    const id = createPeerId(identity.agentId, platformRuntime.randomBytes);
    const peer = new Peer(id, {
      host: hostname,
      port: Number(port),
      path: "/",
      secure: false,
      config: { iceServers: [] },
    });
    await new Promise<void>((resolve, reject) => {
      peer.once("open", () => resolve());
      peer.once("error", reject);
    });
    const hostile = new Hostile(peer, identity, room);
    hostile.say({ type: "ROOM-ENTER", payload: { room } });
    return hostile;
  }

  get #socket(): RawSocket {
    return (this.#peer as unknown as { readonly socket: RawSocket }).socket;
  }

  say(message: unknown): void {
    this.#socket.send(message);
  }

  signal(type: string, dst: PeerId, payload: unknown): void {
    this.say({ type, dst, payload });
  }

  /** A word of peerswarm's own signalling. */
  side(dst: PeerId, body: unknown): void {
    this.signal("OFFER", dst, { type: "x-peerswarm", body });
  }

  /** Dials as PeerJS does, and takes its places on the lanes' channels before the connection is up. */
  dial(target: PeerId): HostileLink {
    const connection = this.#peer.connect(target, { serialization: "raw", reliable: true });
    this.#connections.add(connection.peerConnection);
    return new HostileLink(this, connection, target, true);
  }

  async linked(target: PeerId): Promise<HostileLink> {
    const link = this.dial(target);
    await link.open();
    return link;
  }

  /** The next connection that somebody opens to it. */
  dialled(): Promise<HostileLink> {
    return new Promise((resolve) => {
      this.#peer.once("connection", (connection) => {
        const link = new HostileLink(this, connection, connection.peer, false);
        link.open().then(
          () => resolve(link),
          () => undefined,
        );
      });
    });
  }

  /** Its own words for a session description that nobody's connection made. */
  async offerSdp(): Promise<string> {
    const connection = new RTCPeerConnection();
    connection.createDataChannel("x");
    const { sdp = "" } = await connection.createOffer();
    connection.close();
    return sdp;
  }

  destroy(): void {
    this.say({ type: "ROOM-LEAVE", payload: { room: this.#room } });
    this.#peer.destroy();
    // PeerJS closes only every other connection to one peer.
    for (const connection of this.#connections) connection.close();
  }
}

export interface HelloChange {
  readonly version?: unknown;
  readonly room?: unknown;
  readonly key?: unknown;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly next?: unknown;
  readonly replaces?: unknown;
  /** Who signs; default the hostile's own key. */
  readonly signer?: Identity;
  readonly isInitiator?: boolean;
  readonly binding?: Uint8Array;
}

const CHANNELS: Readonly<Record<LaneName, RTCDataChannelInit>> = {
  control: { id: 10, negotiated: true, ordered: true },
  bulk: { id: 11, negotiated: true, ordered: true },
  datagram: { id: 12, negotiated: true, ordered: false, maxRetransmits: 0 },
};

/** Its end of a connection. */
export class HostileLink implements Link {
  readonly id: string;
  readonly peerId: PeerId;
  readonly isInitiator: boolean;
  readonly lanes: Readonly<Record<LaneName, PeerLane>>;
  readonly channels: Readonly<Record<LaneName, RTCDataChannel>>;
  readonly connection: DataConnection;
  readonly rtc: RTCPeerConnection;
  /** Text that came on the control lane: how the other side closes. */
  readonly texts: string[] = [];
  state: LinkState = "open";
  readonly closeReason = undefined;
  readonly #hostile: Hostile;

  constructor(hostile: Hostile, connection: DataConnection, peerId: PeerId, isInitiator: boolean) {
    this.#hostile = hostile;
    this.connection = connection;
    this.rtc = connection.peerConnection;
    this.id = connection.connectionId;
    this.peerId = peerId;
    this.isInitiator = isInitiator;
    const entries = Object.entries(CHANNELS).map(([name, init]) => {
      return [name, this.rtc.createDataChannel(`peerswarm ${name}`, init)] as const;
    });
    this.channels = Object.fromEntries(entries) as Record<LaneName, RTCDataChannel>;
    this.lanes = Object.fromEntries(
      entries.map(([name, channel]) => {
        const events = { text: (text: string) => void this.texts.push(text), violation: () => undefined };
        return [name, createPeerLane(name as LaneName, channel, events)];
      }),
    ) as Record<LaneName, PeerLane>;
  }

  /** Resolves when all lanes are open. */
  async open(): Promise<void> {
    await eventually(
      () =>
        Object.values(this.channels).every(({ readyState }) => readyState === "open") &&
        this.rtc.remoteDescription !== null,
    );
  }

  /** Resolves when the other side has hung up, with its last words. */
  async hungUp(): Promise<string[]> {
    await eventually(
      () => this.texts.length > 0 || ["closed", "closing"].includes(this.channels.control.readyState),
    );
    return this.texts;
  }

  get channelBinding(): Uint8Array<ArrayBuffer> {
    const { localDescription, remoteDescription } = this.rtc;
    return dtlsBinding(localDescription?.sdp ?? "", remoteDescription?.sdp ?? "") ?? new Uint8Array();
  }

  onStateChange(): () => void {
    return () => undefined;
  }

  close(): void {
    this.rtc.close();
  }

  /** Sends what the lane's own code would refuse. */
  send(bytes: Uint8Array | string, lane: LaneName = "control"): void {
    if (typeof bytes === "string") this.channels[lane].send(bytes);
    else this.channels[lane].send(new Uint8Array(bytes));
  }

  /** A hello that is right in everything that `change` leaves alone. */
  async hello(change: HelloChange & { room: unknown }): Promise<Uint8Array<ArrayBuffer>> {
    const { identity, peerId } = this.#hostile;
    const { signer = identity, binding = this.channelBinding, isInitiator = this.isInitiator } = change;
    const fields = {
      version: PROTOCOL_VERSION,
      key: identity.publicKey,
      from: peerId,
      to: this.peerId,
      next: [1, 1, 1],
      replaces: null,
    };
    const { signer: _, binding: __, isInitiator: ___, ...changed } = change;
    const body = encodeValue({ ...fields, ...changed });
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, binding.length);
    const statement = concatBytes(
      utf8("peerswarm/1 hello\0"),
      Uint8Array.of(isInitiator ? 1 : 0),
      length,
      binding,
      body,
    );
    const signature = await signer.sign(statement);
    return concatBytes(Uint8Array.of(FrameKind.hello), signature, body);
  }

  /** Proves itself like an honest peer: what follows comes from somebody with a valid key. */
  prove(room: string): Promise<ProvenPeer> {
    return handshake({
      link: this,
      self: {
        identity: this.#hostile.identity,
        peerId: this.#hostile.peerId,
        room,
        replaces: undefined,
        nextSequences: { control: 1, bulk: 1, datagram: 1 },
      },
      runtime: platformRuntime,
      signal: new AbortController().signal,
      admit: async () => undefined,
    });
  }
}
