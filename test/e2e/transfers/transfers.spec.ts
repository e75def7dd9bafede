import { createHash } from "node:crypto";
import type { FileOffer, TransferTarget } from "peerswarm";
import { expect, type Lab, type LabPage, test, untilFullMesh } from "../support/lab.js";
import { tapWires } from "../support/wiretap.js";

const MIB = 1024 * 1024;
const CHUNK_FRAME = 4;

/** Bytes that a page and this process make alike. */
function contentOf(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let index = 0, state = 1; index < size; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const makeContent = `(${contentOf.toString()})`;

/** Accepts what comes; `window.fileHash` is the hash of the last file once it is there. */
function receiveInto(page: LabPage, into: TransferTarget): Promise<void> {
  return page.page.evaluate((target) => {
    const seen = window as unknown as { fileHash?: string; offers: FileOffer[] };
    seen.offers = [];
    window.swarm.onFile(async (offer) => {
      seen.offers.push(offer);
      const { content } = await offer.accept({ into: target });
      const bytes = content instanceof Blob ? await content.arrayBuffer() : content;
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
      seen.fileHash = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
    });
  }, into as "blob");
}

/** Starts to send; `window.sent` is what came of it. */
function startSending(page: LabPage, to: string, size: number): Promise<void> {
  return page.page.evaluate(
    ({ source, bytes, peerId }) => {
      // biome-ignore lint/security/noGlobalEval: the source is a function of the test itself
      const make = globalThis.eval(source) as (size: number) => Uint8Array<ArrayBuffer>;
      const seen = window as unknown as { sent?: string };
      window.swarm.sendFile(peerId, new File([make(bytes)], "big.bin")).then(
        ({ bytes: sent }) => {
          seen.sent = `sent ${sent}`;
        },
        (error: Error) => {
          seen.sent = error.message;
        },
      );
    },
    { source: makeContent, bytes: size, peerId: to },
  );
}

const doneOf = (page: LabPage): Promise<number> =>
  page.page.evaluate(() => window.swarm.store.getSnapshot().transfers.at(-1)?.doneBytes ?? 0);

const untilDone = (page: LabPage, atLeast: number): Promise<void> =>
  page.until(({ transfers }, bytes) => (transfers.at(-1)?.doneBytes ?? 0) >= bytes, atLeast, {
    withinMs: 60_000,
  });

async function expectArrived(sender: LabPage, receiver: LabPage, size: number): Promise<void> {
  const wanted = sha256Of(contentOf(size));
  await receiver.page.waitForFunction(
    (hash) => (window as unknown as { fileHash?: string }).fileHash === hash,
    wanted,
    { timeout: 90_000 },
  );
  await sender.page.waitForFunction(
    (text) => (window as unknown as { sent?: string }).sent === text,
    `sent ${size}`,
  );
}

async function two(lab: Lab, identity: "session" | "persistent" = "session", withNetwork = false) {
  const signaling = await lab.startSignaling();
  const network = withNetwork ? await lab.createNetwork(signaling) : undefined;
  const url = network?.url ?? signaling.url;
  const room = lab.freshRoom();
  const pages: LabPage[] = [];
  for (let count = 0; count < 2; count++) {
    const context = await lab.openContext();
    await tapWires(context);
    pages.push(await lab.openPage({ context }));
  }
  const [sender, receiver] = pages as [LabPage, LabPage];
  const create = (page: LabPage): Promise<void> => page.create({ url, room, identity });
  await Promise.all(pages.map(create));
  await Promise.all(pages.map(({ page }) => page.evaluate(() => window.swarm.join())));
  await untilFullMesh(pages);
  return { network, sender, receiver, create };
}

const chunkBytesSent = (page: LabPage): Promise<number> =>
  page.page.evaluate((kind) => window.wiretap.sent[kind] ?? 0, CHUNK_FRAME);

for (const into of ["memory", "blob", "files"] as const) {
  test(`a file arrives in ${into} with the hash that it left with`, async ({ lab }) => {
    const { sender, receiver } = await two(lab);
    await receiveInto(receiver, into);
    await startSending(sender, await receiver.peerId(), 10 * MIB + 1);
    await expectArrived(sender, receiver, 10 * MIB + 1);
  });
}

test("a link that is cut in the middle goes on when it is back, and sends nothing anew", async ({ lab }) => {
  test.setTimeout(120_000);
  const { network, sender, receiver } = await two(lab, "session", true);
  await receiveInto(receiver, "blob");
  const size = 48 * MIB;
  await startSending(sender, await receiver.peerId(), size);
  await untilDone(receiver, size / 4);
  network?.cut();
  const doneAtCut = await doneOf(receiver);
  await sender.page.waitForTimeout(8000);
  expect(await doneOf(receiver)).toBeLessThan(size);
  expect(await doneOf(receiver)).toBeLessThan(doneAtCut + 8 * MIB);
  network?.restore();
  await expectArrived(sender, receiver, size);
  expect(await chunkBytesSent(sender)).toBeLessThan(size * 1.05 + 2 * MIB);
});

test("a receiver that reloads in the middle goes on from its private files", async ({ lab }) => {
  test.setTimeout(120_000);
  const { sender, receiver, create } = await two(lab, "persistent");
  await receiveInto(receiver, "files");
  const size = 64 * MIB;
  await startSending(sender, await receiver.peerId(), size);
  await untilDone(receiver, size / 2);
  await receiver.reload();
  await create(receiver);
  // Before it joins: the sender offers it again as soon as it sees the agent.
  await receiveInto(receiver, "files");
  await receiver.page.evaluate(() => window.swarm.join());
  await expectArrived(sender, receiver, size);
  // One part that was not whole yet, and what was under way.
  expect(await chunkBytesSent(sender)).toBeLessThan(size * 1.02 + 8 * MIB + 3 * MIB);
  // One transfer, not two: the store shows it a moment after the app has the file.
  await receiver.until(
    ({ transfers }) => transfers.length === 1 && transfers[0]?.state === "done",
    undefined,
  );
});
