import { act, within as inside, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Swarm } from "peerswarm";
import { BandwidthPanel, EventsBehind, Panel, PeersPanel } from "peerswarm/components";
import { memoryNetwork } from "peerswarm/testing";
import type { ReactNode } from "react";
import { describe, expect, it } from "vitest";
import { idOf } from "../node/core/support.js";
import { noise, renderStrict, together, turn } from "./support.js";

const chats = (
  <EventsBehind what="3 messages" query={{ direction: "received", type: "chat" }}>
    3
  </EventsBehind>
);

async function talking(ui: ReactNode) {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm(), network.swarm({ name: "Bob" })] as [Swarm, Swarm];
  renderStrict(
    ada,
    <Panel title="Own" name="own">
      <p>{ui}</p>
    </Panel>,
  );
  await together(network, ada, bob);
  ada.on("chat", () => undefined);
  const say = async (): Promise<void> => {
    bob.broadcast("chat", noise(2000));
    await turn(network, 1000);
  };
  for (let count = 0; count < 3; count++) await say();
  return { network, ada, bob, say };
}

async function open(): Promise<HTMLDialogElement> {
  await userEvent.click(screen.getByRole("button", { name: /show the events behind$/ }));
  return screen.findByRole<HTMLDialogElement>("dialog");
}

describe("EventsBehind", () => {
  it("is a button that says what it is and where it leads, and looks like the number", async () => {
    await talking(chats);
    const button = screen.getByRole("button", { name: "3 messages: show the events behind" });
    expect(button.textContent).toBe("3");
    expect(button.getAttribute("aria-haspopup")).toBe("dialog");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("opens a dialog in the panel with the events: direction, type, peer, size, time and how long ago", async () => {
    const { ada, bob } = await talking(chats);
    const dialog = await open();
    expect(dialog.open).toBe(true);
    expect(dialog.parentElement).toBe(screen.getByRole("region", { name: "Own" }));
    expect(screen.getByRole("dialog", { name: "Behind “3 messages”" })).toBe(dialog);
    expect(inside(dialog).getByText("All 3 are kept.")).toBeTruthy();
    const rows = inside(dialog).getAllByRole("listitem");
    expect(rows).toHaveLength(3);
    expect(rows[0]?.dataset).toMatchObject({ direction: "received", type: "chat", peerId: idOf(bob) });
    expect(rows[0]?.textContent).toMatch(
      /^Received chatfrom Bob [a-z2-7]{8}2\.0 KB(now|\d+s ago) \d\d:\d\d:\d\d$/,
    );
    const [newest] = ada.recentEvents({ type: "chat" }).events;
    expect(rows[0]?.querySelector("time")?.dateTime).toBe(new Date(newest?.timeMs ?? 0).toISOString());
  });

  it("stands still, says so, and shows what is newer when it is asked to", async () => {
    const { say } = await talking(chats);
    const dialog = await open();
    expect(inside(dialog).getByText(/^As of \d\d:\d\d:\d\d; what comes later waits\.$/)).toBeTruthy();
    await say();
    expect(inside(dialog).getAllByRole("listitem")).toHaveLength(3);
    await userEvent.click(inside(dialog).getByRole("button", { name: "Show 1 newer" }));
    expect(inside(dialog).getAllByRole("listitem")).toHaveLength(4);
    expect(document.activeElement).toBe(inside(dialog).getByRole("button", { name: "Close" }));
  });

  it("closes by its button and by what lies around it, and gives the focus back", async () => {
    await talking(chats);
    for (const close of [
      (dialog: HTMLDialogElement) => inside(dialog).getByRole("button", { name: "Close" }),
      (dialog: HTMLDialogElement) => dialog,
    ]) {
      const dialog = await open();
      await userEvent.click(inside(dialog).getByRole("heading"));
      expect(dialog.open).toBe(true);
      await userEvent.click(close(dialog));
      expect(screen.queryByRole("dialog")).toBeNull();
      expect(document.activeElement).toBe(screen.getByRole("button", { name: /^3 messages/ }));
    }
  });

  it("stays open when the row that opened it goes, and leaves the focus in the panel when it is closed", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm({ name: "Bob" })] as [Swarm, Swarm];
    renderStrict(ada, <PeersPanel />);
    await together(network, ada, bob);
    await turn(network, 1000);
    await userEvent.click(screen.getByRole("button", { name: /Bob/ }));
    await userEvent.click(screen.getByRole("button", { name: /^sent \d+ messages, / }));
    const dialog = await screen.findByRole<HTMLDialogElement>("dialog");
    const { length } = inside(dialog).getAllByRole("listitem");
    void bob.leave();
    await turn(network, 1000);
    expect(screen.queryByRole("button", { name: /Bob/ })).toBeNull();
    expect(dialog.isConnected && dialog.open).toBe(true);
    expect(inside(dialog).getAllByRole("listitem")).toHaveLength(length);
    await userEvent.click(inside(dialog).getByRole("button", { name: "Close" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    const panel = screen.getByRole("region", { name: "Peers" });
    expect(document.activeElement).toBe(panel);
    await userEvent.tab();
    expect(panel.hasAttribute("tabindex")).toBe(false);
  });

  it("asks for those of a time before now", async () => {
    const { network } = await talking(
      <EventsBehind what="1.0 KB/s" query={{ type: "chat" }} withinMs={3500} aggregate="An average.">
        1.0
      </EventsBehind>,
    );
    await turn(network, 2000);
    const dialog = await open();
    expect(inside(dialog).getAllByRole("listitem")).toHaveLength(1);
    expect(inside(dialog).getByText("An average.")).toBeTruthy();
  });

  it("says what a number is that never had events", async () => {
    await talking(
      <EventsBehind what="48 ms" aggregate="The median of the last 64 round trips.">
        48
      </EventsBehind>,
    );
    const dialog = await open();
    expect(inside(dialog).getByText("The median of the last 64 round trips.")).toBeTruthy();
    expect(inside(dialog).queryByRole("list")).toBeNull();
    expect(dialog.querySelector("[data-kept]")).toBeNull();
  });

  it("says of what is not kept that it is only counted", async () => {
    const { network, bob } = await talking(chats);
    await act(async () => {
      for (let count = 0; count < 2010; count++) bob.broadcast("chat", count);
      await network.advance(2000);
    });
    const dialog = await open();
    expect(
      inside(dialog).getByText("2,000 of 2,013 are still kept. The others are only counted."),
    ).toBeTruthy();
    // Of a long list only what is in sight is rendered.
    expect(inside(dialog).queryAllByRole("listitem").length).toBeLessThan(60);
  });

  it("is behind the numbers of the other panels", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm({ name: "Bob" })] as [Swarm, Swarm];
    renderStrict(
      ada,
      <>
        <BandwidthPanel />
        <PeersPanel />
      </>,
    );
    await together(network, ada, bob);
    await turn(network, 1000);
    await userEvent.click(screen.getByRole("button", { name: /Bob/ }));
    for (const [name, query] of [
      [/^Down: .+ KB\/s: show/, { direction: "received" }],
      [/^sent \d+ messages, /, { direction: "sent", peerId: idOf(bob) }],
    ] as const) {
      await userEvent.click(screen.getByRole("button", { name }));
      const dialog = await screen.findByRole("dialog");
      const kept = Number(dialog.querySelector<HTMLElement>("[data-kept]")?.dataset.kept);
      expect(kept).toBe(ada.recentEvents(query).events.length);
      expect(kept).toBeGreaterThan(0);
      await userEvent.click(inside(dialog).getByRole("button", { name: "Close" }));
    }
  });
});
