import { readFile } from "node:fs/promises";
import { expect, type LabPage, test, untilFullMesh } from "../support/lab.js";

const MIB = 1024 * 1024;
// Takes half a minute and a gigabyte of disk: run it with PEERSWARM_BIG_FILE_MIB=1024.
const sizeMib = Number(process.env.PEERSWARM_BIG_FILE_MIB ?? 0);
const MAX_HEAP_MIB = 64;
const MAX_RESIDENT_MIB = 512;

/** Peak resident memory of a page's process, in MiB; Linux only. */
async function peakResidentMib({ page }: LabPage): Promise<number> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  const { processInfo } = (await session?.send("SystemInfo.getProcessInfo")) ?? { processInfo: [] };
  let peakKib = 0;
  for (const { type, id } of processInfo) {
    if (type !== "renderer") continue;
    const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
    peakKib = Math.max(peakKib, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }
  return Math.round(peakKib / 1024);
}

const SAMPLED_EVERY_MS = 200;

interface Peak {
  readonly heapMib: number;
  /** Behind array buffers, those included that wait to be collected. */
  readonly buffersMib: number;
}

/** Samples a page's memory; the result says the peaks so far. */
async function watchHeap({ page }: LabPage): Promise<() => Peak> {
  const session = await page.context().newCDPSession(page);
  let heapBytes = 0;
  let bufferBytes = 0;
  const sample = async (): Promise<void> => {
    const usage: { usedSize: number; backingStorageSize?: number } =
      await session.send("Runtime.getHeapUsage");
    heapBytes = Math.max(heapBytes, usage.usedSize);
    bufferBytes = Math.max(bufferBytes, usage.backingStorageSize ?? 0);
    setTimeout(() => void sample().catch(() => undefined), SAMPLED_EVERY_MS);
  };
  await sample();
  return () => ({ heapMib: heapBytes / MIB, buffersMib: bufferBytes / MIB });
}

test("a gigabyte into private files needs no gigabyte of heap", async ({ lab }) => {
  test.skip(sizeMib === 0, "set PEERSWARM_BIG_FILE_MIB");
  test.setTimeout(900_000);
  const { url } = await lab.startSignaling();
  const room = lab.freshRoom();
  const [sender, receiver] = [
    await lab.openPage({ ownProcess: true }),
    await lab.openPage({ ownProcess: true }),
  ];
  await Promise.all([sender, receiver].map((page) => page.join({ url, room })));
  await untilFullMesh([sender, receiver]);
  const peaks = await Promise.all([sender, receiver].map(watchHeap));
  await receiver.page.evaluate(() => {
    window.swarm.onFile(async (offer) => void (await offer.accept({ into: "files" })));
  });
  const { durationMs, activeMs, bytes } = await sender.page.evaluate(
    async ({ to, mib }) => {
      const piece = crypto.getRandomValues(new Uint8Array(64 * 1024));
      const block = new Blob(Array.from({ length: 16 }, () => piece));
      let activeAtMs = 0;
      const receipt = await window.swarm.sendFile(to, new Blob(Array.from({ length: mib }, () => block)), {
        onProgress({ state }) {
          if (state === "active" && activeAtMs === 0) activeAtMs = performance.now();
        },
      });
      return { ...receipt, activeMs: performance.now() - activeAtMs };
    },
    { to: await receiver.peerId(), mib: sizeMib },
  );
  expect(bytes).toBe(sizeMib * MIB);
  for (const [index, page] of [sender, receiver].entries()) {
    const name = ["sender", "receiver"][index];
    const { heapMib, buffersMib } = (peaks[index] as () => Peak)();
    const residentMib = await peakResidentMib(page);
    console.log(
      `${name}: peak JS heap ${heapMib.toFixed(1)} MiB, buffers ${buffersMib.toFixed(1)} MiB, resident ${residentMib} MiB`,
    );
    expect(heapMib).toBeLessThan(MAX_HEAP_MIB);
    expect(residentMib).toBeLessThan(MAX_RESIDENT_MIB);
  }
  const rate = (ms: number): string => `${((sizeMib / ms) * 1000).toFixed(1)} MiB/s`;
  console.log(`${sizeMib} MiB: ${rate(durationMs)} in all, ${rate(activeMs)} once accepted`);
});
