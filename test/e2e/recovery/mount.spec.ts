import { expect, proveMessaging, test, untilFullMesh } from "../support/lab.js";

/** What a page does with one swarm object, and how long it waits between the steps. */
const sequences: { readonly steps: readonly ("join" | "leave")[]; readonly pauseMs: number | undefined }[] = [
  { steps: ["join", "leave", "join"], pauseMs: undefined },
  { steps: ["join", "leave", "join", "leave", "join"], pauseMs: undefined },
  { steps: ["join", "join", "leave", "leave", "join"], pauseMs: undefined },
  ...[0, 5, 20, 60, 150].map((pauseMs) => ({ steps: ["join", "leave", "join"] as const, pauseMs })),
];

for (const kind of ["our server", "a stock PeerServer"] as const) {
  test(`mounts and unmounts in a row leave one session on ${kind}`, async ({ lab }) => {
    const own = kind === "our server" ? await lab.startSignaling() : undefined;
    const { url } = own ?? (await lab.startStockServer());
    test.setTimeout(180_000);
    const [observer, mounted] = await lab.openPages(2);
    for (const { steps, pauseMs } of sequences) {
      const room = lab.freshRoom();
      await observer!.join({ url, room });
      await mounted!.create({ url, room });
      await mounted!.page.evaluate(
        async ({ order, pause }) => {
          let last: Promise<void> = Promise.resolve();
          for (const step of order) {
            last = window.swarm[step]();
            // Only the last one is awaited: a join() that is overtaken by leave() rejects.
            last.catch(() => undefined);
            if (pause !== undefined) await new Promise((resolve) => setTimeout(resolve, pause));
          }
          await last;
        },
        { order: [...steps], pause: pauseMs },
      );
      // A session that left in the middle of its own dial is listed as connecting until that dial times out.
      await untilFullMesh([observer!, mounted!]);
      await proveMessaging([observer!, mounted!]);
      if (own !== undefined) {
        const members = own.server.rooms().find((found) => found.room === room)?.members;
        expect(members).toHaveLength(2);
      }
      await Promise.all([observer!.leave(), mounted!.leave()]);
    }
    // One connection per room and none left of it, on both sides.
    for (const page of [observer!, mounted!]) {
      await page.until(() => window.openConnections() === 0, undefined);
    }
  });
}
