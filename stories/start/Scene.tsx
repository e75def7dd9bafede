import { PeersPanel } from "peerswarm/components";
import type { MockSwarm } from "peerswarm/testing";
import { MockSwarmProvider } from "peerswarm/testing/react";
import { type ReactNode, useState } from "react";
import "./start.css";

const MINUTE_MS = 60_000;

/** What a test does by hand: time stands still until a button turns it. */
export function Scene(): ReactNode {
  const [mock, setMock] = useState<MockSwarm>();
  const [minutes, setMinutes] = useState(0);
  const pass = async (): Promise<void> => {
    await mock?.advance(MINUTE_MS);
    setMinutes((before) => before + 1);
  };
  const first = mock?.peers[0]?.host;
  return (
    <>
      <div className="start-buttons">
        <button type="button" className="ps-button" onClick={() => first?.sleep()}>
          Ada falls asleep
        </button>
        <button type="button" className="ps-button" onClick={() => first?.wake()}>
          Ada wakes up
        </button>
        <button type="button" className="ps-button" onClick={pass}>
          A minute goes by
        </button>
      </div>
      <p role="status">{minutes === 1 ? "1 minute has gone by." : `${minutes} minutes have gone by.`}</p>
      <MockSwarmProvider peers={3} isRunning={false} onReady={setMock}>
        <PeersPanel />
      </MockSwarmProvider>
    </>
  );
}
