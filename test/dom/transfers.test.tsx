import { act, within as inside, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { TransfersPanel } from "peerswarm/components";
import { useTransfer, useTransfers } from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { idOf } from "../node/core/support.js";
import { probe, renderStrict, together, turn } from "./support.js";

async function couple() {
  const network = memoryNetwork({ latencyMs: 10, bytesPerSecond: 500_000 });
  const [ada, bob] = [network.swarm({ name: "Ada" }), network.swarm({ name: "Bob" })];
  await together(network, ada, bob);
  return { network, ada, bob };
}

describe("useTransfer and useTransfers", () => {
  it("follow a transfer to its end, and render four times a second at most", async () => {
    const { network, ada, bob } = await couple();
    bob.onFile((offer) => void offer.accept());
    const sending = ada.sendFile(idOf(bob), new Uint8Array(1_000_000));
    const one = probe(ada, () => useTransfer(sending.id));
    const names = probe(ada, () => useTransfers((all) => all.map(({ state }) => state)));
    await turn(network, 1000);
    expect(one.last()).toMatchObject({ state: "active", totalBytes: 1_000_000 });
    const renders = one.values.length;
    await turn(network, 1000);
    expect(one.values.length - renders).toBeLessThanOrEqual(5);
    await turn(network, 3000);
    await sending;
    expect(one.last()).toMatchObject({ state: "done", doneBytes: 1_000_000 });
    expect(names.last()).toEqual(["done"]);
    const unchanged = names.last();
    names.again();
    expect(names.last()).toBe(unchanged);
    expect(probe(ada, () => useTransfer("none")).last()).toBeUndefined();
  });
});

describe("TransfersPanel", () => {
  it("shows the key of who offers a file beside the name, which anyone can choose", async () => {
    const { network, ada, bob } = await couple();
    ada.announce({ name: "Bob's own bank" });
    renderStrict(bob, <TransfersPanel />);
    const sending = ada.sendFile(idOf(bob), new Uint8Array(10)).catch(() => undefined);
    await turn(network, 500);
    const facts = document.querySelector(".ps-transfer-facts");
    expect(facts?.textContent).toContain("Bob's own bank");
    expect(facts?.textContent).toContain(ada.store.getSnapshot().self.agentId?.slice(0, 8));
    await userEvent.click(screen.getByRole("button", { name: /^Refuse/ }));
    await turn(network, 1000);
    await sending;
  });

  it("renders of a thousand only those in sight, each with its place among all, and gives each its button", async () => {
    // Here nothing is laid out, so nothing has a size.
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(480);
    vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(90);
    onTestFinished(() => void vi.restoreAllMocks());
    const network = memoryNetwork();
    const [here, there] = [network.host(), network.host()];
    const [ada, bob] = [here.swarm(), there.swarm()];
    renderStrict(ada, <TransfersPanel />);
    await together(network, ada, bob);
    network.partition([here], [there]);
    await act(async () => {
      for (let count = 0; count < 1000; count++)
        ada.sendFile(idOf(bob), new Uint8Array(1)).catch(() => undefined);
      await network.advance(1000);
    });
    expect(screen.getByText("1,000 under way")).toBeTruthy();
    const rows = [...document.querySelectorAll<HTMLElement>(".ps-transfer")];
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.length).toBeLessThan(60);
    const [newest] = rows;
    expect(newest?.dataset.transferId).toBe(ada.store.getSnapshot().transfers.at(-1)?.id);
    expect(["posinset", "setsize"].map((name) => newest?.getAttribute(`aria-${name}`))).toEqual([
      "1",
      "1000",
    ]);
    await userEvent.click(inside(newest as HTMLElement).getByRole("button", { name: /^Cancel/ }));
    await turn(network, 1000);
    expect(screen.getByText("999 under way")).toBeTruthy();
  });

  it("takes offers while it is there, and not before or after", async () => {
    const { network, ada, bob } = await couple();
    const codeOf = async (): Promise<string> => {
      const sending = ada.sendFile(idOf(bob), new Uint8Array(10)).then(
        () => "sent",
        (error: { code: string }) => error.code,
      );
      await turn(network, 500);
      const offered = screen.queryByRole("button", { name: "Accept Unnamed file" });
      if (offered !== null) await userEvent.click(offered);
      await turn(network, 1000);
      return sending;
    };
    expect(await codeOf()).toBe("transfer-refused");
    const panel = renderStrict(bob, <TransfersPanel />);
    expect(await codeOf()).toBe("sent");
    expect(screen.getAllByRole("button", { name: "Save Unnamed file" })).toHaveLength(1);
    panel.unmount();
    expect(await codeOf()).toBe("transfer-refused");
    renderStrict(bob, <TransfersPanel decidesHere={false} />);
    expect(await codeOf()).toBe("transfer-refused");
  });

  it("offers to save what another of its mounts accepted", async () => {
    const { network, ada, bob } = await couple();
    const first = renderStrict(bob, <TransfersPanel />);
    const sending = ada.sendFile(idOf(bob), new File([new Uint8Array(1_000_000)], "a.txt"));
    await turn(network, 500);
    await userEvent.click(screen.getByRole("button", { name: "Accept a.txt" }));
    await turn(network, 500);
    first.unmount();
    renderStrict(bob, <TransfersPanel />);
    await turn(network, 5000);
    await sending;
    expect(screen.getByRole("button", { name: "Save a.txt" }).textContent).toBe("Save");
  });

  it("keeps what was accepted while it was away from the page", async () => {
    const { network, ada, bob } = await couple();
    const first = renderStrict(bob, <TransfersPanel />);
    void ada.sendFile(idOf(bob), new File([new Uint8Array(10)], "a.txt"));
    await turn(network, 500);
    await userEvent.click(screen.getByRole("button", { name: "Accept a.txt" }));
    first.unmount();
    await act(() => network.advance(1000));
    renderStrict(bob, <TransfersPanel />);
    const region = screen.getByRole("region", { name: "Transfers" });
    expect(inside(region).getByRole("button", { name: "Save a.txt" })).toBeTruthy();
  });
});
