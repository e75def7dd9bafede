import { peerLabel } from "peerswarm/components";
import { expect, it } from "vitest";

const called = (name: string | undefined): string =>
  peerLabel({
    agentId: "abcdefghijklmnop",
    profile: { name, capabilities: [], goals: [], region: undefined, knowledgeHeads: [] },
  });

it.each(["Ada", " Ada ", "👩‍👧", "می‌خواهم"])("is the name %j", (name) => {
  expect(called(name)).toBe(name.trim());
});

it.each([undefined, "", " ", "\u200b\u200d", "\u202e", "\u3164", "\u2800\u00ad", "\u0007"])(
  "is the beginning of the key where nothing of the name %j is seen",
  (name) => {
    expect(called(name)).toBe("abcdefgh");
  },
);
