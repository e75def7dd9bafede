import type { Page } from "playwright";
import { heldHeapBytes } from "./browsers.js";
import type { Figures } from "./figures.js";
import type { Lab } from "./lab.js";

/** Contestants that build meshes; the others differ from these in how they write messages, not in how they connect. */
export const MESH_CONTESTANTS = ["raw", "peerswarm", "peerjs binary", "trystero", "simple-peer"];

const MEET_LIMIT_MS = 60_000;
const FIRST_LINKS = 2;

/** All pages of a full mesh join at once, then one more; adds the times until everyone has heard everyone. */
export async function runMesh(contestant: string, size: number, lab: Lab, figures: Figures): Promise<void> {
  const pages = await openPages(lab, size + 1);
  const place = lab.place();
  try {
    // The first meeting loads what later ones find ready.
    const warmUp = lab.place();
    for (const page of pages)
      await meet(page, contestant, { ...warmUp, room: `${warmUp.room}-${pages.indexOf(page)}` }, 0);
    for (const page of pages) await page.evaluate(() => window.bench.leave());

    const newcomer = pages.pop() as Page;
    const startedAtMs = await pages[0]!.evaluate(() => performance.timeOrigin + performance.now());
    const met = await Promise.all(pages.map((page) => meet(page, contestant, place, size - 1)));
    const endedAtMs = Math.max(...met.map((each) => each.endedAtMs));
    figures.add(contestant, `meshOf${size}Ms`, endedAtMs - startedAtMs);
    const { elapsedMs } = await meet(newcomer, contestant, place, size);
    figures.add(contestant, `oneMoreIn${size}Ms`, elapsedMs);
    for (const page of [...pages, newcomer]) await page.evaluate(() => window.bench.leave());
    await newcomer.close();
  } finally {
    for (const page of pages) await page.close();
  }
}

async function openPages(lab: Lab, count: number): Promise<Page[]> {
  const pages: Page[] = [];
  for (let index = 0; index < count; index++)
    pages.push(await lab.openPage(lab.browsers[index % 2] as (typeof lab.browsers)[0]));
  return pages;
}

function meet(
  page: Page,
  name: string,
  place: ReturnType<Lab["place"]>,
  count: number,
): Promise<{ elapsedMs: number; endedAtMs: number }> {
  const met = page.evaluate(({ name: of, place: at, links }) => window.bench.meet(of, at, links), {
    name,
    place,
    links: count,
  });
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${name} did not meet ${count} others within ${MEET_LIMIT_MS / 1000} s.`)),
      MEET_LIMIT_MS,
    );
  });
  return Promise.race([met, limit]).finally(() => clearTimeout(timer));
}

/** Heap that a page's scripts hold for each of `links` idle links to other pages. */
export async function measureHeap(
  contestant: string,
  links: number,
  lab: Lab,
  figures: Figures,
): Promise<void> {
  const pages = await openPages(lab, FIRST_LINKS + links + 1);
  const [measured, ...others] = pages as [Page, ...Page[]];
  const place = lab.place();
  let linked = 0;
  const heapWith = async (newcomers: readonly Page[]): Promise<number> => {
    for (const page of newcomers) await meet(page, contestant, place, ++linked);
    await measured.waitForFunction((count) => window.bench.linkCount() === count, linked);
    // What a link needs only while it opens is let go of within a moment.
    await measured.waitForTimeout(2000);
    return heldHeapBytes(measured);
  };
  try {
    await meet(measured, contestant, place, 0);
    // The first links load and compile what all others share.
    const before = await heapWith(others.slice(0, FIRST_LINKS));
    const after = await heapWith(others.slice(FIRST_LINKS));
    figures.add(contestant, "heapKibPerLink", (after - before) / links / 1024);
  } finally {
    for (const page of pages) await page.close();
  }
}
