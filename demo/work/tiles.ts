/** A rectangle of an image, in pixels. */
export interface Tile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Cuts an image into tiles of at most `side` by `side` pixels, row by row: each pixel is in exactly one. */
export function splitWork(width: number, height: number, side: number): Tile[] {
  const starts = (length: number) =>
    Array.from({ length: Math.ceil(length / side) }, (_, index) => index * side);
  return starts(height).flatMap((y) =>
    starts(width).map((x) => ({
      x,
      y,
      width: Math.min(side, width - x),
      height: Math.min(side, height - y),
    })),
  );
}
