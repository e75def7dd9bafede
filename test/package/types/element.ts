import type { PeerSnapshot, Swarm } from "peerswarm";
import "peerswarm/element";
import { type SwarmWidgetElement, type SwarmWidgetStatus, WIDGET_TAG } from "peerswarm/element";
import { createSwarm } from "peerswarm/widget.js";
import { type Equal, expectType } from "./expectType.js";

const element = document.createElement(WIDGET_TAG);
expectType<Equal<typeof element, SwarmWidgetElement>>();
expectType<Equal<typeof element.swarm, Swarm | undefined>>();
expectType<Equal<ReturnType<typeof element.getStatus>, SwarmWidgetStatus>>();

element.swarm = createSwarm({ room: "lobby" });
element.room = "lobby";
element.signalingUrl = undefined;
element.iceServers = [{ urls: "turn:turn.example.org", username: "ada", credential: "…" }];
element.token = async () => "fresh";
element.texts = { locale: "fr", gate: { join: "Entrer" } };
// @ts-expect-error a room has a name
element.room = 7;
// @ts-expect-error there is no such text
element.texts = { gate: { enter: "Entrer" } };

element.addEventListener("swarm-status", (event) => {
  expectType<Equal<typeof event.detail, SwarmWidgetStatus>>();
  expectType<Equal<typeof event.detail.state, "disabled" | "error" | "active" | "idle">>();
});
document.addEventListener("swarm-peer-joined", (event) => {
  expectType<Equal<typeof event.detail, PeerSnapshot>>();
});
// @ts-expect-error nobody has gone for a number
element.addEventListener("swarm-peer-left", ({ detail }) => detail.reason.toFixed());
