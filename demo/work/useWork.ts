import type { Swarm } from "peerswarm";
import { useSwarm } from "peerswarm/react";
import { useEffect, useRef, useState } from "react";
import { distribute } from "./distribute.js";
import { drawTile, IMAGE_SIDE, placeTile, TILE_SIDE } from "./mandelbrot.js";
import { splitWork } from "./tiles.js";
import { hueOf, newWork, type Work, withTile } from "./work.js";

async function fingerprintOf(image: Uint16Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", image));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

interface Canvas {
  readonly context: CanvasRenderingContext2D | null | undefined;
  readonly show: (work: Work) => void;
}

/** Computes the picture once and draws its tiles as they come; how it ended is shown too. */
async function computePicture(swarm: Swarm, { context, show }: Canvas, signal: AbortSignal): Promise<void> {
  const tiles = splitWork(IMAGE_SIDE, IMAGE_SIDE, TILE_SIDE);
  const image = new Uint16Array(IMAGE_SIDE * IMAGE_SIDE);
  const startedAt = performance.now();
  let work = newWork(tiles.length);
  const update = (change: Partial<Work>): void => {
    work = { ...work, ...change, elapsedMs: performance.now() - startedAt };
    show(work);
  };
  update({});
  context?.clearRect(0, 0, IMAGE_SIDE, IMAGE_SIDE);
  try {
    // Who has just entered need not wait to press the button.
    await swarm.join({ signal });
    await distribute(
      swarm,
      tiles,
      (done) => {
        if (signal.aborted) return;
        update(withTile(work, done));
        placeTile(image, done.tile, done.steps);
        if (context) drawTile(context, done.tile, done.steps, hueOf(work.shares, done.by));
      },
      signal,
    );
    update({ state: "done", fingerprint: await fingerprintOf(image) });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    update(signal.aborted ? { state: "cancelled" } : { state: "failed", error: text });
  }
}

/** The picture that the members of the room compute, one at a time. */
export function useWork(contextOf: () => Canvas["context"]) {
  const swarm = useSwarm();
  const [work, setWork] = useState<Work>();
  const running = useRef<AbortController>(undefined);
  const cancel = (): void => running.current?.abort();
  useEffect(() => () => running.current?.abort(), []);

  const start = (): Promise<void> => {
    cancel();
    const stop = new AbortController();
    running.current = stop;
    const show = (latest: Work): void => {
      if (running.current === stop) setWork(latest);
    };
    return computePicture(swarm, { context: contextOf(), show }, stop.signal);
  };
  return { work, start, cancel };
}
