import { createHash } from "node:crypto";
import { defineMessage } from "peerswarm";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { hear, idOf, inTime, leaveNothing, until } from "../support.js";
import { bytesOf, content, pair, receiveAll, transferOf, transfers } from "./support.js";

describe("a file", () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 3_000_000])("of %i bytes arrives whole", async (size) => {
    const { network, ada, bob } = await pair();
    const received = receiveAll(bob.swarm);
    const bytes = content(size);
    const file = new File([bytes], "../Läb\u202Eor/x.txt", { type: "Text/Plain;charset=utf-8" });
    const sending = ada.swarm.sendFile(idOf(bob.swarm), file, { metadata: { page: 7 } });
    const receipt = await inTime(network, sending);
    expect(receipt).toMatchObject({ bytes: size, peerId: idOf(bob.swarm) });
    expect(received.files).toMatchObject([
      {
        name: "_Läb_or_x.txt",
        mediaType: "text/plain",
        bytes: size,
        metadata: { page: 7 },
        contentId: receipt.contentId,
        from: { peerId: idOf(ada.swarm) },
      },
    ]);
    expect(await bytesOf(received.files[0]!)).toEqual(bytes);
    await network.advance(1000);
    expect(transferOf(ada.swarm, sending.id)).toMatchObject({
      direction: "sent",
      state: "done",
      doneBytes: size,
      totalBytes: size,
      bytesPerSecond: 0,
    });
    expect(transferOf(bob.swarm)).toMatchObject({ direction: "received", state: "done", doneBytes: size });
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });
});

void createHash;
void defineMessage;
void v;
void hear;
void until;
void transfers;
