import { expect, type LabPage, test } from "./support/lab.js";

/** What a page says of itself that a reload must not change. */
function kept({ page }: LabPage) {
  return page.evaluate(async () => {
    const { knowledge, reflections, store } = window.swarm;
    const text = async (id: string): Promise<string> => new TextDecoder().decode(await knowledge.get(id));
    const artifacts = await knowledge.list();
    return {
      agentId: store.getSnapshot().self.agentId,
      artifacts,
      contents: await Promise.all(artifacts.filter(({ isHere }) => isHere).map(({ id }) => text(id))),
      reflections: await reflections.list(),
      usedBytes: (await knowledge.usage()).usedBytes,
    };
  });
}

/** Sessions of the witness log in storage, and whether their records hold together. */
function witnessed({ page }: LabPage) {
  return page.evaluate(async () => {
    const { witness } = window.swarm;
    const sessions = await witness.sessions();
    return Promise.all(
      sessions.map(async ({ peerId }) => {
        const result = await window.peerswarm.verifyWitness(await witness.export({ peerId }));
        return { peerId, isIntact: result.isIntact };
      }),
    );
  });
}

const untilOpen = (lab: LabPage, subject: string): Promise<void> =>
  lab.until(
    ({ consensus }, wanted) =>
      consensus.proposals.some(({ subject, state }) => subject === wanted && state === "open"),
    subject,
  );

test("a reload keeps identity, knowledge, reflections, the witness log and open proposals", async ({
  lab,
}) => {
  const { url } = await lab.startSignaling();
  const options = { url, room: lab.freshRoom(), identity: "persistent" as const };
  const [ada, bob] = (await lab.openPages(2)) as [LabPage, LabPage];
  await Promise.all([ada.join(options), bob.join(options)]);
  await Promise.all([ada.untilPeerCount(1), bob.untilPeerCount(1)]);
  const session = await ada.peerId();

  await bob.page.evaluate(async () => {
    await window.swarm.reflections.add({ task: "sieve", outcome: "success", lesson: "In segments." });
    await window.swarm.reflections.shareSuccess();
  });
  await ada.until(({ knowledge }) => knowledge.reflectionCount === 1, undefined);
  await ada.page.evaluate(async () => {
    const { knowledge, reflections } = window.swarm;
    await knowledge.put("Only mine.", { title: "Diary", tags: ["private"] });
    await knowledge.put({ primes: 78_498 }, { title: "Primes", share: true });
    await reflections.add({ task: "map of flags", outcome: "failure", lesson: "Too big.", context: [1] });
    const [shared] = (await reflections.list()).filter(({ standing }) => standing === "received");
    if (shared !== undefined) await reflections.integrate(shared);
    // The page goes before it ends.
    const vote = { kind: "change", risk: "low", timeoutMs: 600_000 } as const;
    window.swarm.consensus.propose({ ...vote, subject: "from Ada" }).catch(() => undefined);
  });
  await bob.page.evaluate(() => {
    const vote = { kind: "change", risk: "low", timeoutMs: 600_000 } as const;
    window.swarm.consensus.propose({ ...vote, subject: "from Bob" }).catch(() => undefined);
  });
  for (const page of [ada, bob])
    for (const subject of ["from Ada", "from Bob"]) await untilOpen(page, subject);
  const before = await kept(ada);
  expect(before.artifacts.map(({ title, isShared }) => [title, isShared])).toEqual([
    ["Diary", false],
    ["Primes", true],
  ]);
  expect(before.contents).toEqual(["Only mine.", '{"primes":78498}']);
  expect(before.reflections.map(({ standing }) => standing).sort()).toEqual(["integrated", "own"]);
  // Records reach storage within a second or two; a page that is killed loses what came after.
  await expect.poll(async () => (await witnessed(ada)).map(({ peerId }) => peerId)).toContain(session);

  await ada.reload();
  await ada.join(options);
  expect(await kept(ada)).toEqual(before);
  expect(await ada.peerId()).not.toBe(session);
  expect(await witnessed(ada)).toContainEqual({ peerId: session, isIntact: true });
  for (const subject of ["from Ada", "from Bob"]) await untilOpen(ada, subject);

  // They are open in more than name: the vote that began before ends after, for both.
  await ada.untilPeerCount(1);
  const voteFor = ({ page }: LabPage, wanted: string): Promise<unknown> =>
    page.evaluate((subject) => {
      const { consensus, store } = window.swarm;
      const open = store.getSnapshot().consensus.proposals.find((proposal) => proposal.subject === subject);
      return consensus.vote(open?.id ?? "", "yes");
    }, wanted);
  await voteFor(bob, "from Ada");
  await voteFor(ada, "from Bob");
  for (const page of [ada, bob]) {
    await page.until(
      ({ consensus }) => consensus.proposals.filter(({ outcome }) => outcome === "approved").length === 2,
      undefined,
    );
  }
});

test("knowledge put in one tab is found and fetched in another, which still serves it when the first is closed", async ({
  lab,
}) => {
  const { url } = await lab.startSignaling();
  const options = { url, room: lab.freshRoom() };
  const [ada, bob] = (await lab.openPages(2)) as [LabPage, LabPage];
  await Promise.all([ada.join(options), bob.join(options)]);
  await Promise.all([ada.untilPeerCount(1), bob.untilPeerCount(1)]);

  // More than one block, and nothing that packs smaller.
  const { id, digest } = await ada.page.evaluate(async () => {
    const bytes = new Uint8Array(3_000_000);
    for (let at = 0; at < bytes.length; at += 50_000) crypto.getRandomValues(bytes.subarray(at, at + 50_000));
    const { id } = await window.swarm.knowledge.put(bytes, {
      title: "Weights of the segmented sieve",
      share: true,
    });
    const hash = await crypto.subtle.digest("SHA-256", bytes);
    return { id, digest: new Uint8Array(hash).join() };
  });
  const find = ({ page }: LabPage): Promise<{ id: string; sources: readonly string[] } | undefined> =>
    page.evaluate(async () => {
      const [hit] = await window.swarm.knowledge.query("segmented");
      return hit === undefined ? undefined : { id: hit.id, sources: hit.sources };
    });
  const fetch = ({ page }: LabPage): Promise<string> =>
    page.evaluate(async (wanted) => {
      const bytes = await window.swarm.knowledge.get(wanted, { timeoutMs: 15_000 });
      return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
    }, id);

  await expect.poll(async () => (await find(bob))?.id).toBe(id);
  expect(await fetch(bob)).toBe(digest);
  await ada.page.close();
  await bob.untilPeerCount(0);

  const eve = await lab.openPage();
  await eve.join(options);
  await eve.untilPeerCount(1);
  const bobsAgent = (await bob.snapshot()).self.agentId;
  await expect.poll(async () => (await find(eve))?.sources).toContain(bobsAgent);
  expect(await fetch(eve)).toBe(digest);
});
