import { createHash } from "node:crypto";
import { demoAddress, enterSwarm, expectFullList } from "./support/demo.js";
import { expect, type LabPage, test } from "./support/lab.js";

/** The demo's picture, computed here by other code than the demo's: its side, its place on the plane, its steps. */
function expectedFingerprint(): string {
  const side = 512;
  const steps = new Uint16Array(side * side).map((_, index) => {
    const a = -2.1 + (index % side) * (2.8 / side);
    const b = -1.4 + Math.floor(index / side) * (2.8 / side);
    let [real, imaginary, count] = [0, 0, 0];
    for (; count < 2000 && real * real + imaginary * imaginary <= 4; count++) {
      [real, imaginary] = [real * real - imaginary * imaginary + a, 2 * real * imaginary + b];
    }
    return count;
  });
  return createHash("sha256").update(new Uint8Array(steps.buffer)).digest("hex");
}

const workOf = ({ page }: LabPage) => page.getByRole("region", { name: "Shared work" });
const statusOf = (tab: LabPage) => workOf(tab).getByRole("status");
const tilesOf = async (tab: LabPage): Promise<number> =>
  Number(await statusOf(tab).getAttribute("data-tiles"));
const compute = (tab: LabPage): Promise<void> => workOf(tab).getByRole("button", { name: "Compute" }).click();

async function finishedWithin(tab: LabPage, timeout: number): Promise<number> {
  await expect(statusOf(tab)).toHaveAttribute("data-work-state", "done", { timeout });
  return Number(/in ([\d.]+) s/.exec(await statusOf(tab).innerText())?.[1]);
}

test("four tabs split a picture that takes one more than 10 s, and it is right though one dies", async ({
  lab,
  baseURL,
}) => {
  test.setTimeout(600_000);
  const url = demoAddress(baseURL!, lab.freshRoom());
  const first = await lab.openPage({ url });
  await enterSwarm(first);

  await test.step("one tab alone", async () => {
    await expect(statusOf(first)).toHaveAttribute("data-work-state", "idle");
    await compute(first);
    expect(await finishedWithin(first, 240_000)).toBeGreaterThan(10);
    await expect(workOf(first).getByRole("listitem")).toHaveText(/^This tab: 64$/);
    await expect(workOf(first)).toContainText(expectedFingerprint());
  });

  const others = await Promise.all([
    lab.openPage({ url }),
    lab.openPage({ url }),
    lab.openPage({ url, ownProcess: true }),
  ]);
  const [, , killed] = others;
  await Promise.all(others.map(enterSwarm));
  await expectFullList([first, ...others]);
  const killedId = await killed!.peerId();

  await test.step("four tabs, of which one dies in the middle", async () => {
    await compute(first);
    const killedShare = workOf(first).locator(`[data-member="${killedId}"]`);
    await expect(killedShare).toBeVisible({ timeout: 60_000 });
    await expect.poll(() => tilesOf(first), { timeout: 60_000 }).toBeGreaterThan(12);
    expect(await tilesOf(first)).toBeLessThan(52);
    await killed!.kill();
    await finishedWithin(first, 240_000);
    await expect(workOf(first)).toContainText(expectedFingerprint());
    const counts = await workOf(first)
      .locator("[data-member]")
      .evaluateAll((shares) => shares.map((share) => Number(share.getAttribute("data-count"))));
    expect(counts).toHaveLength(4);
    expect(counts.reduce((sum, count) => sum + count)).toBe(64);
  });
});

test("a computation is cancelled at once, and can begin anew", async ({ lab, baseURL }) => {
  const tab = await lab.openPage({ url: demoAddress(baseURL!, lab.freshRoom()) });
  await enterSwarm(tab);
  await compute(tab);
  await expect.poll(() => tilesOf(tab)).toBeGreaterThan(0);
  await workOf(tab).getByRole("button", { name: "Cancel" }).click();
  await expect(statusOf(tab)).toHaveAttribute("data-work-state", "cancelled");
  await compute(tab);
  await expect(statusOf(tab)).toHaveAttribute("data-work-state", "running");
});

test("a computation that is asked for before the tab has joined begins when it has", async ({
  lab,
  baseURL,
}) => {
  const tab = await lab.openPage();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  // What a stay needs is loaded with the first join.
  await tab.page.route("**/assets/stay-*.js", async (route) => {
    await released;
    await route.continue();
  });
  await tab.page.goto(demoAddress(baseURL!, lab.freshRoom()));
  await enterSwarm(tab);
  await compute(tab);
  await expect(statusOf(tab)).toHaveAttribute("data-work-state", "running");
  await workOf(tab).getByRole("button", { name: "Cancel" }).click();
  await expect(statusOf(tab)).toHaveAttribute("data-work-state", "cancelled");
  await compute(tab);
  await expect(statusOf(tab)).toHaveAttribute("data-work-state", "running");
  release();
  await expect.poll(() => tilesOf(tab), { timeout: 30_000 }).toBeGreaterThan(0);
});
