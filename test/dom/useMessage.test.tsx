import { render } from "@testing-library/react";
import { defineMessage, type MessageDefinition } from "peerswarm";
import { useMessage } from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import { idOf } from "../node/core/support.js";
import { renderStrict, settle, together, turn, within } from "./support.js";

const chat = defineMessage("chat", v.object({ text: v.string() }));

interface EarProps {
  readonly type?: MessageDefinition<unknown, { text: string }>;
  readonly onText: (text: string, from: string) => void;
}

function Ear({ type = chat, onText }: EarProps) {
  useMessage(type, ({ text }, { from }) => {
    expectTypeOf(text).toEqualTypeOf<string>();
    onText(text, from.peerId);
  });
  return null;
}

async function pair() {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm(), network.swarm()];
  await together(network, ada, bob);
  const say = async (text: string): Promise<void> => {
    bob.broadcast(chat, { text });
    await settle(network);
  };
  return { network, ada, bob, say };
}

describe("useMessage", () => {
  it("hears each message exactly once in StrictMode", async () => {
    const { ada, bob, say } = await pair();
    const heard: unknown[] = [];
    renderStrict(ada, <Ear onText={(...what) => heard.push(what)} />);
    await say("one");
    await say("two");
    expect(heard).toEqual([
      ["one", idOf(bob)],
      ["two", idOf(bob)],
    ]);
  });

  it("calls the handler of the last render", async () => {
    const { ada, say } = await pair();
    const heard: string[] = [];
    const ear = (name: string) => within(ada, <Ear onText={(text) => heard.push(`${name} ${text}`)} />);
    const { rerender } = render(ear("first"));
    await say("a");
    rerender(ear("second"));
    await say("b");
    expect(heard).toEqual(["first a", "second b"]);
  });

  it("does not subscribe again for a new handler", async () => {
    const { ada } = await pair();
    let subscriptions = 0;
    const counting = {
      ...ada,
      on: (...args: Parameters<typeof ada.on>) => {
        subscriptions++;
        return ada.on(...args);
      },
    } as typeof ada;
    const { rerender } = render(within(counting, <Ear onText={() => undefined} />));
    rerender(within(counting, <Ear onText={() => undefined} />));
    rerender(within(counting, <Ear onText={() => undefined} />));
    expect(subscriptions).toBe(1);
  });

  it("hears nothing once it is gone", async () => {
    const { network, ada, say } = await pair();
    const heard: string[] = [];
    const { unmount } = renderStrict(ada, <Ear onText={(text) => heard.push(text)} />);
    unmount();
    await say("too late");
    await turn(network, 1000);
    expect(heard).toEqual([]);
    expect(ada.getStats().dropped).toMatchObject({ "unknown-type": 1 });
  });

  it("follows a change of the type", async () => {
    const { ada, bob, network } = await pair();
    const heard: string[] = [];
    const note = defineMessage("note", v.object({ text: v.string() }));
    const { rerender } = render(within(ada, <Ear onText={(text) => heard.push(text)} />));
    rerender(within(ada, <Ear type={note} onText={(text) => heard.push(text)} />));
    bob.broadcast(chat, { text: "chat" });
    bob.broadcast(note, { text: "note" });
    await settle(network);
    expect(heard).toEqual(["note"]);
  });

  it("never hands over what the schema refuses", async () => {
    const { ada, bob, network } = await pair();
    const heard: string[] = [];
    renderStrict(ada, <Ear onText={(text) => heard.push(text)} />);
    bob.broadcast("chat", { text: 5 });
    await settle(network);
    expect(heard).toEqual([]);
    expect(ada.getStats().dropped).toMatchObject({ "invalid-payload": 1 });
  });
});
