import {
  notifyManager,
  QueryClient,
  QueryClientProvider,
  useMutation,
  useQuery,
  useSuspenseQuery,
} from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import type { KnowledgeHit, KnowledgeView, Swarm } from "peerswarm";
import {
  addReflectionMutationOptions,
  artifactQueryOptions,
  integrateReflectionMutationOptions,
  knowledgeListQueryOptions,
  knowledgeQueryOptions,
  putArtifactMutationOptions,
  reflectionSearchQueryOptions,
  shareArtifactMutationOptions,
  shareSuccessMutationOptions,
  swarmKeys,
  useKnowledge,
  useKnowledgeQuery,
  useReflections,
  useSwarmQueryClient,
} from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { type ReactNode, StrictMode, Suspense } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { agentOf } from "../node/core/support.js";
import { listeners, probe, renderStrict, settle, together, turn, within } from "./support.js";

// Simulated time does not wait for the timers of the platform.
notifyManager.setScheduler(queueMicrotask);

async function pair() {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm(), network.swarm()];
  await together(network, ada, bob);
  return { network, ada, bob };
}

const titles = (hits: readonly KnowledgeHit[] | undefined): string =>
  (hits ?? []).map((hit) => (hit.kind === "artifact" ? hit.artifact.title : hit.reflection.task)).join();

describe("useKnowledge and useReflections", () => {
  it("follow what is here, render for what they select, and keep what is equal", async () => {
    const { network, ada } = await pair();
    const count = probe(ada, () => useKnowledge(({ artifactCount }) => artifactCount));
    const own = probe(ada, () => useKnowledge(({ artifacts }) => artifacts.map(({ isOwn }) => isOwn)));
    const tasks = probe(ada, () => useReflections((all) => all.map(({ task }) => task)));
    expect([count.last(), own.last(), tasks.last()]).toEqual([0, [], []]);
    await act(() => ada.knowledge.put("one", { title: "One" }));
    await turn(network, 1000);
    expect([count.last(), own.last(), tasks.last()]).toEqual([1, [true], []]);
    const unchanged = own.last();
    const renders = count.values.length;
    await act(() => ada.reflections.add({ task: "sieve", outcome: "success", lesson: "" }));
    await turn(network, 1000);
    expect(tasks.last()).toEqual(["sieve"]);
    expect(count.values).toHaveLength(renders);
    own.again();
    expect(own.last()).toBe(unchanged);
  });

  it("give a server what a swarm shows that is off", () => {
    const swarm = memoryNetwork().swarm();
    function Shown() {
      const { isLoaded, maxBytes }: KnowledgeView = useKnowledge();
      const { fetchStatus } = useKnowledgeQuery("sieve");
      return `${isLoaded} ${maxBytes} ${useReflections().length} ${fetchStatus}`;
    }
    expect(renderToString(within(swarm, <Shown />))).toContain("false 268435456 0");
    expect(listeners(swarm)).toBe(0);
  });
});

describe("useKnowledgeQuery", () => {
  it.each([["a private client"], ["the app's client"]])(
    "finds what is here and what peers have, with %s, and asks nothing for no text",
    async (whose) => {
      const { network, ada, bob } = await pair();
      await act(() => ada.knowledge.put("Sieve in segments", { title: "Mine" }));
      await act(() => bob.knowledge.put("Sieve in parallel", { title: "Bob's", share: true }));
      await settle(network);
      const client = whose === "the app's client" ? new QueryClient() : undefined;
      function Hits({ text }: { readonly text: string | undefined }) {
        const { data, fetchStatus } = useKnowledgeQuery(text, { k: 5 });
        return <p>{data === undefined ? fetchStatus : titles(data)}</p>;
      }
      const wrap = (ui: ReactNode): ReactNode => {
        const inner = within(ada, ui);
        if (client === undefined) return <StrictMode>{inner}</StrictMode>;
        return (
          <StrictMode>
            <QueryClientProvider client={client}>{inner}</QueryClientProvider>
          </StrictMode>
        );
      };
      const page = render(wrap(<Hits text="  " />));
      expect(page.container.textContent).toBe("idle");
      page.rerender(wrap(<Hits text="sieve" />));
      await turn(network, 3500);
      await settle(network);
      expect(page.container.textContent?.split(",").sort()).toEqual(["Bob's", "Mine"]);
      page.rerender(wrap(<Hits text={undefined} />));
      expect(page.container.textContent).toBe("idle");
      if (client !== undefined) {
        const key = swarmKeys.knowledge(ada.getSignalingStatus().room, "swarm", agentOf(ada));
        expect(client.getQueriesData({ queryKey: key }).length).toBeGreaterThan(0);
      }
    },
  );

  it("is asked again once the swarm has joined", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const shown = probe(ada, () => {
      const { data, error } = useKnowledgeQuery("sieve", { scope: "here" });
      return { data, error };
    });
    await settle(network);
    expect(shown.last().error?.code).toBe("not-joined");
    await together(network, ada);
    await act(() => ada.knowledge.put("Sieve", { title: "Mine" }));
    await turn(network, 1000);
    expect(titles(shown.last().data)).toBe("Mine");
  });
});

describe("queries of knowledge", () => {
  it("follow what becomes known, however they are used, and listen only while they are shown", async () => {
    const { network, ada } = await pair();
    const client = new QueryClient();
    function List() {
      const { data } = useQuery(knowledgeListQueryOptions(ada, { tags: ["note"] }));
      return <p data-testid="list">{data?.map(({ title }) => title).join()}</p>;
    }
    function Suspended() {
      const { data } = useSuspenseQuery(knowledgeListQueryOptions(ada, {}));
      return <p data-testid="suspended">{data.length}</p>;
    }
    const ui = (inner: ReactNode) => (
      <StrictMode>
        <QueryClientProvider client={client}>{inner}</QueryClientProvider>
      </StrictMode>
    );
    const before = listeners(ada);
    const page = render(
      ui(
        <>
          <List />
          <Suspense fallback="…">
            <Suspended />
          </Suspense>
        </>,
      ),
    );
    await settle(network);
    await act(() => ada.knowledge.put("1", { title: "One", tags: ["note"] }));
    await act(() => ada.knowledge.put("2", { title: "Two" }));
    await turn(network, 1000);
    await settle(network);
    expect(screen.getByTestId("list").textContent).toBe("One");
    expect(screen.getByTestId("suspended").textContent).toBe("2");
    page.rerender(ui(null));
    expect(listeners(ada)).toBe(before);
    // What changed meanwhile shows at once, though the app says that answers stay fresh.
    client.setDefaultOptions({ queries: { staleTime: Number.POSITIVE_INFINITY } });
    await act(() => ada.knowledge.put("3", { title: "Three", tags: ["note"] }));
    await turn(network, 1000);
    page.rerender(ui(<List />));
    await settle(network);
    expect(screen.getByTestId("list").textContent).toBe("One,Three");
    page.unmount();
    client.clear();
    expect(listeners(ada)).toBe(before);
  });

  it("are asked again once the swarm has joined, though nothing is known and the component does not render", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    // Made once: the hook that would tell of the agent is not there.
    const options = knowledgeListQueryOptions(ada);
    const shown = probe(ada, () => {
      const { data, error } = useQuery(options, useSwarmQueryClient());
      return { data, code: error?.code };
    });
    await settle(network);
    expect(shown.last()).toEqual({ data: undefined, code: "not-joined" });
    await together(network, ada);
    await settle(network);
    expect(shown.last()).toEqual({ data: [], code: undefined });
  });

  it("give content once, and again after a failure as soon as it can be had", async () => {
    const { network, ada, bob } = await pair();
    const { id } = await act(() => bob.knowledge.put("the content", { title: "Note", share: true }));
    await turn(network, 2000);
    const shown = probe(
      ada,
      () =>
        useQuery(
          { ...artifactQueryOptions(ada, id), select: (bytes) => new TextDecoder().decode(bytes) },
          useSwarmQueryClient(),
        ).data,
    );
    await turn(network, 1000);
    await settle(network);
    expect(shown.last()).toBe("the content");
    const lost = probe(
      ada,
      () => useQuery(artifactQueryOptions(ada, "nonsense"), useSwarmQueryClient()).error,
    );
    await settle(network);
    expect(lost.last()?.code).toBe("invalid-option");
  });

  describe("that ask the room", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterEach(() => void vi.useRealTimers());

    it("ask it again at most every five seconds", async () => {
      const { network, ada } = await pair();
      const asked = vi.spyOn(ada.knowledge, "query");
      let swarmClient: QueryClient | undefined;
      const shown = probe(ada, () => {
        swarmClient = useSwarmQueryClient();
        return useQuery(knowledgeQueryOptions(ada, "sieve"), swarmClient).data;
      });
      await turn(network, 3500);
      expect(asked).toHaveBeenCalledTimes(1);
      for (const title of ["One", "Two", "Three"]) {
        await act(() => ada.knowledge.put(`sieve ${title}`, { title }));
        await turn(network, 500);
      }
      expect(asked).toHaveBeenCalledTimes(1);
      await act(() => vi.advanceTimersByTimeAsync(5000));
      await turn(network, 3500);
      expect(asked).toHaveBeenCalledTimes(2);
      expect(shown.last()).toHaveLength(3);
      await act(() => ada.knowledge.put("sieve Four", { title: "Four" }));
      await turn(network, 500);
      shown.unmount();
      // Only the cache's own timers are left, which forget unused answers.
      swarmClient?.clear();
      expect(vi.getTimerCount()).toBe(0);
      expect(asked).toHaveBeenCalledTimes(2);
    });
  });
});

describe("mutations of knowledge", () => {
  it("put, share, learn, share what worked, and integrate", async () => {
    const { network, ada, bob } = await pair();
    await act(() => bob.reflections.list());
    const use = (swarm: Swarm) => () => {
      const client = useSwarmQueryClient();
      return {
        put: useMutation(putArtifactMutationOptions(swarm), client),
        share: useMutation(shareArtifactMutationOptions(swarm), client),
        add: useMutation(addReflectionMutationOptions(swarm), client),
        shareSuccess: useMutation(shareSuccessMutationOptions(swarm), client),
        integrate: useMutation(integrateReflectionMutationOptions(swarm), client),
        found: useQuery(reflectionSearchQueryOptions(swarm, "sieve"), client),
      };
    };
    const [hers, his] = [probe(ada, use(ada)), probe(bob, use(bob))];
    await act(async () => hers.last().put.mutate({ content: "x", title: "X" }));
    await turn(network, 500);
    const id = hers.last().put.data?.id ?? "";
    await act(async () => hers.last().share.mutate(id));
    await turn(network, 3000);
    expect(hers.last().share.data).toBe(1);
    await act(async () => hers.last().add.mutate({ task: "sieve", outcome: "success", lesson: "Segments." }));
    await turn(network, 500);
    await act(async () => hers.last().shareSuccess.mutate());
    await turn(network, 3000);
    expect(hers.last().shareSuccess.data).toBe(1);
    const [reflection] = his.last().found.data ?? [];
    expect(reflection).toMatchObject({ task: "sieve", standing: "received" });
    await act(async () => his.last().integrate.mutate(reflection?.id ?? ""));
    await turn(network, 500);
    expect(his.last().integrate.data?.tags).toEqual([`shared_from_${agentOf(ada)}`]);
  });
});

it("a component that has gone leaves no listener, in StrictMode too", async () => {
  const { network, ada } = await pair();
  const before = listeners(ada);
  function Everything() {
    useKnowledge();
    useReflections();
    useKnowledgeQuery("sieve");
    return null;
  }
  const page = renderStrict(ada, <Everything />);
  await settle(network);
  expect(listeners(ada)).toBeGreaterThan(before);
  page.unmount();
  expect(listeners(ada)).toBe(before);
});
