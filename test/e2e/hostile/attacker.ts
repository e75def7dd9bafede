import type { LabPage } from "../support/lab.js";
import type { Signal, SignalProxy } from "./signalProxy.js";

type Side = "dialler" | "answerer";

/** What the attacker's page holds for one intercepted connection. */
interface Interception {
  readonly ends: Readonly<Record<Side, RTCPeerConnection>>;
  readonly channels: Readonly<Record<Side, readonly RTCDataChannel[]>>;
  readonly early: Readonly<Record<Side, RTCIceCandidateInit[]>>;
  bridged: number;
}

declare global {
  interface Window {
    interceptions: Map<string, Interception>;
  }
}

/** Terminates DTLS towards both ends of every dial that it sees, in a page of its own. */
export interface Attacker {
  /** Answers a restart offer as the other end would, with its own certificate. */
  answerRestart(sdp: string): Promise<string>;
  /** Both descriptions of its connection to a victim. */
  descriptions(connectionId: string, side: Side): Promise<{ local: string; remote: string }>;
  send(connectionId: string, side: Side, bytes: readonly number[]): Promise<void>;
  /** Messages that went through its hands. */
  bridged(): Promise<number>;
  /** Connections between whose ends it sits: both are up. */
  untilBetween(count: number): Promise<void>;
  /** Dials that it took, by connection: who dialled whom. */
  readonly dials: ReadonlyMap<string, { readonly dialler: string; readonly answerer: string }>;
}

export interface AttackOptions {
  /** Carries every message on to the other end, byte for byte. */
  readonly isBridging: boolean;
}

export async function startAttacker(
  { page }: LabPage,
  proxy: SignalProxy,
  { isBridging }: AttackOptions,
): Promise<Attacker> {
  await page.evaluate(() => {
    window.interceptions = new Map();
  });
  const dials = new Map<string, { dialler: string; answerer: string }>();
  const failed = (error: unknown): void => {
    // The page is gone at the end of a test, in the middle of whatever it does.
    if (!/closed|destroyed/.test(String(error))) throw error;
  };

  const intercept = async (connectionId: string, offer: Signal): Promise<void> => {
    const { src: dialler = "", dst: answerer = "", payload } = offer;
    dials.set(connectionId, { dialler, answerer });
    const made = await page.evaluate(openInterception, { connectionId, sdp: payload.sdp.sdp, isBridging });
    proxy.tell(answerer, {
      ...offer,
      payload: { ...payload, sdp: { type: "offer", sdp: made.offer } },
    });
    proxy.tell(dialler, {
      type: "ANSWER",
      src: answerer,
      dst: dialler,
      payload: { type: "data", connectionId, sdp: { type: "answer", sdp: made.answer } },
    });
  };

  proxy.meddler = {
    fromClient(signal, clientId) {
      const { payload } = signal;
      if (payload?.type !== "data") return signal;
      const { connectionId } = payload;
      const side: Side = dials.get(connectionId)?.answerer === clientId ? "answerer" : "dialler";
      if (signal.type === "OFFER") {
        void intercept(connectionId, { ...signal, src: clientId }).catch(failed);
      } else if (signal.type === "ANSWER") {
        void page.evaluate(takeAnswer, { connectionId, sdp: payload.sdp.sdp as string }).catch(failed);
      } else if (signal.type === "CANDIDATE") {
        void page.evaluate(takeCandidate, { connectionId, side, candidate: payload.candidate }).catch(failed);
      }
      return undefined;
    },
  };

  return {
    dials,
    answerRestart: (sdp) => page.evaluate(answerAnew, sdp),
    descriptions: (connectionId, side) =>
      page.evaluate(
        ([id, end]) => {
          const connection = window.interceptions.get(id)?.ends[end];
          return {
            local: connection?.localDescription?.sdp ?? "",
            remote: connection?.remoteDescription?.sdp ?? "",
          };
        },
        [connectionId, side] as const,
      ),
    send: (connectionId, side, bytes) =>
      page.evaluate(
        ([id, end, message]) =>
          window.interceptions.get(id)?.channels[end][0]?.send(Uint8Array.from(message)),
        [connectionId, side, bytes] as const,
      ),
    bridged: () =>
      page.evaluate(() => [...window.interceptions.values()].reduce((sum, { bridged }) => sum + bridged, 0)),
    untilBetween: async (count) =>
      void (await page.waitForFunction((expected) => {
        const isUp = ({ channels }: Interception): boolean =>
          [...channels.dialler, ...channels.answerer].every(({ readyState }) => readyState === "open");
        return [...window.interceptions.values()].filter(isUp).length >= expected;
      }, count)),
  };
}

// --- what runs in the attacker's page: nothing outside of these functions is there ------------

async function openInterception(given: {
  connectionId: string;
  sdp: string;
  isBridging: boolean;
}): Promise<{ offer: string; answer: string }> {
  const lanes: RTCDataChannelInit[] = [
    { id: 10, negotiated: true, ordered: true },
    { id: 11, negotiated: true, ordered: true },
    { id: 12, negotiated: true, ordered: false, maxRetransmits: 0 },
  ];
  const ends = { dialler: new RTCPeerConnection(), answerer: new RTCPeerConnection() };
  const open = (end: RTCPeerConnection): RTCDataChannel[] =>
    lanes.map((init) => {
      const channel = end.createDataChannel("lane", init);
      channel.binaryType = "arraybuffer";
      return channel;
    });
  // The one that PeerJS would have made.
  ends.answerer.createDataChannel(given.connectionId);
  const channels = { dialler: open(ends.dialler), answerer: open(ends.answerer) };
  const interception: Interception = { ends, channels, early: { dialler: [], answerer: [] }, bridged: 0 };
  window.interceptions.set(given.connectionId, interception);
  if (given.isBridging) {
    const bridge = (from: RTCDataChannel, to: RTCDataChannel): void => {
      // What comes before the other side is open waits in line: a welcome must not overtake its hello.
      const waiting: ArrayBuffer[] = [];
      const flush = (): void => {
        while (to.readyState === "open" && waiting.length > 0) {
          to.send(waiting.shift() as ArrayBuffer);
          interception.bridged++;
        }
      };
      to.addEventListener("open", flush);
      from.onmessage = ({ data }) => {
        waiting.push(data);
        flush();
      };
    };
    for (const [index, channel] of channels.dialler.entries()) {
      const other = channels.answerer[index] as RTCDataChannel;
      bridge(channel, other);
      bridge(other, channel);
    }
  }
  const gathered = (end: RTCPeerConnection): Promise<string> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (end.iceGatheringState === "complete") resolve(end.localDescription?.sdp ?? "");
      };
      end.addEventListener("icegatheringstatechange", check);
      check();
    });
  await ends.dialler.setRemoteDescription({ type: "offer", sdp: given.sdp });
  await ends.dialler.setLocalDescription();
  await ends.answerer.setLocalDescription();
  const [answer, offer] = await Promise.all([gathered(ends.dialler), gathered(ends.answerer)]);
  for (const candidate of interception.early.dialler.splice(0)) await ends.dialler.addIceCandidate(candidate);
  return { answer, offer };
}

async function takeAnswer(given: { connectionId: string; sdp: string }): Promise<void> {
  const { ends, early } = window.interceptions.get(given.connectionId) as Interception;
  await ends.answerer.setRemoteDescription({ type: "answer", sdp: given.sdp });
  for (const candidate of early.answerer.splice(0)) await ends.answerer.addIceCandidate(candidate);
}

async function takeCandidate(given: {
  connectionId: string;
  side: Side;
  candidate: RTCIceCandidateInit;
}): Promise<void> {
  const { ends, early } = window.interceptions.get(given.connectionId) as Interception;
  if (ends[given.side].remoteDescription === null) early[given.side].push(given.candidate);
  else await ends[given.side].addIceCandidate(given.candidate);
}

async function answerAnew(sdp: string): Promise<string> {
  const end = new RTCPeerConnection();
  await end.setRemoteDescription({ type: "offer", sdp });
  await end.setLocalDescription();
  return end.localDescription?.sdp ?? "";
}
