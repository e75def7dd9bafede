import { useCallback, useEffect, useRef } from "react";
import type { PeerId, PresenceDefinition, PresenceView, SwarmSnapshot } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";
import { useSlice } from "./useSlice.js";
import { useSwarm } from "./useSwarm.js";

/** Shows an own state to everyone, in place of the one before; `undefined` takes it back. Never changes. */
export type SetPresence<Input> = (state: Input | undefined) => void;

const NOBODY: PresenceView = { own: undefined, peers: {} };

const peersOf = ({ peers }: PresenceView): unknown => peers;

/**
 * The small states that members show while they are there, by peer, or what `selector` makes of them; and the way
 * to show an own one, which is taken back when the component is gone. However fast the others change, it renders at
 * most once per frame of a screen (16 ms).
 * @param definition made once with `definePresence`
 * @param isEqual when two selections count as the same; default: shallowly equal arrays and plain objects
 * @example
 * const [cursors, setCursor] = usePresence(cursor);
 * return (
 *   <div onPointerMove={({ clientX, clientY }) => setCursor({ x: clientX, y: clientY })}>
 *     {Object.entries(cursors).map(([peerId, { x, y }]) => <Arrow key={peerId} x={x} y={y} />)}
 *   </div>
 * );
 */
export function usePresence<Input, Output>(
  definition: PresenceDefinition<Input, Output>,
): readonly [Readonly<Record<PeerId, Output>>, SetPresence<Input>];
export function usePresence<Input, Output, Selected>(
  definition: PresenceDefinition<Input, Output>,
  selector: (view: PresenceView<Output>) => Selected,
  isEqual?: (a: Selected, b: Selected) => boolean,
): readonly [Selected, SetPresence<Input>];
export function usePresence(
  definition: PresenceDefinition,
  selector: (view: PresenceView) => unknown = peersOf,
  isEqual: (a: unknown, b: unknown) => boolean = isShallowEqual,
): readonly [unknown, SetPresence<unknown>] {
  const swarm = useSwarm();
  const { name } = definition;
  const viewOf = useCallback((snapshot: SwarmSnapshot) => snapshot.presence[name] ?? NOBODY, [name]);
  const selected = useSlice(viewOf, selector, isEqual);
  const shownByUs = useRef<unknown>(undefined);
  const show = useCallback(
    (state: unknown) => {
      const channel = swarm.presence(definition);
      channel.set(state);
      shownByUs.current = channel.view.own;
    },
    [swarm, definition],
  );
  useEffect(() => {
    const channel = swarm.presence(definition);
    return () => {
      // What another component shows meanwhile is its own.
      const isOurs = shownByUs.current !== undefined && channel.view.own === shownByUs.current;
      shownByUs.current = undefined;
      if (isOurs) channel.set(undefined);
    };
  }, [swarm, definition]);
  return [selected, show];
}
