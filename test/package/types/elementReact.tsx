import { createSwarm } from "peerswarm";
import type { SwarmWidgetElement } from "peerswarm/element";
import type {} from "peerswarm/element/jsx";
import { createRef } from "react";

const swarm = createSwarm({ room: "lobby" });
const ref = createRef<SwarmWidgetElement>();

export const widgets = [
  <swarm-widget
    key="own"
    ref={ref}
    room="lobby"
    signaling-url="https://signal.example.org"
    panels="peers activity"
    theme="dark"
    lang="de"
    className="wide"
    texts={{ gate: { join: "Entrer" } }}
    onswarm-status={({ detail }) => detail.primaryMetric.trim()}
    onswarm-peer-left={(event) => event.detail.reason.trim()}
  />,
  <swarm-widget key="given" swarm={swarm} />,
  // @ts-expect-error a swarm is no text
  <swarm-widget key="wrong" swarm="lobby" />,
  // @ts-expect-error there is no such attribute
  <swarm-widget key="unknown" chatroom="lobby" />,
  // @ts-expect-error a status has no such field
  <swarm-widget key="event" onswarm-status={({ detail }) => detail.peers} />,
];
