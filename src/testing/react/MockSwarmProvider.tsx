import { type ReactNode, useEffect, useState } from "react";
import { SwarmProvider } from "../../hooks/index.js";
import { createMockSwarm, type MockSwarm, type MockSwarmOptions } from "../mockSwarm.js";

/** Props of {@link MockSwarmProvider}. */
export interface MockSwarmProviderProps extends MockSwarmOptions {
  /** Called once the members have gathered: the way to their tabs and to the network. */
  readonly onReady?: (mock: MockSwarm) => void;
  readonly children?: ReactNode;
}

/**
 * A real swarm on a simulated network for the hooks and panels below it. Renders nothing until it stands where
 * the props say. The props are read once: give it another `key` to begin anew. Unmounting ends it all.
 * @example
 * render(<MockSwarmProvider peers={2}><App /></MockSwarmProvider>);
 * await screen.findByText("2 connected");
 */
export function MockSwarmProvider(props: MockSwarmProviderProps): ReactNode {
  const { children, onReady, ...options } = props;
  const [first] = useState({ options, onReady });
  const [mock, setMock] = useState<MockSwarm>();
  const [failure, setFailure] = useState<{ readonly thrown: unknown }>();

  useEffect(() => {
    const made = createMockSwarm(first.options);
    let isMounted = true;
    made.start().then(
      () => {
        if (!isMounted) return;
        setMock(made);
        first.onReady?.(made);
      },
      (thrown: unknown) => isMounted && setFailure({ thrown }),
    );
    return () => {
      isMounted = false;
      setMock(undefined);
      void made.close();
    };
  }, [first]);

  // Thrown while rendering, it reaches the error boundary of the story or test.
  if (failure !== undefined) throw failure.thrown;
  return mock === undefined ? null : <SwarmProvider swarm={mock.swarm}>{children}</SwarmProvider>;
}
