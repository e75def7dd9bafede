/** Everything here is read by the test; the page keeps counters only, so that its own memory stays flat. */
export interface LaneCount {
  received: number;
  /** Messages that the sequence jumped over. */
  missing: number;
  repeated: number;
}

export interface Tally {
  /** `<lane>` → messages queued for each peer, by PeerId. */
  sent: Record<string, Record<string, number>>;
  /** `<lane>` → by PeerId of the sender. */
  received: Record<string, Record<string, LaneCount>>;
  requests: { asked: number; answered: number; wrong: number; failed: Record<string, number> };
  letters: {
    accepted: Record<string, number>;
    acknowledged: number;
    failed: Record<string, number>;
    received: Record<string, LaneCount>;
  };
  files: { begun: number; done: number; bytes: number; wrong: number; failed: Record<string, number> };
}

declare global {
  interface Window {
    tally: Tally;
    stopTraffic(): Promise<void>;
  }
}

/** Runs in a page: starts mixed traffic to everyone in the room. */
export function startTraffic({ fileBytes }: { fileBytes: number }): void {
  const { swarm } = window;
  const lanes = ["control", "bulk", "datagram"] as const;
  const tally: Tally = {
    sent: { control: {}, bulk: {}, datagram: {} },
    received: { control: {}, bulk: {}, datagram: {} },
    requests: { asked: 0, answered: 0, wrong: 0, failed: {} },
    letters: { accepted: {}, acknowledged: 0, failed: {}, received: {} },
    files: { begun: 0, done: 0, bytes: 0, wrong: 0, failed: {} },
  };
  window.tally = tally;
  const timers: ReturnType<typeof setInterval>[] = [];
  const open = new Set<Promise<unknown>>();
  const every = (ms: number, task: () => void): void => void timers.push(setInterval(task, ms));
  const track = (work: Promise<unknown>): void => {
    open.add(work);
    void work.finally(() => open.delete(work));
  };
  const add = (counts: Record<string, number>, key: string): void => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  const codeOf = (error: unknown): string => (error as { code?: string }).code ?? String(error);
  const peers = () => swarm.store.getSnapshot().peers;
  const anyPeer = () => peers()[Math.floor(Math.random() * peers().length)];

  const count = (counts: Record<string, LaneCount>, from: string, n: number, isOrdered: boolean): void => {
    counts[from] ??= { received: 0, missing: 0, repeated: 0 };
    const entry = counts[from];
    entry.received++;
    if (!isOrdered) return;
    const expected = entry.received + entry.missing - entry.repeated;
    if (n > expected) entry.missing += n - expected;
    if (n < expected) entry.repeated++;
  };

  // Random, because what repeats itself is packed.
  const words = Array.from(crypto.getRandomValues(new Uint8Array(60_000)), (byte) =>
    String.fromCharCode(33 + (byte % 94)),
  ).join("");
  const textOf = (length: number): string => {
    const start = Math.floor(Math.random() * (words.length - length));
    return words.slice(start, start + length);
  };

  // --- messages: each to one peer, numbered per peer and lane, of all sizes ------------------------
  for (const lane of lanes) {
    swarm.on(`tick-${lane}`, (payload, { from }) => {
      count(
        tally.received[lane] as Record<string, LaneCount>,
        from.peerId,
        (payload as { n: number }).n,
        lane !== "datagram",
      );
    });
  }
  every(20, () => {
    const lane = lanes[Math.floor(Math.random() * lanes.length)] ?? "control";
    const sent = tally.sent[lane] as Record<string, number>;
    const length = Math.random() < 0.02 ? 59_000 : Math.floor(Math.random() * 1200);
    for (const { peerId } of peers()) {
      const payload = {
        n: (sent[peerId] ?? 0) + 1,
        pad: textOf(lane === "datagram" ? length % 900 : length),
      };
      if (swarm.send(peerId, `tick-${lane}`, payload, { lane })) add(sent, peerId);
    }
  });

  // --- requests ----------------------------------------------------------------------------------
  swarm.handle("double", (value) => (value as number) * 2);
  every(250, () => {
    const peer = anyPeer();
    if (peer === undefined) return;
    const value = Math.floor(Math.random() * 1000);
    tally.requests.asked++;
    track(
      swarm.request(peer.peerId, "double", value, { timeoutMs: 40_000 }).then(
        (answer) => void (answer === value * 2 ? tally.requests.answered++ : tally.requests.wrong++),
        (error: unknown) => add(tally.requests.failed, codeOf(error)),
      ),
    );
  });

  // --- letters -----------------------------------------------------------------------------------
  swarm.on("letter", (payload, { from }) => {
    count(tally.letters.received, from.agentId, (payload as { n: number }).n, true);
  });
  every(1000, () => {
    const peer = anyPeer();
    if (peer === undefined) return;
    add(tally.letters.accepted, peer.agentId);
    const n = tally.letters.accepted[peer.agentId];
    track(
      swarm.sendReliably(peer.agentId, "letter", { n }, { expiresMs: 600_000 }).then(
        () => void tally.letters.acknowledged++,
        (error: unknown) => add(tally.letters.failed, codeOf(error)),
      ),
    );
  });

  // --- files -------------------------------------------------------------------------------------
  const sum = (bytes: Uint8Array): number =>
    bytes.reduce((total, byte) => (total * 31 + byte) % 1_000_003, 7);
  swarm.onFile(async (offer) => {
    const { content } = await offer.accept({ into: "memory" });
    if (sum(content) !== (offer.metadata as { sum: number }).sum) tally.files.wrong++;
  });
  every(8000, () => {
    const peer = anyPeer();
    if (peer === undefined) return;
    const file = new Uint8Array(fileBytes);
    for (let at = 0; at < file.length; at += 65_536) crypto.getRandomValues(file.subarray(at, at + 65_536));
    tally.files.begun++;
    track(
      swarm.sendFile(peer.peerId, file, { metadata: { sum: sum(file) } }).then(
        ({ bytes }) => {
          tally.files.done++;
          tally.files.bytes += bytes;
        },
        (error: unknown) => add(tally.files.failed, codeOf(error)),
      ),
    );
  });

  window.stopTraffic = async () => {
    for (const timer of timers) clearInterval(timer);
    await Promise.all(open);
  };
}
