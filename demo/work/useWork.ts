import type { PeerId } from "peerswarm";
import { useSwarm } from "peerswarm/react";
import { useEffect, useRef, useState } from "react";
import { distribute } from "./distribute.js";
import { drawTile, IMAGE_SIDE, placeTile, TILE_SIDE } from "./mandelbrot.js";
import { splitWork } from "./tiles.js";

/** Degrees between the colours of two members: far apart, and never the same. */
const HUE_STEP = 137.5;

/** How far a computation is. */
export interface Work {
  readonly state: "running" | "done" | "cancelled" | "failed";
  readonly total: number;
  readonly done: number;
  readonly elapsedMs: number;
  /** Tiles by member, in the order of their first. */
  readonly shares: ReadonlyMap<PeerId, number>;
  /** SHA-256 of the image: the same whoever computed it. */
  readonly fingerprint: string | undefined;
  readonly error: string | undefined;
}

export const hueOf = (shares: ReadonlyMap<PeerId, number>, member: PeerId): number =>
  ([...shares.keys()].indexOf(member) * HUE_STEP) % 360;

async function fingerprintOf(image: Uint16Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", image));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Computes the picture with the members of the room, and draws it as its tiles come. */
export function useWork(context: () => CanvasRenderingContext2D | null | undefined) {
  const swarm = useSwarm();
  const [work, setWork] = useState<Work>();
  const running = useRef<AbortController>(undefined);
  const cancel = (): void => running.current?.abort();
  useEffect(() => () => running.current?.abort(), []);

  const start = async (): Promise<void> => {
    cancel();
    const stop = new AbortController();
    running.current = stop;
    const tiles = splitWork(IMAGE_SIDE, IMAGE_SIDE, TILE_SIDE);
    const image = new Uint16Array(IMAGE_SIDE * IMAGE_SIDE);
    const startedAt = performance.now();
    let latest: Work = {
      state: "running",
      total: tiles.length,
      done: 0,
      elapsedMs: 0,
      shares: new Map(),
      fingerprint: undefined,
      error: undefined,
    };
    const show = (change: Partial<Work>): void => {
      latest = { ...latest, elapsedMs: performance.now() - startedAt, ...change };
      if (running.current === stop) setWork(latest);
    };
    show({});
    context()?.clearRect(0, 0, IMAGE_SIDE, IMAGE_SIDE);
    try {
      await distribute(
        swarm,
        tiles,
        ({ tile, steps, by }) => {
          if (running.current !== stop) return;
          const shares = new Map(latest.shares).set(by, (latest.shares.get(by) ?? 0) + 1);
          placeTile(image, tile, steps);
          const target = context();
          if (target) drawTile(target, tile, steps, hueOf(shares, by));
          show({ done: latest.done + 1, shares });
        },
        stop.signal,
      );
      show({ state: "done", fingerprint: await fingerprintOf(image) });
    } catch (error) {
      if (stop.signal.aborted) show({ state: "cancelled" });
      else show({ state: "failed", error: error instanceof Error ? error.message : String(error) });
    }
  };
  return { work, start, cancel };
}
