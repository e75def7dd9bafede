import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import { AddressCounts, clientAddress, plainAddress } from "./address.js";
import { Connection } from "./connection.js";
import type { ServerContext } from "./context.js";
import { Dispatcher } from "./dispatcher.js";
import { SignalingServerError } from "./errors.js";
import { Gatekeeper } from "./gatekeeper.js";
import { type Applicant, type Refusal, readApplicant, refusalOf } from "./handshake.js";
import { EXPLAINED_OVERSIZE, Inbox } from "./inbox.js";
import { watchLiveness } from "./liveness.js";
import { resolveOptions, type ServerSettings, type SignalingServerOptions } from "./options.js";
import { Registry } from "./registry.js";
import { Relay } from "./relay.js";
import { type RoomSnapshot, Rooms } from "./rooms.js";
import { createRoutes, isOriginAllowed, splitTarget } from "./routes.js";
import { serverMessage } from "./serverMessages.js";
import { countProblem, createCounters, type SignalingStats, snapshotStats } from "./stats.js";
import { CLOSE, MAX_PEER_ID_LENGTH } from "./wire.js";
import { type ServerWitness, startServerWitness } from "./witness.js";

/** A signalling server that listens. */
export interface SignalingServer {
  /** Where it is reached, with its path: `http://127.0.0.1:8000/`. */
  readonly url: string;
  /** The TCP port that it listens on. */
  readonly port: number;
  /** What it did so far and holds now; a fresh snapshot at every reading. */
  readonly stats: SignalingStats;
  /** The rooms and who is in them; a fresh snapshot at every call. */
  rooms(): RoomSnapshot[];
  /** Sends ROOM-NOTICE with the notice `message` and this text to a room. Returns how many it was sent to. */
  notify(room: string, text: string): number;
  /**
   * Tells every client to go elsewhere, closes all connections (code 1001) and stops listening. Resolves when
   * nothing of the server is left; calling it again returns the same promise.
   */
  close(): Promise<void>;
}

/** How long a client may take to answer the closing handshake before its socket is cut. */
const CLOSE_TIMEOUT_MS = 1_000;

/** How long a client may take to send its request, so that idle sockets do not pile up. */
const REQUEST_TIMEOUT_MS = 10_000;
const REQUEST_CHECK_INTERVAL_MS = 5_000;

/** Sockets beyond the limits that are let in just to be told why they may not stay. */
const REFUSAL_SLACK = 64;

/**
 * Starts a signalling server that speaks PeerJS's protocol and, beyond it, rooms.
 *
 * @param options Where to listen, whom to let in, how much to grant; all optional.
 * @returns The server, once it listens.
 * @throws SignalingServerError `invalid-option`, `port-in-use` or `listen-failed`.
 * @example
 * const server = await createSignalingServer({ port: 0 });
 * console.log(server.url);
 * await server.close();
 */
export async function createSignalingServer(options: SignalingServerOptions = {}): Promise<SignalingServer> {
  const runtime = new Runtime(resolveOptions(options));
  await runtime.listen();
  return {
    url: runtime.url,
    port: runtime.port,
    get stats() {
      return runtime.stats();
    },
    rooms: () => runtime.rooms.list(),
    notify: (room, text) => runtime.rooms.notify(room, "message", text),
    close: () => runtime.close(),
  };
}

/** Wires the parts to the sockets. */
class Runtime {
  readonly rooms: Rooms;
  readonly #settings: ServerSettings;
  readonly #context: ServerContext;
  readonly #registry = new Registry();
  readonly #tcpSockets = new AddressCounts();
  readonly #webSocketCounts = new AddressCounts();
  readonly #gatekeeper: Gatekeeper | undefined;
  readonly #dispatcher: Dispatcher;
  readonly #http: Server;
  readonly #webSockets: WebSocketServer;
  readonly #sockets = new Set<WebSocket>();
  #stopWatching: () => void = () => {};
  #witness: ServerWitness | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: ServerSettings) {
    const { limits, clock, log, authorize } = settings;
    const context: ServerContext = {
      limits,
      clock,
      log,
      counters: createCounters(clock.now()),
      note: (event) => this.#witness?.note(event),
    };
    this.#settings = settings;
    this.#context = context;
    this.rooms = new Rooms(context);
    this.#gatekeeper = authorize === undefined ? undefined : new Gatekeeper(authorize, context);
    const relay = new Relay(this.#registry, context);
    this.#dispatcher = new Dispatcher(this.rooms, relay, this.#gatekeeper, context);
    this.#http = this.#createHttp();
    this.#webSockets = createWebSockets(limits.maxMessageBytes * EXPLAINED_OVERSIZE);
  }

  get port(): number {
    return (this.#http.address() as AddressInfo | null)?.port ?? this.#settings.port;
  }

  get url(): string {
    return `http://${reachableHost(this.#settings.host)}:${this.port}${this.#settings.path}`;
  }

  stats(): SignalingStats {
    return snapshotStats(this.#context.counters, this.#registry.size, this.rooms.size);
  }

  async listen(): Promise<void> {
    const { host, port, witness, clock, log } = this.#settings;
    if (witness !== undefined) {
      const onError = (error: unknown): void => log("error", "witness-failed", { error });
      this.#witness = await startServerWitness(witness, { clock, onError });
    }
    try {
      await listening(this.#http, host, port);
    } catch (error) {
      await this.#witness?.close();
      throw error;
    }
    this.#http.removeAllListeners("error");
    this.#http.on("error", (error) => this.#context.log("error", "server-error", { error }));
    this.#stopWatching = watchLiveness(this.#registry, this.#context);
    this.#context.log("info", "listening", { url: this.url });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#context.log("info", "closing", { connections: this.#registry.size });
    this.#stopWatching();
    this.#gatekeeper?.close();
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    const farewell = serverMessage.roomNotice("going-away", "The server is shutting down.", undefined);
    this.rooms.close();
    for (const connection of this.#registry.all()) {
      connection.send(farewell);
      connection.end(CLOSE.goingAway, "the server is shutting down");
    }
    this.#http.closeIdleConnections();
    const cutOff = setTimeout(() => this.#cutAll(), CLOSE_TIMEOUT_MS);
    await closed;
    clearTimeout(cutOff);
    await this.#witness?.close();
  }

  #cutAll(): void {
    for (const socket of this.#sockets) socket.terminate();
    this.#http.closeAllConnections();
  }

  #createHttp(): Server {
    const { maxConnections } = this.#settings.limits;
    const server = createServer(
      {
        headersTimeout: REQUEST_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: REQUEST_CHECK_INTERVAL_MS,
      },
      createRoutes(this.#settings, this.#registry),
    );
    server.maxConnections = maxConnections + REFUSAL_SLACK;
    server.on("drop", () => {
      this.#context.counters.connectionsRefused += 1;
    });
    server.on("connection", (socket) => this.#admitTcp(socket));
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    return server;
  }

  /** Keeps one address from holding all of the server's TCP connections before any has said a word. */
  #admitTcp(socket: Socket): void {
    // Behind a proxy all of them come from the proxy.
    if (this.#settings.trustedProxies > 0 || socket.remoteAddress === undefined) return;
    const address = plainAddress(socket.remoteAddress);
    const allowed = this.#settings.limits.maxConnectionsPerAddress + REFUSAL_SLACK;
    if (this.#tcpSockets.of(address) >= allowed) {
      this.#context.counters.connectionsRefused += 1;
      socket.destroy();
      return;
    }
    this.#tcpSockets.add(address);
    socket.once("close", () => this.#tcpSockets.remove(address));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => {
      this.#context.counters.socketErrors += 1;
    });
    const obstacle = this.#upgradeObstacle(request);
    if (obstacle !== undefined) {
      this.#context.counters.connectionsRefused += 1;
      this.#context.log("info", "upgrade-refused", { status: obstacle, origin: request.headers.origin });
      socket.once("finish", () => socket.destroy());
      socket.end(`HTTP/1.1 ${obstacle}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket, request));
  }

  #upgradeObstacle(request: IncomingMessage): string | undefined {
    if (this.#closing !== undefined) return "503 Service Unavailable";
    if (splitTarget(request.url).path !== `${this.#settings.path}peerjs`) return "404 Not Found";
    if (!isOriginAllowed(request.headers.origin, this.#settings)) return "403 Forbidden";
    return undefined;
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    const address = clientAddress(request, this.#settings.trustedProxies);
    const applicant = readApplicant(splitTarget(request.url).query, address);
    const refusal = refusalOf(applicant, this.#settings, this.#registry, this.#webSocketCounts);
    this.#sockets.add(socket);
    this.#webSocketCounts.add(address);
    socket.on("error", () => {
      this.#context.counters.socketErrors += 1;
    });
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#webSocketCounts.remove(address);
    });
    if (refusal !== undefined) {
      this.#refuse(socket, applicant, refusal);
      return;
    }
    const { id, token } = applicant;
    const { origin } = request.headers;
    this.#open(socket, new Connection(socket, { id, token, address, origin }, this.#context));
  }

  #refuse(socket: WebSocket, { id, address }: Applicant, refusal: Refusal): void {
    const { type, code, message, closeCode } = refusal;
    this.#context.counters.connectionsRefused += 1;
    countProblem(this.#context.counters, code);
    this.#context.note({
      kind: "client_refused",
      detail: { client: id.slice(0, MAX_PEER_ID_LENGTH), reason: code },
    });
    this.#context.log("info", "connection-refused", {
      peerId: id.slice(0, MAX_PEER_ID_LENGTH),
      address,
      code,
    });
    socket.send(serverMessage.refusal(type, code, message), () => {});
    socket.close(closeCode, code);
  }

  #open(socket: WebSocket, connection: Connection): void {
    const { counters, log, note } = this.#context;
    const inbox = new Inbox(connection, this.#dispatcher, this.#context);
    connection.onEnded = () => {
      counters.connectionsClosed += 1;
      this.#registry.delete(connection);
      this.rooms.leaveAll(connection);
    };
    connection.onDrained = () => this.rooms.refresh(connection);
    socket.on("message", (frame, isBinary) => inbox.receive(frame as Buffer, isBinary));
    socket.on("pong", () => connection.heard());
    socket.once("close", (code) => {
      connection.ended();
      note({ kind: "client_disconnected", detail: { client: connection.id, code } });
      log("info", "connection-closed", { ...connection.describe(), code });
    });
    this.#replaceOlder(connection);
    this.#registry.set(connection);
    counters.connectionsOpened += 1;
    note({
      kind: "client_connected",
      detail: { client: connection.id, origin: connection.identity.origin ?? null },
    });
    log("info", "connection-opened", { ...connection.describe(), origin: connection.identity.origin });
    connection.send(serverMessage.open());
  }

  #replaceOlder(connection: Connection): void {
    const older = this.#registry.get(connection.id);
    if (older === undefined) return;
    this.#context.counters.takeovers += 1;
    // Before the older one ends, so that its end is not a departure from its rooms.
    this.rooms.takeOver(older, connection);
    older.end(CLOSE.replaced, "replaced by a newer connection with the same id and token");
  }
}

function listening(http: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once("error", (error) => reject(listenError(error, host, port)));
    // "localhost" may resolve to ::1 alone, where a client that dials 127.0.0.1 finds nobody.
    http.listen({ host: host === "localhost" ? "127.0.0.1" : host, port }, resolve);
  });
}

function createWebSockets(maxPayload: number): WebSocketServer {
  // The published types do not know closeTimeout yet.
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    maxPayload,
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  return new WebSocketServer(options);
}

function listenError(error: Error, host: string, port: number): SignalingServerError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") {
    const message = `Port ${port} on ${host} is in use by another program. Stop it or choose another port.`;
    return new SignalingServerError("port-in-use", message, error);
  }
  const message = `Listening on ${host}:${port} failed: ${error.message}. Choose another host or port.`;
  return new SignalingServerError("listen-failed", message, error);
}

/** A host that a client can dial, for one that only a server can listen on. */
function reachableHost(host: string): string {
  if (host === "" || host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
