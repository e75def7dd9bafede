import { notifyManager } from "@tanstack/react-query";
import { act, fireEvent, within as inside, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { type Swarm, SwarmError, verifyWitness } from "peerswarm";
import { WitnessPanel } from "peerswarm/components";
import { memoryNetwork } from "peerswarm/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { longLog } from "../node/core/longLog.js";
import { idOf } from "../node/core/support.js";
import { renderStrict, settle, together, turn } from "./support.js";

// Simulated time does not wait for the timers of the platform.
notifyManager.setScheduler(queueMicrotask);

afterEach(() => {
  vi.restoreAllMocks();
});

async function pair(maxBytes?: number) {
  const network = memoryNetwork();
  const witness = maxBytes === undefined ? {} : { maxBytes };
  const [ada, bob] = [network.swarm({ witness }), network.swarm()];
  ada.on("chat", () => undefined);
  await together(network, ada, bob);
  await turn(network, 11_000);
  return { network, ada, bob };
}

const region = (): HTMLElement => screen.getByRole("region", { name: "Witness log" });
const press = (name: string): Promise<void> => userEvent.click(screen.getByRole("button", { name }));
const fact = (name: string): string | null | undefined =>
  region().querySelector(`[data-fact="${name}"] dd`)?.textContent;
const rows = (): HTMLElement[] => [...region().querySelectorAll<HTMLElement>(".ps-record")];
const kinds = (): (string | undefined)[] => rows().map(({ dataset }) => dataset.kind);

/** The same swarm, whose log was changed on the way out. */
function tampered(swarm: Swarm, change: (log: string) => string): Swarm {
  const { witness } = swarm;
  return {
    ...swarm,
    witness: { ...witness, export: async (options) => change(await witness.export(options)) },
  };
}

describe("WitnessPanel", () => {
  it("is empty before the first join", () => {
    renderStrict(memoryNetwork().swarm(), <WitnessPanel />);
    expect(region().dataset.state).toBe("empty");
    expect(inside(region()).getByText("Nothing has been recorded.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Verify" })).toBeNull();
  });

  it("shows head, signature, count and the last records, newest first, live", async () => {
    const { network, ada, bob } = await pair();
    renderStrict(ada, <WitnessPanel />);
    const { witness } = ada.store.getSnapshot();
    expect(region().dataset.state).toBe("full");
    expect(inside(region()).getByText(`${witness.records} records since joining`)).toBeTruthy();
    expect(region().querySelector<HTMLElement>("[data-hash]")?.dataset.hash).toBe(witness.head?.hash);
    expect(fact("signed")).toBe(`${(witness.signedThrough ?? 0) + 1} of ${witness.records}`);
    expect(fact("trimmed")).toBeUndefined();
    expect(kinds()).toEqual(witness.recent.map(({ kind }) => kind).toReversed());
    bob.send(idOf(ada), "chat", "hello");
    await turn(network, 1000);
    expect(kinds()[0]).toBe("ifmessage_received");
  });

  it("says how many were thrown away", async () => {
    const { network, ada, bob } = await pair(4000);
    // They are thrown away by segments of 256.
    for (let count = 0; count < 260; count++) {
      bob.send(idOf(ada), "chat", count);
      await network.advance(300);
    }
    renderStrict(ada, <WitnessPanel />);
    const { trimmedRecords } = ada.store.getSnapshot().witness;
    expect(trimmedRecords).toBeGreaterThan(0);
    expect(fact("trimmed")).toBe(`${trimmedRecords} records, the oldest`);
    expect(rows().length).toBeLessThanOrEqual(50);
  });

  it("shows one kind, and keeps the choice when its records are gone", async () => {
    const { network, ada, bob } = await pair();
    renderStrict(ada, <WitnessPanel />);
    const choice = screen.getByLabelText<HTMLSelectElement>("Show");
    await userEvent.selectOptions(choice, "peer_connected");
    expect(kinds()).toEqual(["peer_connected"]);
    for (let count = 0; count < 60; count++) {
      bob.send(idOf(ada), "chat", count);
      await turn(network, 300);
    }
    expect([choice.value, kinds()]).toEqual(["peer_connected", []]);
    expect(inside(region()).getByText(/No record here is of this kind/)).toBeTruthy();
    await userEvent.selectOptions(choice, "");
    expect(rows()).toHaveLength(50);
  });

  it("opens a record's detail and hashes, by keyboard", async () => {
    const { ada } = await pair();
    renderStrict(ada, <WitnessPanel />);
    const record = ada.store.getSnapshot().witness.recent.find(({ kind }) => kind === "peer_connected");
    const button = screen.getByRole("button", { name: "peer connected" });
    expect(button.getAttribute("aria-expanded")).toBe("false");
    act(() => button.focus());
    await userEvent.keyboard("{Enter}");
    const detail = button.closest("li")?.querySelector(".ps-record-detail");
    expect(JSON.parse(detail?.querySelector("pre")?.textContent ?? "")).toEqual(record?.detail);
    expect(detail?.querySelector('[data-fact="hash"] code')?.textContent).toBe(record?.hash);
    expect(detail?.querySelector('[data-fact="previous"] code')?.textContent).toBe(record?.previous);
    await userEvent.keyboard("{Enter}");
    expect(button.getAttribute("aria-expanded")).toBe("false");
  });

  it("stands still while somebody is in the list", async () => {
    const { network, ada, bob } = await pair();
    renderStrict(ada, <WitnessPanel />);
    const list = screen.getByRole("list", { name: "Records, newest first" });
    const before = kinds();
    fireEvent.pointerEnter(list);
    bob.send(idOf(ada), "chat", "hello");
    await turn(network, 1000);
    expect(kinds()).toEqual(before);
    fireEvent.pointerLeave(list);
    expect(kinds().length).toBeGreaterThan(before.length);
  });

  it("verifies the whole log, and says how far it is signed", async () => {
    const { network, ada } = await pair();
    renderStrict(ada, <WitnessPanel />);
    await press("Verify");
    await settle(network);
    const note = await inside(region()).findByText(
      /^The log is intact: \d+ records, signed up to number \d+\.$/,
    );
    expect(note.closest('[role="status"]')).not.toBeNull();
  });

  it("shows how far it is with a long log, and stops when it is told to", async () => {
    const { ada } = await pair();
    // Each look at the clock takes a millisecond.
    let nowMs = performance.now();
    vi.spyOn(performance, "now").mockImplementation(() => nowMs++);
    renderStrict(
      tampered(ada, () => longLog(5000)),
      <WitnessPanel />,
    );
    await press("Verify");
    const bar = await inside(region()).findByRole("progressbar", { name: "Verifying" });
    expect(bar.getAttribute("aria-valuetext")).toMatch(/^[\d,]+ of 5,000 records verified$/);
    await press("Stop verifying");
    await inside(region()).findByRole("button", { name: "Verify" });
    expect(inside(region()).queryByRole("progressbar")).toBeNull();
    expect(region().querySelector('.ps-notes[role="status"]')?.textContent).toBe("");
    vi.restoreAllMocks();
    await press("Verify");
    await inside(region()).findByText(/^The log is intact: 5,000 records/, {}, { timeout: 20_000 });
  });

  it("names the first line that somebody changed", async () => {
    const { network, ada } = await pair();
    const change = (log: string): string =>
      log.replace('"kind":"peer_connected"', '"kind":"peer_disconnected"');
    renderStrict(tampered(ada, change), <WitnessPanel />);
    await press("Verify");
    await settle(network);
    const note = await inside(region()).findByText(
      /^The log is not intact\. Line \d+: its content was changed\.$/,
    );
    const { dataset, textContent } = note.parentElement as HTMLElement;
    // And shows it.
    expect(textContent).toContain('"kind":"peer_disconnected"');
    expect(dataset).toMatchObject({ tone: "error", fault: "content-changed" });
  });

  it("says why the log could not be read", async () => {
    const { network, ada } = await pair();
    const fail = (): never => {
      throw new SwarmError("storage-failed", { what: "The storage refused.", fix: "Free space." });
    };
    renderStrict(tampered(ada, fail), <WitnessPanel />);
    await press("Verify");
    await settle(network);
    expect(await inside(region()).findByText("The storage refused.")).toBeTruthy();
    await press("Export as .jsonl");
    await settle(network);
    expect(region().querySelectorAll('[data-code="storage-failed"]')).toHaveLength(1);
  });

  it("saves the log under the session's name, as others can verify it", async () => {
    const { network, ada } = await pair();
    const blobs: Blob[] = [];
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      blobs.push(blob as Blob);
      return "blob:log";
    });
    const names: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      names.push(this.download);
    });
    renderStrict(ada, <WitnessPanel />);
    await press("Export as .jsonl");
    await settle(network);
    await act(async () => undefined);
    expect(names).toEqual([`witness-${idOf(ada)}.jsonl`]);
    expect(await verifyWitness((await blobs[0]?.text()) ?? "")).toMatchObject({ isIntact: true });
  });
});
