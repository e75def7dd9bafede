import type { Bytes } from "../../../src/core/bytes.js";
import type { PeerId } from "../../../src/core/identity/ids.js";
import type { LaneName, LinkCloseReason } from "../../../src/core/transport/transport.js";

/** What the page asks of the worker in which the crowd lives. */
export type CrowdRequest =
  | { readonly kind: "gather"; readonly peers: number; readonly room: string }
  | { readonly kind: "enter"; readonly peerId: PeerId }
  | { readonly kind: "dial"; readonly call: number; readonly peerId: PeerId }
  | { readonly kind: "send"; readonly link: string; readonly lane: LaneName; readonly bytes: Bytes }
  | { readonly kind: "close"; readonly link: string; readonly reason: LinkCloseReason }
  | { readonly kind: "speak"; readonly load: Load }
  | { readonly kind: "hush" };

/** How the crowd speaks: every peer in its turn, so that what comes is spread evenly over each second. */
export interface Load {
  readonly messagesPerSecond: number;
  /** Messages that a peer sends at a time: they share one frame and one signature. */
  readonly messagesPerFrame: number;
}

/** What the worker tells the page. Each is a task of its own there, as an event of a data channel is. */
export type CrowdNews =
  | { readonly kind: "gathered" }
  | { readonly kind: "entered" }
  | { readonly kind: "listed"; readonly peerId: PeerId }
  | { readonly kind: "opened"; readonly call: number; readonly link: string; readonly binding: Bytes }
  | { readonly kind: "refused"; readonly call: number; readonly text: string }
  | { readonly kind: "frame"; readonly link: string; readonly lane: LaneName; readonly bytes: Bytes }
  | { readonly kind: "closed"; readonly link: string; readonly reason: LinkCloseReason };
