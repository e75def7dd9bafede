import { expect, type Lab, type LabPage, proveMessaging, untilFullMesh } from "../../support/lab.js";

const LATER_MS = 3_600_000;

/** A link is cut long after its ICE servers were fetched: their credentials have expired, the restart needs new ones. */
export async function freshIceServers(lab: Lab): Promise<void> {
  const network = await lab.createNetwork(await lab.startSignaling());
  const room = lab.freshRoom();
  const pages = await lab.openPages(2);
  await Promise.all(
    pages.map(({ page }) =>
      page.evaluate(
        async ({ url, room }) => {
          let fetches = 0;
          const iceServers = () => [
            { urls: "turn:127.0.0.1:9", username: `fetched ${++fetches}`, credential: "secret" },
          ];
          await window.createLabSwarm({ url, room, iceServers }).join();
        },
        { url: network.url, room },
      ),
    ),
  );
  await untilFullMesh(pages);
  expect(await Promise.all(pages.map(credentialsInUse))).toEqual([["fetched 1"], ["fetched 1"]]);

  await Promise.all(
    pages.map(({ page }) =>
      page.evaluate((laterMs) => {
        const now = performance.now.bind(performance);
        performance.now = () => now() + laterMs;
      }, LATER_MS),
    ),
  );
  network.cut();
  await Promise.all(
    pages.map((page) => page.until(({ peers }) => peers[0]?.state === "unreachable", undefined)),
  );
  // Signalling works, so both ends take part in a restart while the link is still cut.
  await expect.poll(() => Promise.all(pages.map(credentialsInUse))).toEqual([["fetched 2"], ["fetched 2"]]);
  network.restore();
  await untilFullMesh(pages);
  await proveMessaging(pages);
}

const credentialsInUse = ({ page }: LabPage): Promise<unknown[]> =>
  page.evaluate(() =>
    window
      .openConnectionList()
      .flatMap((connection) => connection.getConfiguration().iceServers ?? [])
      .map(({ username }) => username),
  );
