import { createHash, createHmac, randomBytes } from "node:crypto";
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";

const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const ALLOCATE_REQUEST = 0x0003;
const ALLOCATE_SUCCESS = 0x0103;
const ALLOCATE_ERROR = 0x0113;
const REFRESH_REQUEST = 0x0004;
const REFRESH_SUCCESS = 0x0104;
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const LIFETIME = 0x000d;
const XOR_RELAYED_ADDRESS = 0x0016;
const INTEGRITY_BYTES = 20;
const LIFETIME_SECONDS = 600;
const REALM_NAME = "lab.local";
const ERROR_CODE = 0x0009;
const REALM = 0x0014;
const NONCE = 0x0015;
const XOR_MAPPED_ADDRESS = 0x0020;

/**
 * A STUN and TURN server on loopback (RFC 8489, RFC 8656). It refuses every allocation but those of its account, and passes
 * nothing on.
 */
export interface StunServer {
  readonly port: number;
  /** Requests that it has answered. */
  readonly answered: { readonly bindings: number; readonly allocations: number };
  close(): void;
}

export interface StunServerOptions {
  /** Takes every request and answers none. */
  readonly isSilent?: boolean;
  /** Whom it knows; default nobody. */
  readonly account?: Account;
}

interface Account {
  readonly username: string;
  readonly credential: string;
}

export async function startStunServer(options: StunServerOptions = {}): Promise<StunServer> {
  const { isSilent = false, account } = options;
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
      const answer = isOf(account, request)
        ? signed(account, ALLOCATE_SUCCESS, transaction, [relayedAddress(), lifetime(), mappedAddress(from)])
        : message(ALLOCATE_ERROR, transaction, unauthorized());
      socket.send(answer, from.port, from.address);
    }
    if (type === REFRESH_REQUEST && isOf(account, request))
      socket.send(signed(account, REFRESH_SUCCESS, transaction, [lifetime()]), from.port, from.address);
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
  return attribute(XOR_MAPPED_ADDRESS, xorAddress(port));
}

/** Somewhere at which nobody listens. */
function relayedAddress(): Buffer {
  return attribute(XOR_RELAYED_ADDRESS, xorAddress(49_152));
}

function xorAddress(port: number): Buffer {
  const value = Buffer.alloc(8);
  value.writeUInt16BE(0x0001, 0);
  value.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 2);
  value.writeUInt32BE((0xcb007107 ^ MAGIC_COOKIE) >>> 0, 4);
  return value;
}

function lifetime(): Buffer {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(LIFETIME_SECONDS, 0);
  return attribute(LIFETIME, value);
}

function keyOf({ username, credential }: Account): Buffer {
  return createHash("md5").update(`${username}:${REALM_NAME}:${credential}`).digest();
}

/** HMAC over a message as it would be if it ended with its integrity (RFC 8489, 14.5). */
function integrityOf(account: Account, before: Buffer): Buffer {
  const counted = Buffer.from(before);
  counted.writeUInt16BE(before.length - HEADER_BYTES + 4 + INTEGRITY_BYTES, 2);
  return createHmac("sha1", keyOf(account)).update(counted).digest();
}

function signed(account: Account, type: number, transaction: Buffer, attributes: readonly Buffer[]): Buffer {
  const before = message(type, transaction, attributes);
  const integrity = attribute(MESSAGE_INTEGRITY, integrityOf(account, before));
  return message(type, transaction, [...attributes, integrity]);
}

/** Whether a request names this account and knows its credential. */
function isOf(account: Account | undefined, request: Buffer): account is Account {
  const username = find(request, USERNAME);
  const integrity = find(request, MESSAGE_INTEGRITY);
  if (account === undefined || username === undefined || integrity === undefined) return false;
  const expected = integrityOf(account, request.subarray(0, integrity.at));
  return username.value.toString() === account.username && expected.equals(integrity.value);
}

function find(request: Buffer, wanted: number): { readonly at: number; readonly value: Buffer } | undefined {
  let at = HEADER_BYTES;
  while (at + 4 <= request.length) {
    const [type, length] = [request.readUInt16BE(at), request.readUInt16BE(at + 2)];
    if (type === wanted) return { at, value: request.subarray(at + 4, at + 4 + length) };
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return undefined;
}

function unauthorized(): readonly Buffer[] {
  const code = Buffer.concat([Buffer.from([0, 0, 4, 1]), Buffer.from("Unauthorized")]);
  return [
    attribute(ERROR_CODE, code),
    attribute(REALM, Buffer.from(REALM_NAME)),
    attribute(NONCE, Buffer.from(randomBytes(8).toString("hex"))),
  ];
}
