import { expect, it } from "vitest";
import { createDesk } from "../../../../src/core/knowledge/desk.js";
import { EMPTY_KNOWLEDGE } from "../../../../src/core/knowledge/knowledgeView.js";
import type { PortSelf, ProtocolPort } from "../../../../src/core/protocols/builtin.js";
import { memoryStorage } from "../../../../src/core/storage/memoryStorage.js";
import { manualClock } from "../../../../src/testing/manualClock.js";

const selfIn = (room: string): PortSelf =>
  ({ peerId: `peer-in-${room}`, room, identity: { agentId: "agent" } }) as unknown as PortSelf;

/** A port that stands for one stay after the other. */
function stage() {
  const published: unknown[] = [];
  const stay: { self: PortSelf | undefined } = { self: undefined };
  const port = {
    get self() {
      return stay.self;
    },
    runtime: { storage: memoryStorage(), clock: manualClock(), track: <T>(work: Promise<T>) => work },
    snapshot: () => ({ knowledge: EMPTY_KNOWLEDGE }),
    publish: (parts: unknown) => void published.push(parts),
    watch: () => () => undefined,
    peers: () => [],
  } as unknown as ProtocolPort;
  return { port, stay, published };
}

it("what was opened for a stay shows its end, and nothing once another stay has begun", async () => {
  const { port, stay, published } = stage();
  const first = selfIn("first");
  stay.self = first;
  const desk = createDesk(port, first, {});
  await desk.load();
  stay.self = undefined;
  desk.close();
  expect(published).toHaveLength(1);

  stay.self = selfIn("second");
  const late = createDesk(port, first, {});
  await late.load();
  late.close();
  expect(published).toHaveLength(1);
});
