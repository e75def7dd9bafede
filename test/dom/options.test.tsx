import {
  notifyManager,
  QueryClient,
  QueryClientProvider,
  useMutation,
  useSuspenseQuery,
} from "@tanstack/react-query";
import { act, render } from "@testing-library/react";
import { defineMessage, defineRequest, defineTask, type Swarm } from "peerswarm";
import * as react from "peerswarm/react";
import { type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import { StrictMode, Suspense } from "react";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { agentOf, idOf } from "../node/core/support.js";
import { probe, settle, together, turn, within } from "./support.js";

// Simulated time does not wait for the timers of the platform.
notifyManager.setScheduler(queueMicrotask);

const chat = defineMessage("chat", v.object({ text: v.string() }));
const load = defineRequest("load", { input: v.null(), output: v.number() });
const double = defineTask("double", { input: v.number(), output: v.number() });

interface Pair {
  readonly network: MemoryNetwork;
  readonly ada: Swarm;
  readonly bob: Swarm;
}

async function pair(): Promise<Pair> {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm({ name: "Ada" }), network.swarm({ name: "Bob" })];
  await together(network, ada, bob);
  bob.handle(load, () => 7);
  bob.tasks.handle(double, (number) => 2 * number);
  await turn(network, 200);
  return { network, ada, bob };
}

/** A mutation in a component: what it came to, once time has passed. */
async function outcomeOf<Data, Failure, Variables>(
  { network, ada }: Pair,
  options: Parameters<typeof useMutation<Data, Failure, Variables>>[0],
  variables: Variables,
) {
  const { last, unmount } = probe(ada, () => useMutation(options, react.useSwarmQueryClient()));
  await act(async () => last().mutate(variables));
  await turn(network, 5000);
  await settle(network);
  const { data, error, status } = last();
  unmount();
  return { data, error, status };
}

type AnyQuery = Parameters<typeof useSuspenseQuery<unknown, Error, unknown, readonly unknown[]>>[0];

/** By name, so that none is forgotten: queries over something that is there. */
const queries: Readonly<Record<string, (pair: Pair) => unknown>> = {
  artifactQueryOptions: async ({ ada }) =>
    react.artifactQueryOptions(ada, (await ada.knowledge.put("Marks multiples.")).id),
  certificateQueryOptions: ({ ada }) => react.certificateQueryOptions(ada, "none"),
  diagnosisProgressQueryOptions: ({ ada }) => react.diagnosisProgressQueryOptions(ada),
  diagnosisQueryOptions: ({ ada }) => react.diagnosisQueryOptions(ada, { timeoutMs: 1000 }),
  knowledgeListQueryOptions: ({ ada }) => react.knowledgeListQueryOptions(ada),
  knowledgeQueryOptions: ({ ada }) => react.knowledgeQueryOptions(ada, "sieve"),
  knowledgeUsageQueryOptions: ({ ada }) => react.knowledgeUsageQueryOptions(ada),
  reflectionListQueryOptions: ({ ada }) => react.reflectionListQueryOptions(ada),
  reflectionSearchQueryOptions: ({ ada }) => react.reflectionSearchQueryOptions(ada, "sieve"),
  requestManyQueryOptions: ({ ada }) => react.requestManyQueryOptions(ada, { request: load, payload: null }),
  requestQueryOptions: ({ ada, bob }) =>
    react.requestQueryOptions(ada, { peerId: idOf(bob), request: load, payload: null }),
  taskQueryOptions: ({ ada }) => react.taskQueryOptions(ada, double, 4),
  witnessSessionsQueryOptions: ({ ada }) => react.witnessSessionsQueryOptions(ada),
};

describe("options of queries", () => {
  it("are all here", () => {
    const exported = Object.keys(react).filter((name) => name.endsWith("QueryOptions"));
    expect(Object.keys(queries).sort()).toEqual(exported.sort());
  });

  it.each(Object.entries(queries))("%s suspends, and brings what it is for", async (_, make) => {
    const couple = await pair();
    const { network, ada } = couple;
    const options = (await make(couple)) as AnyQuery;
    const client = new QueryClient();
    let data: unknown;
    function Shown() {
      data = useSuspenseQuery(options).data;
      return "shown";
    }
    const { container, unmount } = render(
      <StrictMode>
        <QueryClientProvider client={client}>
          {within(
            ada,
            <Suspense fallback="…">
              <Shown />
            </Suspense>,
          )}
        </QueryClientProvider>
      </StrictMode>,
    );
    expect(container.textContent).toBe("…");
    await turn(network, 3000);
    await settle(network);
    expect(container.textContent).toBe("shown");
    expect(data).toBeDefined();
    unmount();
    client.clear();
  });
});

describe("mutations of the connection", () => {
  it("join, and say why not", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    const joined = await outcomeOf({ network, ada, bob }, react.joinMutationOptions(ada), undefined);
    expect(joined.status).toBe("success");
    expect(ada.store.getSnapshot().status).toBe("joined");
    await act(() => ada.leave());
    const options = react.joinMutationOptions(ada);
    const refused = await outcomeOf({ network, ada, bob }, options, { signal: AbortSignal.abort() });
    expect(refused.error?.code).toBe("aborted");
  });

  it("change the room", async () => {
    const couple = await pair();
    const options = react.configureSignalingMutationOptions(couple.ada);
    expect((await outcomeOf(couple, options, { room: "library" })).status).toBe("success");
    expect(couple.ada.store.getSnapshot().signaling.room).toBe("library");
  });
});

describe("mutations that send", () => {
  it("send a file, and say that it was refused", async () => {
    const couple = await pair();
    const options = react.sendFileMutationOptions(couple.ada);
    const variables = { peerId: idOf(couple.bob), file: new Uint8Array([1, 2, 3]), name: "three" };
    expect((await outcomeOf(couple, options, variables)).error?.code).toBe("transfer-refused");
    const names: unknown[] = [];
    couple.bob.onFile(async (offer) => {
      names.push(offer.name);
      await offer.accept({ into: "memory" });
    });
    expect((await outcomeOf(couple, options, variables)).status).toBe("success");
    expect(names).toEqual(["three"]);
  });

  it("send a big payload", async () => {
    const couple = await pair();
    const lengths: number[] = [];
    couple.bob.on(chat, ({ text }) => lengths.push(text.length));
    const variables = { peerId: idOf(couple.bob), payload: { text: "x".repeat(300_000) } };
    const sent = await outcomeOf(couple, react.sendLargeMutationOptions(couple.ada, chat), variables);
    expect([sent.status, lengths]).toEqual(["success", [300_000]]);
  });

  it("send a letter, and say that it was not delivered in time", async () => {
    const couple = await pair();
    const texts: string[] = [];
    couple.bob.on(chat, ({ text }) => texts.push(text));
    const options = react.sendReliablyMutationOptions(couple.ada, chat);
    const agentId = agentOf(couple.bob);
    const sent = await outcomeOf(couple, options, { agentId, payload: { text: "hello" } });
    expect([sent.status, texts]).toEqual(["success", ["hello"]]);
    couple.bob.leave();
    await turn(couple.network, 1000);
    const variables = { agentId, payload: { text: "too late" }, expiresMs: 1000 };
    expect((await outcomeOf(couple, options, variables)).error?.code).toBe("message-expired");
  });
});

describe("mutations of votes", () => {
  it("guard a change: applied once where the room approves, and not where it does not", async () => {
    const couple = await pair();
    const applied: string[] = [];
    const options = react.guardMutationOptions(couple.ada, ({ subject }) => applied.push(subject));
    const stop = couple.bob.consensus.onProposal(() => "yes");
    const approved = await outcomeOf(couple, options, { change: { subject: "library" } });
    expect(approved.data).toMatchObject({ applied: true, result: 1, decision: { outcome: "approved" } });
    stop();
    couple.bob.consensus.onProposal(() => "no");
    const rejected = await outcomeOf(couple, options, { change: { subject: "cellar" }, timeoutMs: 2000 });
    expect(rejected.data?.applied).toBe(false);
    expect(applied).toEqual(["library"]);
  });

  it("fail with what applying throws", async () => {
    const couple = await pair();
    couple.bob.consensus.onProposal(() => "yes");
    const options = react.guardMutationOptions(couple.ada, () => {
      throw new Error("no such room");
    });
    const { error } = await outcomeOf(couple, options, { change: { subject: "library" } });
    expect(error?.message).toBe("no such room");
  });

  it("withdraw a proposal", async () => {
    const couple = await pair();
    const proposed = couple.ada.consensus.propose({ kind: "change", subject: "rename", risk: "low" });
    await turn(couple.network, 500);
    const withdrawn = await outcomeOf(couple, react.withdrawMutationOptions(couple.ada), proposed.id);
    expect(withdrawn.status).toBe("success");
    expect((await proposed).outcome).toBe("rejected");
  });
});

describe("mutations that write down what is known", () => {
  it("export knowledge, which imports again", async () => {
    const couple = await pair();
    await couple.ada.knowledge.put("Marks multiples.", { title: "Prime sieve" });
    const { data } = await outcomeOf(couple, react.exportKnowledgeMutationOptions(couple.ada), undefined);
    expect(data).toBeInstanceOf(Blob);
    const taken = await outcomeOf(
      { ...couple, ada: couple.bob },
      react.importKnowledgeMutationOptions(couple.bob),
      data as Blob,
    );
    expect(taken.data).toMatchObject({ artifacts: 1, refusedCount: 0 });
  });

  it("export the witness log, verify it, and leave that of nobody empty", async () => {
    const couple = await pair();
    const lines = await outcomeOf(couple, react.exportWitnessMutationOptions(couple.ada), undefined);
    expect(lines.data?.split("\n")[0]).toContain("session_began");
    const verified = await outcomeOf(couple, react.verifyWitnessMutationOptions(couple.ada), {
      peerId: idOf(couple.ada),
    });
    expect(verified.data).toMatchObject({ isIntact: true, agentId: agentOf(couple.ada) });
    const none = await outcomeOf(couple, react.exportWitnessMutationOptions(couple.ada), {
      peerId: "nobody",
    });
    expect(none.data).toBe("");
  });
});
