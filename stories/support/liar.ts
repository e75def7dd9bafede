import type { Cancel } from "peerswarm";
import type { MockMember, MockSwarm } from "peerswarm/testing";

/** How the first member of a story misbehaves, as the toolbar says. */
export type Lie = "none" | "forges" | "floods" | "nonsense";

const FLIPPED_EVERY = 5;
const FLOOD_MESSAGES = 300;
const NONSENSE_MS = 400;

/** Makes the first member lie until cancelled: a real one where there is one. */
export function lie(mock: MockSwarm, how: Lie): Cancel | undefined {
  const liar = mock.peers[0];
  return liar === undefined || how === "none" ? undefined : LIES[how](liar, mock);
}

const LIES: Readonly<Record<Exclude<Lie, "none">, (liar: MockMember, mock: MockSwarm) => Cancel>> = {
  /** Changes a byte of what it sends, so that its signature does not hold. */
  forges({ host }) {
    let count = 0;
    host.tamper = (message) => {
      if (++count % FLIPPED_EVERY !== 0) return message;
      const forged = message.slice();
      const last = forged.length - 1;
      forged[last] = (forged[last] ?? 0) ^ 1;
      return forged;
    };
    return () => {
      host.tamper = undefined;
    };
  },
  /** Sends far more than it may. */
  floods: (liar, mock) =>
    every(1000, mock, (number) => {
      for (let message = 0; message < FLOOD_MESSAGES; message++) tell(liar, mock, "noise", number);
    }),
  /** Says what nobody asked for. */
  nonsense: (liar, mock) =>
    every(NONSENSE_MS, mock, (number) => tell(liar, mock, `nonsense-${number % 3}`, { number })),
};

function tell({ swarm }: MockMember, mock: MockSwarm, type: string, payload: unknown): void {
  const yourId = mock.swarm.getSignalingStatus().peerId;
  if (yourId !== undefined) swarm.send(yourId, type, payload);
}

function every(ms: number, { host }: MockSwarm, act: (number: number) => void): Cancel {
  const { clock } = host.runtime;
  let number = 0;
  let cancel: Cancel = () => undefined;
  const beat = (): void => {
    act(++number);
    cancel = clock.setTimer(ms, beat);
  };
  beat();
  return () => cancel();
}
