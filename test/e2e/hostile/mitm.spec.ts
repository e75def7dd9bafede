import { concatBytes, utf8 } from "../../../src/core/bytes.js";
import { createIdentity } from "../../../src/core/identity/identity.js";
import { dtlsBinding } from "../../../src/core/transport/peerjs/fingerprint.js";
import { FrameKind } from "../../../src/core/wire/frame.js";
import { PROTOCOL_VERSION } from "../../../src/core/wire/message.js";
import { encodeValue } from "../../../src/core/wire/payload.js";
import { expect, type Lab, type LabPage, proveMessaging, test, untilFullMesh } from "../support/lab.js";
import { type Attacker, startAttacker } from "./attacker.js";
import { type Signal, type SignalProxy, startSignalProxy } from "./signalProxy.js";

interface Scene {
  readonly proxy: SignalProxy;
  readonly upstreamUrl: string;
  readonly room: string;
  readonly victims: readonly [LabPage, LabPage];
}

async function setScene(lab: Lab): Promise<Scene> {
  const { url: upstreamUrl } = await lab.startSignaling();
  const proxy = await startSignalProxy(upstreamUrl);
  lab.onEnd(() => proxy.close());
  const victims = (await lab.openPages(2)) as [LabPage, LabPage];
  return { proxy, upstreamUrl, room: lab.freshRoom(), victims };
}

/** Joins with an identity that is known beforehand, and admits only `expected`, where that is given. */
async function joinKnown(
  { page }: LabPage,
  { proxy, room }: Scene,
  expected: string | undefined,
  secret?: string,
): Promise<string> {
  return page.evaluate(
    async ([url, name, other, roomSecret]) => {
      const { createSwarm, peerTransport } = window.peerswarm;
      const swarm = createSwarm({
        room: name,
        identity: window.identity,
        ...(roomSecret === null ? {} : { secret: roomSecret }),
        transport: peerTransport({ url, iceServers: [] }),
        admit: ({ agentId }) => other === null || agentId === other || "not the agent that I know",
      });
      window.swarm = swarm;
      swarm.on("chat", (payload, { from, lane }) => {
        window.received.push({ type: "chat", payload, from: from.peerId, lane, atMs: Date.now() });
      });
      await swarm.join();
      return swarm.getSignalingStatus().peerId ?? "";
    },
    [proxy.url, room, expected ?? null, secret ?? null] as const,
  );
}

declare global {
  interface Window {
    identity: import("peerswarm").Identity;
  }
}

const makeIdentity = ({ page }: LabPage): Promise<string> =>
  page.evaluate(async () => {
    window.identity = await window.peerswarm.createIdentity();
    return window.identity.agentId;
  });

/** Both victims join, each admitting the other's AgentId alone. */
async function joinBoth(scene: Scene): Promise<[string, string]> {
  const [ada, bob] = scene.victims;
  const [adaAgent, bobAgent] = await Promise.all([makeIdentity(ada), makeIdentity(bob)]);
  return Promise.all([joinKnown(ada, scene, bobAgent), joinKnown(bob, scene, adaAgent)]);
}

/** Neither victim has a peer, and both say why. */
async function expectExposed(victims: readonly LabPage[], code: string): Promise<void> {
  for (const victim of victims) {
    await victim.until(
      ({ connecting, stats }, expected) =>
        connecting.some(({ lastError }) => lastError?.code === expected) &&
        (stats.dropped[`connect:${expected}`] ?? 0) > 0,
      code,
    );
  }
  for (const victim of victims) expect((await victim.snapshot()).peers).toEqual([]);
}

test("two pages that know each other connect through a proxy that leaves them alone", async ({ lab }) => {
  const scene = await setScene(lab);
  await joinBoth(scene);
  await untilFullMesh(scene.victims);
  await proveMessaging(scene.victims);
});

test("a man in the middle who ends DTLS on both sides and bridges every byte is exposed", async ({ lab }) => {
  const scene = await setScene(lab);
  const attacker = await startAttacker(await lab.openPage(), scene.proxy, { isBridging: true });
  await joinBoth(scene);
  await attacker.untilBetween(1);
  await expectExposed(scene.victims, "handshake-failed");
  // Their hellos did go through his hands, whole.
  expect(await attacker.bridged()).toBeGreaterThanOrEqual(2);
});

test("a man in the middle with a key of his own is exposed when he claims the victim's PeerId", async ({
  lab,
}) => {
  const scene = await setScene(lab);
  const attacker = await startAttacker(await lab.openPage(), scene.proxy, { isBridging: false });
  const [adaAgent, bobAgent] = await Promise.all(scene.victims.map(makeIdentity));
  expect(adaAgent).not.toBe(bobAgent);
  // No `admit` on either side: the library notices by itself.
  await Promise.all(scene.victims.map((victim) => joinKnown(victim, scene, undefined)));
  await attacker.untilBetween(1);
  for (const [connectionId, { dialler, answerer }] of attacker.dials) {
    await impersonate(attacker, {
      connectionId,
      side: "dialler",
      from: answerer,
      to: dialler,
      room: scene.room,
    });
    await impersonate(attacker, {
      connectionId,
      side: "answerer",
      from: dialler,
      to: answerer,
      room: scene.room,
    });
  }
  await expectExposed(scene.victims, "handshake-failed");
});

/** A hello with a key of its own, valid for the very connection that it is sent on. */
async function impersonate(
  attacker: Attacker,
  given: { connectionId: string; side: "dialler" | "answerer"; from: string; to: string; room: string },
): Promise<void> {
  const { connectionId, side, from, to, room } = given;
  const identity = await createIdentity();
  const { local, remote } = await attacker.descriptions(connectionId, side);
  const binding = dtlsBinding(local, remote) ?? new Uint8Array();
  const body = encodeValue({
    version: PROTOCOL_VERSION,
    room,
    key: identity.publicKey,
    from,
    to,
    next: [1, 1, 1],
    replaces: null,
  });
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, binding.length);
  // Towards the dialler he plays the one that was dialled.
  const role = Uint8Array.of(side === "answerer" ? 1 : 0);
  const signature = await identity.sign(
    concatBytes(utf8("peerswarm/1 hello\0"), role, length, binding, body),
  );
  const hello = concatBytes(Uint8Array.of(FrameKind.hello), signature, body);
  await attacker.send(connectionId, side, [...hello]);
}

test.describe("a man in the middle who stands between under a name of his own", () => {
  /** He hides the victims from each other; each of them finds only him in the room. */
  const stand = async (lab: Lab, scene: Scene): Promise<LabPage> => {
    const middle = await lab.openPage();
    const middleId = await middle.join({ url: scene.upstreamUrl, room: scene.room });
    scene.proxy.meddler = {
      fromServer(signal) {
        const { type, src, payload } = signal;
        if (type === "ROOM-MEMBERS") {
          const members = payload.members.filter(({ id }: { id: string }) => id === middleId);
          return { ...signal, payload: { ...payload, members } };
        }
        return src === undefined || src === middleId ? signal : undefined;
      },
    };
    return middle;
  };

  test("is refused by an app that knows whom it expects", async ({ lab }) => {
    const scene = await setScene(lab);
    await stand(lab, scene);
    await joinBoth(scene);
    await expectExposed(scene.victims, "peer-refused");
  });

  test("is kept out of a room with a secret, though no app looks", async ({ lab }) => {
    const scene = await setScene(lab);
    const middle = await stand(lab, scene);
    await Promise.all(scene.victims.map(makeIdentity));
    await Promise.all(
      scene.victims.map((victim) => joinKnown(victim, scene, undefined, "what only they know")),
    );
    await expectExposed(scene.victims, "secret-mismatch");
    expect((await middle.snapshot()).peers).toEqual([]);
  });

  test("is visibly somebody else to an app that does not look", async ({ lab }) => {
    const scene = await setScene(lab);
    const middle = await stand(lab, scene);
    const agents = await Promise.all(scene.victims.map(makeIdentity));
    await Promise.all(scene.victims.map((victim) => joinKnown(victim, scene, undefined)));
    for (const victim of scene.victims) {
      await victim.untilPeers([await middle.peerId()]);
      const { peers } = await victim.snapshot();
      expect(agents).not.toContain(peers[0]?.agentId);
    }
  });
});

test("a signalling server cannot bring another certificate into a proven link by a restart", async ({
  lab,
}) => {
  const scene = await setScene(lab);
  const { proxy } = scene;
  const attacker = await startAttacker(await lab.openPage(), proxy, { isBridging: false });
  const dial: { from: string; to: string; connectionId: string }[] = [];
  let takeOffer: (sdp: string) => void = () => undefined;
  const restartOffer = new Promise<string>((resolve) => {
    takeOffer = resolve;
  });
  proxy.meddler = {
    fromClient(signal, from) {
      const { type, dst: to = "", payload } = signal;
      if (type === "OFFER" && payload?.type === "data")
        dial.push({ from, to, connectionId: payload.connectionId });
      if (payload?.body?.kind !== "restart-offer") return signal;
      takeOffer(payload.body.sdp);
      return undefined;
    },
  };
  await joinBoth(scene);
  await untilFullMesh(scene.victims);
  const { from: dialler, to, connectionId } = dial[0] as (typeof dial)[0];
  const [ada, bob] = scene.victims;
  const victim = (await ada.peerId()) === dialler ? ada : bob;
  const say = (signal: Omit<Signal, "src" | "dst">): void =>
    proxy.tell(dialler, { ...signal, src: to, dst: dialler });
  const side = (body: unknown): void => say({ type: "OFFER", payload: { type: "x-peerswarm", body } });

  side({ kind: "restart-request", connectionId });
  const sdp = await attacker.answerRestart(await restartOffer);
  // The browser would take an answer now: it has made an offer.
  say({ type: "ANSWER", payload: { type: "data", connectionId, sdp: { type: "answer", sdp } } });
  await victim.until(({ stats }) => stats.dropped["repeated-answer"] === 1, undefined);
  side({ kind: "restart-answer", connectionId, round: 1, sdp });
  await victim.until(({ stats }) => stats.dropped["restart-fingerprint-changed"] === 1, undefined);
  await proveMessaging(scene.victims);
  expect((await victim.snapshot()).peers.map(({ linkId }) => linkId)).toEqual([connectionId]);
});
