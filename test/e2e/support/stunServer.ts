import { randomBytes } from "node:crypto";
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";

const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const ALLOCATE_REQUEST = 0x0003;
const ALLOCATE_ERROR = 0x0113;
const ERROR_CODE = 0x0009;
const REALM = 0x0014;
const NONCE = 0x0015;
const XOR_MAPPED_ADDRESS = 0x0020;

/** A STUN and TURN server on loopback (RFC 8489, RFC 8656) that knows nobody: it refuses every allocation. */
export interface StunServer {
  readonly port: number;
  /** Requests that it has answered. */
  readonly answered: { readonly bindings: number; readonly allocations: number };
  close(): void;
}

export interface StunServerOptions {
  /** Takes every request and answers none. */
  readonly isSilent?: boolean;
}

export async function startStunServer({ isSilent = false }: StunServerOptions = {}): Promise<StunServer> {
  const socket = createSocket("udp4");
  const answered = { bindings: 0, allocations: 0 };
  socket.on("message", (request, from) => {
    if (isSilent || request.length < HEADER_BYTES || request.readUInt32BE(4) !== MAGIC_COOKIE) return;
    const transaction = request.subarray(8, HEADER_BYTES);
    const type = request.readUInt16BE(0);
    if (type === BINDING_REQUEST) {
      answered.bindings++;
      socket.send(message(BINDING_SUCCESS, transaction, [mappedAddress(from)]), from.port, from.address);
    }
    if (type === ALLOCATE_REQUEST) {
      answered.allocations++;
      socket.send(message(ALLOCATE_ERROR, transaction, unauthorized()), from.port, from.address);
    }
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { port: socket.address().port, answered, close: () => void socket.close() };
}

function message(type: number, transaction: Buffer, attributes: readonly Buffer[]): Buffer {
  const body = Buffer.concat(attributes);
  const header = Buffer.alloc(8);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(body.length, 2);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  return Buffer.concat([header, transaction, body]);
}

function attribute(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

/** Where the request seems to come from: one that no interface has, as behind a NAT (TEST-NET-3). */
function mappedAddress({ port }: RemoteInfo): Buffer {
  const value = Buffer.alloc(8);
  value.writeUInt16BE(0x0001, 0);
  value.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 2);
  value.writeUInt32BE((0xcb007107 ^ MAGIC_COOKIE) >>> 0, 4);
  return attribute(XOR_MAPPED_ADDRESS, value);
}

function unauthorized(): readonly Buffer[] {
  const code = Buffer.concat([Buffer.from([0, 0, 4, 1]), Buffer.from("Unauthorized")]);
  return [
    attribute(ERROR_CODE, code),
    attribute(REALM, Buffer.from("lab.local")),
    attribute(NONCE, Buffer.from(randomBytes(8).toString("hex"))),
  ];
}
