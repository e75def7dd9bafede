/** What {@link inspectMsgpack} lets pass. */
export interface MsgpackLimits {
  readonly maxDepth: number;
  readonly maxValues: number;
  /** Allowed extension types, each with the element size that its length must be a multiple of. */
  readonly extensionElementBytes: ReadonlyMap<number, number>;
}

const BIGGEST_SAFE_HIGH_WORD = 0x1fffff;

/**
 * Walks MessagePack bytes without building anything: exactly one value, within the limits, map keys are
 * text, numbers are finite and exact, lengths lie within the input. It never throws and never recurses.
 * Format: https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export function inspectMsgpack(bytes: Uint8Array, limits: MsgpackLimits): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // For each open container: values still to come, and whether the next one is a key.
  const remaining: number[] = [];
  const isMap: boolean[] = [];
  let offset = 0;
  let values = 0;

  do {
    if (offset >= bytes.length || ++values > limits.maxValues) return false;
    const level = remaining.length - 1;
    const isKey = level >= 0 && isMap[level] === true && (remaining[level] as number) % 2 === 0;
    if (level >= 0) remaining[level] = (remaining[level] as number) - 1;
    const item = readItem(view, offset, limits);
    if (item === undefined || (isKey && item.kind !== "text")) return false;
    offset = item.end;
    if (offset > bytes.length) return false;
    if (item.children > 0) {
      // Each child takes a byte at least, so a larger count is a lie.
      if (remaining.length >= limits.maxDepth || item.children > bytes.length - offset) return false;
      remaining.push(item.children);
      isMap.push(item.kind === "map");
    }
    while (remaining.length > 0 && remaining[remaining.length - 1] === 0) {
      remaining.pop();
      isMap.pop();
    }
  } while (remaining.length > 0);
  return offset === bytes.length;
}

interface Item {
  readonly kind: "scalar" | "text" | "bytes" | "array" | "map";
  readonly end: number;
  readonly children: number;
}

function readItem(view: DataView, offset: number, limits: MsgpackLimits): Item | undefined {
  const head = view.getUint8(offset);
  if (head <= 0x7f || head >= 0xe0) return scalar(offset + 1);
  if (head <= 0x8f) return map(offset + 1, head & 0x0f);
  if (head <= 0x9f) return array(offset + 1, head & 0x0f);
  if (head <= 0xbf) return text(offset + 1 + (head & 0x1f));
  const sizeBytes = lengthFieldBytes(head);
  if (sizeBytes > 0) {
    if (offset + 1 + sizeBytes > view.byteLength) return undefined;
    return readSized(view, offset, head, sizeBytes, limits);
  }
  return readFixed(view, offset, head, limits);
}

// How many bytes after the head say a length; 0 for values without one.
function lengthFieldBytes(head: number): number {
  switch (head) {
    case 0xc4:
    case 0xc7:
    case 0xd9:
      return 1;
    case 0xc5:
    case 0xc8:
    case 0xda:
    case 0xdc:
    case 0xde:
      return 2;
    case 0xc6:
    case 0xc9:
    case 0xdb:
    case 0xdd:
    case 0xdf:
      return 4;
    default:
      return 0;
  }
}

function readSized(
  view: DataView,
  offset: number,
  head: number,
  sizeBytes: number,
  limits: MsgpackLimits,
): Item | undefined {
  const at = offset + 1;
  const length =
    sizeBytes === 1 ? view.getUint8(at) : sizeBytes === 2 ? view.getUint16(at) : view.getUint32(at);
  const start = at + sizeBytes;
  if (head >= 0xc4 && head <= 0xc6) return { kind: "bytes", end: start + length, children: 0 };
  if (head >= 0xc7 && head <= 0xc9) return extension(view, start, length, limits);
  if (head >= 0xd9 && head <= 0xdb) return text(start + length);
  return head <= 0xdd ? array(start, length) : map(start, length);
}

function readFixed(view: DataView, offset: number, head: number, limits: MsgpackLimits): Item | undefined {
  const at = offset + 1;
  const left = view.byteLength - at;
  switch (head) {
    case 0xc0:
    case 0xc2:
    case 0xc3:
      return scalar(at);
    case 0xca:
      return left >= 4 && isExact(view.getFloat32(at)) ? scalar(at + 4) : undefined;
    case 0xcb:
      return left >= 8 && isExact(view.getFloat64(at)) ? scalar(at + 8) : undefined;
    case 0xcc:
    case 0xd0:
      return scalar(at + 1);
    case 0xcd:
    case 0xd1:
      return scalar(at + 2);
    case 0xce:
    case 0xd2:
      return scalar(at + 4);
    case 0xcf:
      return left >= 8 && view.getUint32(at) <= BIGGEST_SAFE_HIGH_WORD ? scalar(at + 8) : undefined;
    case 0xd3:
      return left >= 8 && isSafeInt64(view, at) ? scalar(at + 8) : undefined;
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return extension(view, at, 2 ** (head - 0xd4), limits);
    default:
      return undefined;
  }
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

function isSafeInt64(view: DataView, at: number): boolean {
  const value = view.getBigInt64(at);
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

function extension(view: DataView, at: number, length: number, limits: MsgpackLimits): Item | undefined {
  if (at >= view.byteLength) return undefined;
  const elementBytes = limits.extensionElementBytes.get(view.getInt8(at));
  if (elementBytes === undefined || length % elementBytes !== 0) return undefined;
  return { kind: "bytes", end: at + 1 + length, children: 0 };
}

function scalar(end: number): Item {
  return { kind: "scalar", end, children: 0 };
}

function text(end: number): Item {
  return { kind: "text", end, children: 0 };
}

function array(end: number, items: number): Item {
  return { kind: "array", end, children: items };
}

function map(end: number, entries: number): Item {
  return { kind: "map", end, children: entries * 2 };
}
