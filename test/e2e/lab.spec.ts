import { expect, proveMessaging, test, untilFullMesh } from "./support/lab.js";

test.describe("five pages in one room", () => {
  for (const kind of ["our server", "a stock PeerServer"]) {
    test(`find each other through ${kind}`, async ({ lab }) => {
      const { url } = kind === "our server" ? await lab.startSignaling() : await lab.startStockServer();
      const room = lab.freshRoom();
      const pages = await lab.openPages(5);
      await Promise.all(pages.map((page) => page.join({ url, room })));
      await untilFullMesh(pages);
      await proveMessaging(pages);
      const linkIds = await Promise.all(
        pages.map(async (page) => (await page.snapshot()).peers.map((peer) => peer.linkId)),
      );
      // Ten links, each known to both of its ends.
      expect(new Set(linkIds.flat()).size).toBe(10);
    });
  }
});
