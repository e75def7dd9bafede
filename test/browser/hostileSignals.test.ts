import { Peer } from "peerjs";
import type { PeerId } from "peerswarm";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { rendezvousId } from "../../src/core/transport/peerjs/rendezvousRoster.js";
import { connectionsMade } from "./hostile.js";
import { dropped, expectUnseen, type Stage, untilDropped, withStage } from "./stage.js";
import { eventually, hasPeers, until } from "./support.js";

const LONG = { timeout: 45_000 };

/** Both honest swarms have had everything that the hostile member said before. */
async function untilHeard({ hostile, ada, bob, adaId, bobId }: Stage): Promise<void> {
  for (const [swarm, id] of [
    [ada, adaId],
    [bob, bobId],
  ] as const) {
    const before = dropped(swarm)["malformed-signal"] ?? 0;
    hostile.side(id, { kind: "the end" });
    await untilDropped(swarm, "malformed-signal", before + 1);
  }
}

const mediaSdp = (sdp: string): string =>
  `${sdp.replace("a=group:BUNDLE 0", "a=group:BUNDLE 0 1")}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n${sdp
    .split("\r\n")
    .filter((line) => /^a=(ice-|fingerprint|setup)/.test(line))
    .join("\r\n")}\r\na=mid:1\r\na=sendrecv\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n`;

describe("a hostile member at the signalling server", () => {
  it("cannot get a malformed offer to PeerJS", LONG, () =>
    withStage({}, async (stage) => {
      const { hostile, ada, adaId } = stage;
      const sdp = await hostile.offerSdp();
      const good = { type: "data", connectionId: "c1", sdp: { type: "offer", sdp } };
      const offers = [
        {},
        { type: "data" },
        { ...good, type: "media" },
        { ...good, type: ["data"] },
        { ...good, connectionId: 5 },
        { ...good, connectionId: "" },
        { ...good, connectionId: "../../etc" },
        { ...good, connectionId: "x".repeat(65) },
        { ...good, connectionId: { toString: "x" } },
        { ...good, sdp: null },
        { ...good, sdp },
        { ...good, sdp: [] },
        { ...good, sdp: { type: "answer", sdp } },
        { ...good, sdp: { type: "offer", sdp: 7 } },
        { ...good, sdp: { type: "offer", sdp: mediaSdp(sdp) } },
      ];
      const madeBefore = connectionsMade();
      for (const offer of offers) hostile.signal("OFFER", adaId, offer);
      await untilDropped(ada, "malformed-offer", offers.length);
      expect(connectionsMade()).toBe(madeBefore);
      expectUnseen(stage);
    }),
  );

  it("cannot get an offer across that is larger than any offer", LONG, () =>
    withStage({}, async (stage) => {
      const { hostile, ada, adaId } = stage;
      const sdp = "x".repeat(70_000);
      hostile.signal("OFFER", adaId, { type: "data", connectionId: "c1", sdp: { type: "offer", sdp } });
      await eventually(() => hostile.heard.some(({ payload }) => payload?.code === "message-too-large"));
      await untilHeard(stage);
      expect(dropped(ada)["malformed-offer"]).toBeUndefined();
    }),
  );

  it("ends as a failed dial with an offer of nonsense", LONG, () =>
    withStage({}, async (stage) => {
      const { hostile, ada, adaId } = stage;
      const sdp = { type: "offer", sdp: "v=0\r\nnonsense\r\n" };
      hostile.signal("OFFER", adaId, { type: "data", connectionId: "c1", sdp });
      await untilDropped(ada, "connect:dial-timeout");
      expectUnseen(stage);
    }),
  );

  it("cannot get malformed answers and candidates to PeerJS", LONG, () =>
    withStage({}, async (stage) => {
      const { hostile, ada, adaId } = stage;
      const link = await hostile.linked(adaId);
      await link.prove(stage.room);
      await until(ada, hasPeers(2));
      const base = { type: "data", connectionId: link.id };
      const candidates = [
        {},
        base,
        { ...base, candidate: null },
        { ...base, candidate: "candidate:1" },
        { ...base, candidate: { candidate: 5 } },
        { ...base, candidate: { candidate: "x".repeat(5000) } },
        { ...base, candidate: { candidate: "candidate:1", sdpMLineIndex: -1 } },
        { ...base, candidate: { candidate: "candidate:1", sdpMid: {} } },
        { ...base, type: "media", candidate: { candidate: "candidate:1" } },
        { ...base, connectionId: null, candidate: { candidate: "candidate:1" } },
      ];
      const answers = [
        base,
        { ...base, sdp: null },
        { ...base, sdp: { type: "answer" } },
        { ...base, sdp: { type: "offer", sdp: "v=0" } },
        { ...base, sdp: { type: "answer", sdp: 5 } },
        { ...base, type: "media", sdp: { type: "answer", sdp: "v=0" } },
      ];
      for (const candidate of candidates) hostile.signal("CANDIDATE", adaId, candidate);
      for (const answer of answers) hostile.signal("ANSWER", adaId, answer);
      await untilDropped(ada, "malformed-signal", candidates.length + answers.length);
      // Well formed, and nonsense all the same.
      hostile.signal("CANDIDATE", adaId, {
        ...base,
        candidate: { candidate: "candidate:nonsense", sdpMid: "0" },
      });
      hostile.signal("CANDIDATE", adaId, { ...base, candidate: { candidate: "candidate:1", sdpMid: "9" } });
      hostile.signal("ANSWER", adaId, { ...base, sdp: { type: "answer", sdp: "v=0\r\n" } });
      hostile.signal("ANSWER", adaId, {
        ...base,
        connectionId: "nobody",
        sdp: { type: "answer", sdp: "v=0" },
      });
      await untilHeard(stage);
      expect(ada.store.getSnapshot().peers).toHaveLength(2);
      expect(stage.gone).toEqual([]);
    }),
  );

  it("cannot get malformed words of peerswarm's own across", LONG, () =>
    withStage({}, async (stage) => {
      const { hostile, ada, adaId } = stage;
      const words = [
        undefined,
        null,
        5,
        "echo",
        [],
        {},
        { kind: 5 },
        { kind: "shutdown" },
        { kind: "restart-offer" },
        { kind: "restart-offer", connectionId: "c", round: -1, sdp: "v=0" },
        { kind: "restart-offer", connectionId: "c", round: 1.5, sdp: "v=0" },
        { kind: "restart-answer", connectionId: "c", round: 1, sdp: { sdp: "v=0" } },
        { kind: "restart-request", connectionId: ["c"] },
        { kind: "dial-rejected", connectionId: "c", reason: "x".repeat(65) },
        { kind: "room-members", members: "everyone" },
        { kind: "room-members", members: ["<b>nobody</b>"] },
        {
          kind: "room-members",
          members: ["aaaaaaaaaaaa-aaaaaaaaaa", 5],
        },
      ];
      for (const word of words) hostile.side(adaId, word);
      await untilDropped(ada, "malformed-signal", words.length);
      expectUnseen(stage);
    }),
  );

  it("cannot take the name of another's connection, nor repeat one of its own", LONG, () =>
    withStage({}, async (stage) => {
      const { hostile, ada, bob, adaId, bobId, honestLinkId } = stage;
      const sdp = { type: "offer", sdp: await hostile.offerSdp() };
      const own = await hostile.linked(adaId);
      await own.prove(stage.room);
      await until(ada, hasPeers(2));
      const madeBefore = connectionsMade();
      for (const [swarm, id] of [
        [ada, adaId],
        [bob, bobId],
      ] as const) {
        hostile.signal("OFFER", id, { type: "data", connectionId: honestLinkId, sdp });
        await untilDropped(swarm, "repeated-offer");
      }
      hostile.signal("OFFER", adaId, { type: "data", connectionId: own.id, sdp });
      await untilDropped(ada, "repeated-offer", 2);
      expect(connectionsMade()).toBe(madeBefore);
      expect(ada.store.getSnapshot().peers).toHaveLength(2);
    }),
  );

  it("cannot meddle with a link between others", LONG, () =>
    withStage({}, async (stage) => {
      const { hostile, adaId, bobId, honestLinkId: connectionId } = stage;
      const sdp = await hostile.offerSdp();
      for (const id of [adaId, bobId]) {
        hostile.side(id, { kind: "restart-request", connectionId });
        hostile.side(id, { kind: "restart-offer", connectionId, round: 1, sdp });
        hostile.side(id, { kind: "restart-answer", connectionId, round: 1, sdp });
        hostile.side(id, { kind: "dial-rejected", connectionId, reason: "banned" });
        hostile.side(id, { kind: "echo" });
        hostile.signal("ANSWER", id, { type: "data", connectionId, sdp: { type: "answer", sdp } });
        hostile.signal("CANDIDATE", id, {
          type: "data",
          connectionId,
          candidate: { candidate: "candidate:1" },
        });
        hostile.say({ type: "EXPIRE", dst: id, src: id === adaId ? bobId : adaId });
        hostile.say({ type: "LEAVE", dst: id, src: id === adaId ? bobId : adaId });
        hostile.say({
          type: "ROOM-LEFT",
          dst: id,
          src: id === adaId ? bobId : adaId,
          payload: { room: stage.room },
        });
        hostile.say({ type: "ROOM-LEAVE", payload: { room: stage.room }, src: bobId });
      }
      await untilHeard(stage);
      expect(hostile.heard.filter(({ payload }) => payload?.body?.kind?.startsWith("restart-"))).toEqual([]);
      for (const swarm of [stage.ada, stage.bob]) expect(dropped(swarm)["foreign-link-word"]).toBe(3);
      expectUnseen(stage);
      expect(stage.gone).toEqual([]);
    }),
  );

  it.each([
    ["another fingerprint", (line: string) => line],
    [
      "another fingerprint, written so that only the browser reads it",
      (line: string) => line.replace(" ", "  "),
    ],
    ["one more fingerprint", undefined],
    ["a camera", "media"],
  ] as const)("cannot bring %s into its link by a restart", LONG, (_, change) =>
    withStage({}, async (stage) => {
      const { hostile, ada, adaId } = stage;
      const link = await hostile.linked(adaId);
      await link.prove(stage.room);
      await until(ada, hasPeers(2));
      const foreign = /a=fingerprint:.*/.exec(await hostile.offerSdp())?.[0] ?? "";
      const { sdp: own = "" } = await link.rtc.createOffer({ iceRestart: true });
      const known = /a=fingerprint:.*/.exec(own)?.[0] ?? "";
      expect(foreign).not.toBe(known);
      const sdp =
        change === "media"
          ? mediaSdp(own)
          : change === undefined
            ? own.replace(known, `${known}\r\n${foreign}`)
            : // The known one is still there, where a line begins for a regular expression and not for SDP.
              own.replace(known, `a=note:\u2028${known}\r\n${change(foreign)}`);
      hostile.side(adaId, { kind: "restart-offer", connectionId: link.id, round: 1, sdp });
      await untilDropped(ada, change === "media" ? "malformed-signal" : "restart-fingerprint-changed");
      await untilHeard(stage);
      expect(hostile.heard.filter(({ payload }) => payload?.body?.kind === "restart-answer")).toEqual([]);
    }),
  );

  it("cannot use up the page's connections with offers", LONG, () =>
    withStage({}, async (stage) => {
      const { hostile, ada, adaId } = stage;
      const sdp = { type: "offer", sdp: await hostile.offerSdp() };
      const madeBefore = connectionsMade();
      for (let count = 0; count < 300; count++)
        hostile.signal("OFFER", adaId, { type: "data", connectionId: `flood-${count}`, sdp });
      await untilDropped(ada, "offer-flood", 250);
      expect(connectionsMade() - madeBefore).toBeLessThan(30);
      expectUnseen(stage);
    }),
  );
});

/** A stock PeerServer gives any free id to whoever asks. */
async function takeId(id: string): Promise<Peer> {
  const { hostname, port } = new URL(inject("stockUrl"));
  const peer = new Peer(id, { host: hostname, port: Number(port), path: "/", secure: false });
  onTestFinished(() => peer.destroy());
  await new Promise<void>((resolve, reject) => {
    peer.once("open", () => resolve());
    peer.once("error", reject);
  });
  return peer;
}

const fakes: readonly PeerId[] = ["aaaaaaaaaaaa-aaaaaaaaaa", "777777777777-7777777777"];

function tell(peer: Peer, dst: PeerId, body: unknown): void {
  const { socket } = peer as unknown as { readonly socket: { send(message: unknown): void } };
  socket.send({ type: "OFFER", dst, payload: { type: "x-peerswarm", body } });
}

describe("a hostile member on a stock server", () => {
  it("is not believed what it says of the room", LONG, () =>
    withStage({ server: "stockUrl" }, async (stage) => {
      const { hostile, ada, bob, adaId, bobId, room } = stage;
      // One of the room's well-known ids, though not the one that the members follow.
      const pretender = await takeId(rendezvousId(room, 2));
      for (const [swarm, id] of [
        [ada, adaId],
        [bob, bobId],
      ] as const) {
        tell(pretender, id, { kind: "room-members", members: fakes });
        tell(pretender, id, { kind: "room-handover" });
        hostile.side(id, { kind: "room-members", members: fakes });
        hostile.side(id, { kind: "room-handover" });
        hostile.side(id, { kind: "room-leave" });
        await untilDropped(swarm, "foreign-room-word", 3);
      }
      await untilHeard(stage);
      for (const swarm of [ada, bob])
        expect(swarm.store.getSnapshot().connecting.map(({ peerId }) => peerId)).not.toContain(fakes[0]);
      expectUnseen(stage);
    }),
  );

  it("can name absent members where it keeps the room itself, and nobody sees them", LONG, async () => {
    let holder: Peer | undefined;
    const members = new Set<PeerId>();
    const keepRoom = async (room: string): Promise<void> => {
      const peer = await takeId(rendezvousId(room, 0));
      holder = peer;
      const { socket } = peer as unknown as {
        readonly socket: {
          on(
            event: "message",
            listener: (word: { src: string; payload?: { body?: { kind?: string } } }) => void,
          ): void;
        };
      };
      socket.on("message", ({ src, payload }) => {
        if (payload?.body?.kind !== "room-enter") return;
        members.add(src);
        for (const member of members)
          tell(peer, member, { kind: "room-members", members: [...members, ...fakes] });
      });
    };
    await withStage({ server: "stockUrl", before: keepRoom }, async (stage) => {
      expect(holder?.open).toBe(true);
      await untilDropped(stage.ada, "connect:peer-unavailable");
      for (const fake of fakes) expect(stage.visible).not.toContain(fake);
    });
  });
});
