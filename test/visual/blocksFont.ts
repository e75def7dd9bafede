/**
 * A font in which every character is the same block, and every space the same gap: whatever fonts a machine has, and
 * whatever a text says that differs from run to run, such as ids, a page in it looks the same.
 */

const EM = 1000;
const WIDTH = 500;
const ASCENT = 800;
const DESCENT = -200;
const [LEFT, BOTTOM, RIGHT, TOP] = [20, 150, 480, 450] as const;
const GAP_GLYPH = 1;
const BLOCK_GLYPH = 2;

type Bytes = readonly number[];

const u16 = (...values: readonly number[]): Bytes =>
  values.flatMap((value) => [(value >> 8) & 0xff, value & 0xff]);
const u32 = (...values: readonly number[]): Bytes =>
  values.flatMap((value) => u16((value >>> 16) & 0xffff, value & 0xffff));
const ascii = (text: string): Bytes => [...text].map((letter) => letter.charCodeAt(0));
const zeros = (count: number): Bytes => new Array<number>(count).fill(0);
const padded = (bytes: Bytes): Bytes => [...bytes, ...zeros((4 - (bytes.length % 4)) % 4)];

/** One contour of four points, all of them on the curve. */
const block = padded([
  ...u16(1, LEFT, BOTTOM, RIGHT, TOP, 3, 0),
  ...[1, 1, 1, 1],
  ...u16(LEFT, 0, RIGHT - LEFT, 0),
  ...u16(BOTTOM, TOP - BOTTOM, 0, BOTTOM - TOP),
]);

/** Which characters a glyph stands for; format 13 lets one glyph stand for many. */
function characters(): Bytes {
  const ranges = [
    [0x20, 0x20, GAP_GLYPH],
    [0x21, 0x9f, BLOCK_GLYPH],
    [0xa0, 0xa0, GAP_GLYPH],
    [0xa1, 0x1fff, BLOCK_GLYPH],
    [0x2000, 0x200d, GAP_GLYPH],
    [0x200e, 0x10ffff, BLOCK_GLYPH],
  ];
  const table = [...u16(13, 0), ...u32(16 + 12 * ranges.length, 0, ranges.length, ...ranges.flat())];
  return [...u16(0, 1, 3, 10), ...u32(12), ...table];
}

function names(): Bytes {
  const text = ascii("Blocks").flatMap((byte) => [0, byte]);
  const records = [1, 2, 4, 6].flatMap((id) => u16(3, 1, 0x409, id, text.length, 0));
  return [...u16(0, 4, 6 + records.length), ...records, ...text];
}

function metrics(): Bytes {
  return [
    ...u16(4, WIDTH, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0),
    ...zeros(10),
    ...u32(1, 0, 0, 0),
    ...ascii("NONE"),
    ...u16(0x40, 0x20, 0xffff, ASCENT, DESCENT, 0, ASCENT, -DESCENT),
    ...u32(1, 0),
    ...u16(500, 700, 0, 32, 1),
  ];
}

function head(): Bytes {
  const box = u16(0, 0, EM, ASCENT);
  return [
    ...u16(1, 0),
    ...u32(0x10000, 0, 0x5f0f3cf5),
    ...u16(3, EM),
    ...zeros(16),
    ...box,
    ...u16(0, 8, 2, 0, 0),
  ];
}

/** What browsers ask a TrueType font for, in the order of the names. */
const tables: readonly (readonly [string, Bytes])[] = [
  ["OS/2", metrics()],
  ["cmap", characters()],
  ["glyf", [...block, ...block]],
  ["head", head()],
  ["hhea", u16(1, 0, ASCENT, DESCENT, 0, WIDTH, LEFT, LEFT, RIGHT, 1, 0, 0, 0, 0, 0, 0, 0, 3)],
  ["hmtx", u16(WIDTH, LEFT, WIDTH, 0, WIDTH, LEFT)],
  ["loca", u16(0, block.length / 2, block.length / 2, block.length)],
  ["maxp", [...u32(0x10000), ...u16(3, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0)]],
  ["name", names()],
  ["post", [...u32(0x30000, 0), ...u16(0, 0), ...u32(1, 0, 0, 0, 0)]],
];

function checksum(bytes: Bytes): number {
  const words = new DataView(Uint8Array.from(padded(bytes)).buffer);
  let sum = 0;
  for (let at = 0; at < words.byteLength; at += 4) sum = (sum + words.getUint32(at)) >>> 0;
  return sum;
}

function fontBytes(): Uint8Array<ArrayBuffer> {
  // Twelve bytes, of which the last three numbers are for a binary search among ten tables.
  const directory = [...u32(0x10000), ...u16(tables.length, 128, 3, tables.length * 16 - 128)];
  let offset = 12 + 16 * tables.length;
  for (const [name, bytes] of tables) {
    directory.push(...ascii(name), ...u32(checksum(bytes), offset, bytes.length));
    offset += padded(bytes).length;
  }
  return Uint8Array.from([...directory, ...tables.flatMap(([, bytes]) => padded(bytes))]);
}

/** Makes the font known to this page as `Blocks`. */
export async function loadBlocks(): Promise<void> {
  document.fonts.add(await new FontFace("Blocks", fontBytes()).load());
}
