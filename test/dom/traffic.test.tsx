import { act, within as inside, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { ActivityPanel, MessageStatsPanel } from "peerswarm/components";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { idOf } from "../node/core/support.js";
import { noise, renderStrict, together, turn } from "./support.js";

const region = (name: string): HTMLElement => screen.getByRole("region", { name });

describe("MessageStatsPanel", () => {
  const panel = (): HTMLElement => region("Message statistics");
  const total = (name: string): DOMStringMap | undefined =>
    panel().querySelector<HTMLElement>(`[data-total="${name}"]`)?.dataset;
  const names = (): (string | undefined)[] =>
    [...panel().querySelectorAll<HTMLElement>("tbody tr")].map((row) => row.dataset.name);
  const value = (name: string, column: string): number =>
    Number(
      panel().querySelector<HTMLElement>(`[data-name="${name}"] [data-column="${column}"]`)?.dataset.value,
    );

  async function talking() {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm({ name: "Bob" })];
    renderStrict(ada, <MessageStatsPanel />);
    await together(network, ada, bob);
    ada.on("chat", () => undefined);
    for (const size of [100, 2000]) bob.broadcast("chat", noise(size));
    ada.broadcast("wave");
    await turn(network, 1000);
    return { network, ada, bob };
  }

  it("says so while nothing has been sent", async () => {
    renderStrict(memoryNetwork().swarm(), <MessageStatsPanel />);
    expect(panel().dataset.state).toBe("empty");
    expect(inside(panel()).getByText("No message has gone over the links yet.")).toBeTruthy();
    await userEvent.click(inside(panel()).getByRole("radio", { name: "Dropped" }));
    expect(inside(panel()).getByText("Nothing was dropped.")).toBeTruthy();
    expect(panel().querySelector("time")).toBeNull();
  });

  it("counts as the swarm does, in total and per type, and says since when", async () => {
    const { ada } = await talking();
    const { stats } = ada.store.getSnapshot();
    expect(panel().dataset.state).toBe("full");
    expect(total("sent")).toMatchObject({
      messages: String(stats.total.messagesSent),
      bytes: String(stats.total.bytesSent),
    });
    expect(total("received")?.bytes).toBe(String(stats.total.bytesReceived));
    expect(value("chat", "messagesReceived")).toBe(2);
    expect(value("chat", "bytesReceived")).toBe(stats.byType.chat?.bytesReceived);
    expect(value("wave", "messagesSent")).toBe(1);
    expect(panel().querySelector("time")?.dateTime).toBe(new Date(stats.startedAtMs).toISOString());
  });

  it("shows the lanes", async () => {
    const { ada } = await talking();
    await userEvent.click(inside(panel()).getByRole("radio", { name: "By lane" }));
    expect(names().toSorted()).toEqual(["bulk", "control", "datagram"]);
    expect(value("control", "bytesReceived")).toBe(ada.getStats().byLane.control.bytesReceived);
    expect(inside(panel()).getByRole("table", { name: "Messages and all bytes by lane" })).toBeTruthy();
  });

  it("is sorted by the column that was chosen, by keyboard too", async () => {
    await talking();
    expect(names()[0]).toBe("chat");
    const sorted = (): (string | null)[] =>
      inside(panel())
        .getAllByRole("columnheader")
        .map((header) => header.getAttribute("aria-sort"));
    expect(sorted().filter((sort) => sort !== null)).toEqual(["descending"]);
    inside(panel()).getByRole("button", { name: "Type" }).focus();
    await userEvent.keyboard("{Enter}");
    expect(names()).toEqual(names().toSorted());
    expect(inside(panel()).getByRole("columnheader", { name: "Type" }).getAttribute("aria-sort")).toBe(
      "ascending",
    );
    await userEvent.keyboard("{Enter}");
    expect(names()).toEqual(names().toSorted().reverse());
    await userEvent.click(inside(panel()).getByRole("button", { name: "Sent: messages" }));
    const counts = names().map((name) => value(name ?? "", "messagesSent"));
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  it("says in words why something was dropped", async () => {
    const { network, ada, bob } = await talking();
    ada.on("listened", () => undefined);
    bob.broadcast("nobody-listens");
    await turn(network, 1000);
    const choice = inside(panel()).getByRole("radio", { name: /Dropped/ });
    const dropped = Object.values(ada.getStats().dropped).reduce((sum, count) => sum + count, 0);
    expect(choice.parentElement?.textContent).toBe(`Dropped${dropped}`);
    await userEvent.click(choice);
    const row = panel().querySelector<HTMLElement>('[data-code="unknown-type"]');
    expect(row?.textContent).toContain("Type that nobody here listens to");
    expect(row?.querySelector<HTMLElement>("td")?.dataset.value).toBe("1");
  });
});

describe("ActivityPanel", () => {
  const panel = (): HTMLElement => region("Activity");
  const rows = (): HTMLElement[] => inside(panel()).queryAllByRole("listitem");
  const texts = (): (string | null)[] => rows().map((row) => row.textContent);

  async function talking() {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm({ name: "Bob" })];
    renderStrict(ada, <ActivityPanel />);
    await together(network, ada, bob);
    ada.on("chat", () => undefined);
    const say = async (): Promise<void> => {
      bob.broadcast("chat", noise(2000));
      await turn(network, 1000);
    };
    return { network, ada, bob, say };
  }

  it("says so while nothing has been sent", () => {
    renderStrict(memoryNetwork().swarm(), <ActivityPanel />);
    expect(panel().dataset.state).toBe("empty");
    expect(inside(panel()).getByText("No message has gone over the links yet.")).toBeTruthy();
  });

  it("shows the newest first: direction, type, peer, size and time", async () => {
    const { ada, bob, say } = await talking();
    await say();
    const [first] = rows();
    expect(first?.dataset).toMatchObject({ direction: "received", type: "chat", peerId: idOf(bob) });
    expect(first?.textContent).toMatch(/^Received chatfrom Bob [a-z2-7]{8}2\.0 KB\d\d:\d\d:\d\d$/);
    const times = ada.recentEvents().events.map(({ timeMs }) => new Date(timeMs).toISOString());
    expect([...panel().querySelectorAll("time")].map((time) => time.dateTime)).toEqual(times);
  });

  it("says how many there are, and renders no more than are in sight", async () => {
    const { network, ada, bob } = await talking();
    for (let count = 0; count < 100; count++) bob.broadcast("chat", count);
    await turn(network, 1000);
    expect(rows().length).toBeLessThan(60);
    expect(inside(panel()).getByText(`last ${ada.recentEvents().events.length}`)).toBeTruthy();
  });

  it("shows what was dropped, with the reason", async () => {
    const { network, bob } = await talking();
    bob.broadcast("nobody-listens");
    await turn(network, 1000);
    const [drop] = rows().filter((row) => row.dataset.direction === "dropped");
    expect(drop?.textContent).toMatch(
      /^Dropped Type that nobody here listens to: nobody-listenspeer Bob [a-z2-7]{8}\d+ B/,
    );
  });

  it("shows what was asked for, says how much is hidden, and once what that comes to", async () => {
    const { network, say } = await talking();
    await say();
    const all = rows().length;
    await userEvent.selectOptions(
      inside(panel()).getByRole("combobox", { name: "Whose messages" }),
      "App only",
    );
    await userEvent.type(inside(panel()).getByRole("searchbox"), "bob");
    expect(rows().map((row) => row.dataset.type)).toEqual(["chat"]);
    expect(panel().querySelector<HTMLElement>("[data-shown]")?.dataset).toMatchObject({
      shown: "1",
      hidden: String(all - 1),
    });
    const status = await inside(panel()).findByText(`1 shown, ${all - 1} hidden`, {
      selector: "[role=status]",
    });
    await say();
    // Not for each message.
    expect(status.textContent).toBe(`1 shown, ${all - 1} hidden`);
    expect(inside(panel()).getByText(`2 shown, ${all - 1} hidden`)).toBeTruthy();
    await turn(network, 0);
  });

  it("says when nothing matches, and clears the filter", async () => {
    const { say } = await talking();
    await say();
    const all = rows().length;
    await userEvent.type(inside(panel()).getByRole("searchbox"), "no such thing");
    expect(inside(panel()).getByText("Nothing matches.")).toBeTruthy();
    expect(inside(panel()).getByText(`All ${all} are hidden by the filter.`)).toBeTruthy();
    await userEvent.click(inside(panel()).getByRole("button", { name: "Clear the filter" }));
    expect(rows()).toHaveLength(all);
    expect(document.activeElement).toBe(inside(panel()).getByRole("searchbox"));
  });

  it("keeps a peer that was chosen among the choices when it goes", async () => {
    const { network, bob, say } = await talking();
    await say();
    const peers = (): HTMLSelectElement => inside(panel()).getByRole("combobox", { name: "Peer" });
    await userEvent.selectOptions(peers(), `Bob ${idOf(bob).slice(0, 8)}`);
    const left = bob.leave();
    await turn(network, 2000);
    await left;
    expect(peers().selectedOptions[0]?.textContent).toBe(peers().value);
    expect(rows().length).toBeGreaterThan(0);
  });

  it("lets a message keep the row that it has", async () => {
    const { network, bob } = await talking();
    for (let count = 0; count < 10; count++) bob.broadcast("chat", count);
    await turn(network, 1000);
    const [newest] = rows();
    for (let count = 0; count < 7; count++) {
      bob.broadcast("chat", "x".repeat(count));
      bob.broadcast("nobody-listens", count);
    }
    await turn(network, 1000);
    expect(rows().indexOf(newest as HTMLElement)).toBe(14);
  });

  it("stands still under the pointer and says how many wait", async () => {
    const { say } = await talking();
    await say();
    const before = texts();
    const list = inside(panel()).getByRole("group", { name: "Last messages, newest first" });
    await userEvent.hover(list);
    await say();
    await say();
    expect(texts()).toEqual(before);
    expect(inside(panel()).getByRole("button", { name: "2 newer" })).toBeTruthy();
    await userEvent.unhover(list);
    expect(texts()).toHaveLength(before.length + 2);
  });

  it("stands still while it has the focus", async () => {
    const { say } = await talking();
    await say();
    const before = texts();
    await act(async () =>
      inside(panel()).getByRole("group", { name: "Last messages, newest first" }).focus(),
    );
    await say();
    expect(texts()).toEqual(before);
    await act(async () => (document.activeElement as HTMLElement).blur());
    expect(texts()).toHaveLength(before.length + 1);
  });

  it("stands still while it is paused, and catches up when it is asked to", async () => {
    const { say } = await talking();
    await say();
    const pause = inside(panel()).getByRole("button", { name: "Pause" });
    await userEvent.click(pause);
    const before = texts();
    await say();
    expect(texts()).toEqual(before);
    await userEvent.click(inside(panel()).getByRole("button", { name: "1 newer" }));
    expect(texts()).toHaveLength(before.length + 1);
    expect(pause.getAttribute("aria-pressed")).toBe("false");
    expect(document.activeElement).toBe(pause);
  });
});
