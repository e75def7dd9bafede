import { notifyManager, QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { act, render } from "@testing-library/react";
import { defineRequest, type RequestInfo, type Swarm } from "peerswarm";
import {
  requestManyQueryOptions,
  requestQueryOptions,
  swarmKeys,
  useRequest,
  useRequestHandler,
  useRequestQuery,
  useSwarmQueryClient,
} from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { type ReactNode, StrictMode } from "react";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import { idOf } from "../node/core/support.js";
import { renderStrict, settle, together, turn, within } from "./support.js";

const sum = defineRequest("sum", { input: v.array(v.number()), output: v.number() });
const add = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

// Simulated time does not wait for the timers of the platform.
notifyManager.setScheduler(queueMicrotask);

async function pair() {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm(), network.swarm()];
  await together(network, ada, bob);
  return { network, ada, bob };
}

function show(swarm: Swarm, ui: ReactNode) {
  const client = new QueryClient();
  const wrap = (inner: ReactNode) => (
    <StrictMode>
      <QueryClientProvider client={client}>{within(swarm, inner)}</QueryClientProvider>
    </StrictMode>
  );
  const result = render(wrap(ui));
  return { ...result, client, show: (next: ReactNode) => result.rerender(wrap(next)) };
}

describe("useRequest", () => {
  it("is a mutation that asks a peer, typed on both ends", async () => {
    const { network, ada, bob } = await pair();
    bob.handle(sum, add);
    let ask = (): void => undefined;
    function Adder() {
      const { mutate, data, status } = useRequest(sum);
      expectTypeOf(data).toEqualTypeOf<number | undefined>();
      ask = () => mutate({ peerId: idOf(bob), payload: [1, 2, 3] });
      return <p>{`${status} ${data ?? ""}`}</p>;
    }
    const { container } = show(ada, <Adder />);
    expect(container.textContent).toBe("idle ");
    await act(async () => ask());
    await turn(network, 100);
    await settle(network);
    expect(container.textContent).toBe("success 6");
  });

  it("fails with the SwarmError, and is not repeated", async () => {
    const { network, ada, bob } = await pair();
    let asked = 0;
    bob.handle(sum, () => {
      asked++;
      return "six" as never;
    });
    let ask = (): void => undefined;
    function Adder() {
      const { mutate, error } = useRequest(sum);
      ask = () => mutate({ peerId: idOf(bob), payload: [] });
      return <p>{error?.code}</p>;
    }
    const { container } = show(ada, <Adder />);
    await act(async () => ask());
    await turn(network, 5000);
    await settle(network);
    expect([container.textContent, asked]).toEqual(["request-failed", 1]);
  });
});

describe("useRequestQuery", () => {
  it("asks once for all that want the same, and is cancelled at the peer when nobody wants it any more", async () => {
    const { network, ada, bob } = await pair();
    const signals: AbortSignal[] = [];
    let answer = (_: number): void => undefined;
    bob.handle(sum, (_: number[], { signal }: RequestInfo) => {
      signals.push(signal);
      return new Promise<number>((resolve) => {
        answer = resolve;
      });
    });
    function Sum({ of }: { readonly of: number[] }) {
      const { data } = useRequestQuery({ peerId: idOf(bob), request: sum, payload: of });
      expectTypeOf(data).toEqualTypeOf<number | undefined>();
      return <p>{data ?? "…"}</p>;
    }
    const page = show(
      ada,
      <>
        <Sum of={[1]} />
        <Sum of={[1]} />
      </>,
    );
    await settle(network);
    const running = signals.filter(({ aborted }) => !aborted);
    expect(running).toHaveLength(1);
    answer(1);
    await settle(network);
    expect(page.container.textContent).toBe("11");
    page.show(<Sum of={[2]} />);
    await settle(network);
    expect(signals.at(-1)?.aborted).toBe(false);
    page.show(null);
    await settle(network);
    expect(signals.at(-1)?.aborted).toBe(true);
  });

  it("has options for useQuery, of one peer and of all", async () => {
    const { network, ada, bob } = await pair();
    bob.handle(sum, add);
    function Sums() {
      const one = useQuery(requestQueryOptions(ada, { peerId: idOf(bob), request: sum, payload: [1, 2] }));
      const all = useQuery(requestManyQueryOptions(ada, { request: sum, payload: [3] }));
      const none = useQuery(requestQueryOptions(ada, { peerId: "nobody", request: sum, payload: [] }));
      const outcomes = all.data?.map((outcome) => (outcome.status === "fulfilled" ? outcome.output : "?"));
      return <p>{`${one.data} ${outcomes} ${none.error?.code}`}</p>;
    }
    const { container } = show(ada, <Sums />);
    await turn(network, 100);
    await settle(network);
    expect(container.textContent).toBe("3 3 peer-gone");
  });
});

describe("the client of hooks that ask", () => {
  const clients = (swarm: Swarm, wrap: (ui: ReactNode) => ReactNode = (ui) => ui): QueryClient[] => {
    const seen = new Set<QueryClient>();
    function Client() {
      seen.add(useSwarmQueryClient());
      return null;
    }
    render(
      <StrictMode>
        {wrap(
          within(
            swarm,
            <>
              <Client />
              <Client />
            </>,
          ),
        )}
      </StrictMode>,
    );
    return [...seen];
  };

  it("is the app's own where there is one", () => {
    const client = new QueryClient();
    const provide = (ui: ReactNode) => <QueryClientProvider client={client}>{ui}</QueryClientProvider>;
    const [used, ...more] = clients(memoryNetwork().swarm(), provide);
    expect([used === client, more]).toEqual([true, []]);
  });

  it("is else one private client for each swarm, in StrictMode and after a new mount too", () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    const [first, ...more] = clients(ada);
    expect(more).toEqual([]);
    expect(clients(ada)[0]).toBe(first);
    expect(clients(bob)[0]).not.toBe(first);
  });

  it("serves queries and mutations without any provider, and is found by the keys", async () => {
    const { network, ada, bob } = await pair();
    bob.handle(sum, add);
    let ask = (): void => undefined;
    let client = new QueryClient();
    function Adder() {
      const { data, mutate } = useRequest(sum);
      const { data: queried } = useRequestQuery({ peerId: idOf(bob), request: sum, payload: [1, 2] });
      ask = () => mutate({ peerId: idOf(bob), payload: [4] });
      client = useSwarmQueryClient();
      return <p>{`${data ?? "…"} ${queried ?? "…"}`}</p>;
    }
    const { container } = renderStrict(ada, <Adder />);
    await act(async () => ask());
    await turn(network, 100);
    await settle(network);
    expect(container.textContent).toBe("4 3");
    expect(client.getQueryData(swarmKeys.request("sum", idOf(bob), [1, 2]))).toBe(3);
    expect(client.getQueriesData({ queryKey: swarmKeys.request("sum") })).toHaveLength(1);
  });
});

describe("useRequestHandler", () => {
  it("answers with the handler of the last render while it is mounted, in StrictMode too", async () => {
    const { network, ada, bob } = await pair();
    function Answerer({ plus }: { readonly plus: number }) {
      useRequestHandler(sum, (numbers) => add(numbers) + plus);
      return null;
    }
    const page = show(bob, <Answerer plus={0} />);
    const ask = async (): Promise<unknown> => {
      const answer = ada.request(idOf(bob), sum, [1]).catch((error: { code: string }) => error.code);
      await settle(network);
      return answer;
    };
    expect(await ask()).toBe(1);
    page.show(<Answerer plus={10} />);
    expect(await ask()).toBe(11);
    page.show(null);
    expect(await ask()).toBe("no-handler");
  });
});
