import type { Tile } from "./tiles.js";

export const IMAGE_SIDE = 512;
export const TILE_SIDE = 64;
/** One processor is busy for a quarter of a minute with the whole picture. */
const MAX_ITERATIONS = 2000;

/** What a tile is computed from: which part of the plane the image shows, and how long a point is followed. */
export interface TileInput extends Tile {
  readonly left: number;
  readonly top: number;
  /** Width of a pixel on the plane. */
  readonly step: number;
  readonly maxIterations: number;
}

export const inputOf = (tile: Tile): TileInput => ({
  ...tile,
  left: -2.1,
  top: -1.4,
  step: 2.8 / IMAGE_SIDE,
  maxIterations: MAX_ITERATIONS,
});

/** Runs in the sandboxes of the members: how many steps each point of a tile takes to leave, row by row. */
export const MANDELBROT_SCRIPT = `
  function stepsOf(a, b, max) {
    let x = 0, y = 0, steps = 0;
    while (steps < max && x * x + y * y <= 4) {
      const next = x * x - y * y + a;
      y = 2 * x * y + b;
      x = next;
      steps++;
    }
    return steps;
  }
  export function run({ x, y, width, height, left, top, step, maxIterations }) {
    const steps = new Uint16Array(width * height);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        steps[row * width + column] = stepsOf(left + (x + column) * step, top + (y + row) * step, maxIterations);
      }
    }
    return steps;
  }`;

/** Copies a tile to its place in the image. */
export function placeTile(image: Uint16Array, tile: Tile, steps: Uint16Array): void {
  for (let row = 0; row < tile.height; row++) {
    image.set(steps.subarray(row * tile.width, (row + 1) * tile.width), (tile.y + row) * IMAGE_SIDE + tile.x);
  }
}

/** Draws a tile in a member's colour: the longer a point stays, the brighter; one that never leaves is dark. */
export function drawTile(
  context: CanvasRenderingContext2D,
  tile: Tile,
  steps: Uint16Array,
  hue: number,
): void {
  for (let row = 0; row < tile.height; row++) {
    for (let column = 0; column < tile.width; column++) {
      const taken = steps[row * tile.width + column] as number;
      const light = taken >= MAX_ITERATIONS ? 12 : 22 + 14 * Math.log2(1 + taken);
      context.fillStyle = `hsl(${hue} 65% ${Math.min(light, 92)}%)`;
      context.fillRect(tile.x + column, tile.y + row, 1, 1);
    }
  }
}
