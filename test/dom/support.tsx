import { act, type RenderResult, render } from "@testing-library/react";
import type { Swarm } from "peerswarm";
import { SwarmProvider } from "peerswarm/react";
import type { MemoryNetwork } from "peerswarm/testing";
import { type ReactNode, StrictMode } from "react";
import { gather } from "../node/core/support.js";

// happy-dom says null where a browser without Web Locks has no such property at all.
Object.defineProperty(navigator, "locks", { value: undefined, configurable: true });

/** Lets swarms join and find each other, and React show it. */
export async function together(network: MemoryNetwork, ...swarms: Swarm[]): Promise<void> {
  await act(() => gather(network, swarms));
}

/** Turns time, lets everything happen that is due, and React show it. */
export async function turn(network: MemoryNetwork, ms: number): Promise<void> {
  await act(() => network.advance(ms));
}

/** Lets what is under way end, and React show it. */
export async function settle(network: MemoryNetwork): Promise<void> {
  await act(() => network.settle());
}

export function within(swarm: Swarm, ui: ReactNode): ReactNode {
  return <SwarmProvider swarm={swarm}>{ui}</SwarmProvider>;
}

export function renderStrict(swarm: Swarm, ui: ReactNode): RenderResult {
  return render(<StrictMode>{within(swarm, ui)}</StrictMode>);
}

export interface Probe<Value> extends RenderResult {
  /** What the hook returned, render by render: its length counts the renders. */
  readonly values: Value[];
  readonly last: () => Value;
  /** Renders the component again for a reason of its parent. */
  readonly again: () => void;
}

/** A component that does nothing but call a hook. */
export function probe<Value>(swarm: Swarm, useValue: () => Value): Probe<Value> {
  const values: Value[] = [];
  function ProbeComponent({ turn: _ }: { readonly turn: number }): ReactNode {
    values.push(useValue());
    return null;
  }
  let renders = 0;
  const ui = (): ReactNode => within(swarm, <ProbeComponent turn={renders++} />);
  const result = render(ui());
  return {
    ...result,
    values,
    last: () => values[values.length - 1] as Value,
    again: () => result.rerender(ui()),
  };
}

/** How many listen to a swarm's store: 0 once every hook has let go. */
export function listeners(swarm: Swarm): number {
  return (swarm.store as Swarm["store"] & { readonly listenerCount: number }).listenerCount;
}

/** A payload that takes so many bytes on the wire: random, so that packing makes it no smaller. */
export function noise(bytes: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(bytes));
}
