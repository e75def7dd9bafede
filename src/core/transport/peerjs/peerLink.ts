import type { Bytes } from "../../bytes.js";
import type { Cancel, Clock } from "../../clock.js";
import { abortedError, SwarmError } from "../../errors.js";
import type { PeerId } from "../../identity/ids.js";
import {
  LANE_NAMES,
  type LaneName,
  LINK_CLOSE_REASONS,
  type Link,
  type LinkCloseReason,
  type LinkState,
  type TransportStep,
} from "../transport.js";
import { dtlsBinding } from "./fingerprint.js";
import { createIceRestart, type IceRestart } from "./iceRestart.js";
import { measureConnection } from "./measureConnection.js";
import type { DataConnection } from "./peerjs.js";
import { createPeerLane, type PeerLane } from "./peerLane.js";
import type { RestartMessage } from "./signalMessage.js";
import { watchNegotiation } from "./watchNegotiation.js";

/**
 * Channels of our own on PeerJS's connection, negotiated by number, so that both sides have them before
 * either can send. PeerJS's own channel takes 0 or 1.
 */
const LANE_CHANNELS: Readonly<Record<LaneName, RTCDataChannelInit>> = {
  control: { id: 10, negotiated: true, ordered: true },
  bulk: { id: 11, negotiated: true, ordered: true },
  datagram: { id: 12, negotiated: true, ordered: false, maxRetransmits: 0 },
};

// How long a close waits for the other side to take note of its reason.
const LINGER_MS = 300;
// An ICE restart takes back the browser's own verdict: whoever offers one never sees `failed`.
const FAILED_AFTER_MS = 9000;
const CLOSE_TEXT_PREFIX = "close ";

export interface PeerLinkOptions {
  readonly connection: DataConnection;
  readonly peerId: PeerId;
  readonly isInitiator: boolean;
  readonly clock: Clock;
  /** The configuration that holds now, fetched anew where the app gave a function. */
  readonly freshConfiguration: () => Promise<RTCConfiguration>;
  readonly sendRestart: (message: RestartMessage) => void;
  readonly onViolation: (code: string) => void;
  readonly onStep: (step: TransportStep) => void;
  readonly onClosed: (link: PeerLink) => void;
}

/** A link over one RTCPeerConnection that PeerJS negotiated. */
export interface PeerLink extends Link {
  /** Resolves when every lane is open; rejects `link-closed` or `aborted`, with everything cleaned up. */
  opened(signal: AbortSignal): Promise<PeerLink>;
  handleRestart(message: RestartMessage): void;
  /** Ends it without waiting for anybody. */
  closeNow(reason: LinkCloseReason): void;
  setConfiguration(configuration: RTCConfiguration): void;
}

export function createPeerLink(options: PeerLinkOptions): PeerLink {
  const { connection, clock } = options;
  const rtc = connection.peerConnection;
  const listeners = new Set<(state: LinkState) => void>();
  const openWaiters = new Set<() => void>();
  let state: LinkState = "open";
  let hasOpened = false;
  let closeReason: LinkCloseReason | undefined;
  let channelBinding: Bytes = new Uint8Array(0);
  let cancelLinger: Cancel | undefined;
  let cancelVerdict: Cancel | undefined;
  let isReleased = false;

  const lanes = Object.fromEntries(
    LANE_NAMES.map((name) => {
      const channel = rtc.createDataChannel(`peerswarm ${name}`, LANE_CHANNELS[name]);
      return [
        name,
        createPeerLane(name, channel, {
          text: (text) => (name === "control" ? readText(text) : violate("unexpected-text")),
          violation: (code) => violate(code),
        }),
      ];
    }),
  ) as Record<LaneName, PeerLane>;

  const restart: IceRestart = createIceRestart({
    connection: rtc,
    connectionId: connection.connectionId,
    isInitiator: options.isInitiator,
    clock,
    refreshIce: async () => setConfiguration(await options.freshConfiguration()),
    send: options.sendRestart,
    onViolation: options.onViolation,
  });

  const setConfiguration = (configuration: RTCConfiguration): void => {
    if (state !== "closed") rtc.setConfiguration({ ...rtc.getConfiguration(), ...configuration });
  };

  const violate = (code: string): void => {
    options.onViolation(code);
    close("protocol-error");
  };

  const readText = (text: string): void => {
    const reason = text.startsWith(CLOSE_TEXT_PREFIX) ? text.slice(CLOSE_TEXT_PREFIX.length) : "";
    const known = LINK_CLOSE_REASONS.find((candidate) => candidate === reason);
    if (known === undefined) return violate("unexpected-text");
    closeNow(known);
  };

  const setState = (next: LinkState): void => {
    if (state === next || state === "closed") return;
    state = next;
    for (const listener of [...listeners]) listener(next);
    if (next === "closed") listeners.clear();
  };

  const interruptionEnded = (): void => {
    restart.end();
    cancelVerdict?.();
    cancelVerdict = undefined;
  };

  const connectionChanged = (): void => {
    switch (rtc.connectionState) {
      case "connected":
        interruptionEnded();
        return setState("open");
      case "disconnected":
      case "failed":
        if (!hasOpened) return;
        restart.begin();
        cancelVerdict ??= clock.setTimer(FAILED_AFTER_MS, () => setState("failed"));
        return setState(rtc.connectionState === "failed" || state === "failed" ? "failed" : "interrupted");
      case "closed":
        return closeNow("remote-closed");
      default:
    }
  };

  const channelOpened = (): void => {
    if (hasOpened || LANE_NAMES.some((name) => lanes[name].channel.readyState !== "open")) return;
    // On a busy machine Chromium opens the channels before it shows the answer that they come from.
    if (rtc.localDescription === null || rtc.remoteDescription === null) return;
    const binding = dtlsBinding(rtc.localDescription?.sdp ?? "", rtc.remoteDescription?.sdp ?? "");
    if (binding === undefined) return violate("no-fingerprint");
    channelBinding = binding;
    hasOpened = true;
    options.onStep({ kind: "datachannel_open", peerId: options.peerId, link: connection.connectionId });
    // From here on we restart ICE ourselves: PeerJS would close the connection on failure (as in Firefox),
    // and would send candidates of a restart ahead of the description they belong to.
    rtc.oniceconnectionstatechange = null;
    rtc.onicecandidate = null;
    for (const wake of [...openWaiters]) wake();
  };

  // Whatever a peer opens besides the lanes is not part of a link: PeerJS's own channel, which the dialling
  // side makes, stays silent, and there is no other.
  const silence = (channel: RTCDataChannel): void => {
    channel.addEventListener("message", () => violate("unexpected-channel"));
  };
  let hasPeerJsChannel = options.isInitiator;
  const foreignChannel = ({ channel }: RTCDataChannelEvent): void => {
    if (hasPeerJsChannel) return violate("unexpected-channel");
    hasPeerJsChannel = true;
    silence(channel);
  };

  const finish = (reason: LinkCloseReason): void => {
    if (state === "closed") return;
    closeReason = reason;
    interruptionEnded();
    for (const name of LANE_NAMES) lanes[name].ended();
    setState("closed");
    for (const wake of [...openWaiters]) wake();
    options.onClosed(link);
  };

  const release = (): void => {
    if (isReleased) return;
    isReleased = true;
    cancelLinger?.();
    connection.close();
    // PeerJS lets go of a connection that it has already closed without closing the RTCPeerConnection.
    rtc.close();
  };

  const closeNow = (reason: LinkCloseReason): void => {
    finish(reason);
    release();
  };

  const close = (reason: LinkCloseReason): void => {
    if (state === "closed") return;
    const { channel } = lanes.control;
    const canTell = hasOpened && state === "open" && channel.readyState === "open";
    finish(reason);
    if (!canTell) return release();
    try {
      channel.send(CLOSE_TEXT_PREFIX + reason);
    } catch {
      return release();
    }
    cancelLinger = clock.setTimer(LINGER_MS, release);
  };

  watchNegotiation(rtc, {
    peerId: options.peerId,
    link: connection.connectionId,
    onStep: (step) => (state === "closed" ? undefined : options.onStep(step)),
  });
  rtc.addEventListener("connectionstatechange", connectionChanged);
  rtc.addEventListener("signalingstatechange", channelOpened);
  rtc.addEventListener("datachannel", foreignChannel);
  if (options.isInitiator) silence(connection.dataChannel);
  for (const name of LANE_NAMES) {
    const { channel } = lanes[name];
    channel.addEventListener("open", channelOpened);
    channel.addEventListener("close", () => closeNow("remote-closed"));
  }

  const link: PeerLink = {
    id: connection.connectionId,
    peerId: options.peerId,
    isInitiator: options.isInitiator,
    lanes,
    get channelBinding() {
      return channelBinding;
    },
    get state() {
      return state;
    },
    get closeReason() {
      return closeReason;
    },
    onStateChange(listener) {
      const entry = (next: LinkState): void => listener(next);
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    close,
    closeNow,
    measure: () => (state === "closed" ? Promise.resolve(undefined) : measureConnection(rtc)),
    handleRestart: (message) => restart.handle(message),
    setConfiguration,
    opened(signal) {
      return new Promise((resolve, reject) => {
        const settle = (finishWait: () => void): void => {
          openWaiters.delete(check);
          signal.removeEventListener("abort", onAbort);
          finishWait();
        };
        const check = (): void => {
          if (state === "closed") {
            const why = `Reason: ${closeReason ?? "unknown"}.`;
            settle(() =>
              reject(
                new SwarmError("link-closed", { what: "The connection closed before it was open.", why }),
              ),
            );
          } else if (hasOpened) settle(() => resolve(link));
        };
        const onAbort = (): void => {
          settle(() => reject(abortedError(`The dial to ${options.peerId}`, signal)));
          closeNow("superseded");
        };
        openWaiters.add(check);
        signal.addEventListener("abort", onAbort);
        if (signal.aborted) onAbort();
        else check();
      });
    },
  };
  return link;
}
