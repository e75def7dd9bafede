import { notifyManager } from "@tanstack/react-query";
import { act, within as inside, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { SwarmOptions } from "peerswarm";
import { KnowledgePanel } from "peerswarm/components";
import { memoryNetwork } from "peerswarm/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { listeners, renderStrict, settle, together, turn } from "./support.js";

// Simulated time does not wait for the timers of the platform.
notifyManager.setScheduler(queueMicrotask);

afterEach(() => void vi.restoreAllMocks());

async function couple(options: Partial<SwarmOptions> = {}) {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm({ name: "Ada", ...options }), network.swarm({ name: "Bob" })];
  await together(network, ada, bob);
  return { network, ada, bob };
}

const panel = (): HTMLElement => screen.getByRole("region", { name: "Knowledge" });
const stateOf = (): string | undefined => panel().dataset.state;
const button = (name: string | RegExp): HTMLElement => inside(panel()).getByRole("button", { name });
const press = (name: string | RegExp): Promise<void> => userEvent.click(button(name));

/** What the browser was given to save. */
function downloads() {
  const saved: { name: string; content: Blob }[] = [];
  let content = new Blob();
  vi.spyOn(URL, "createObjectURL").mockImplementation((given) => {
    content = given as Blob;
    return "blob:saved";
  });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function click(this: HTMLAnchorElement) {
    saved.push({ name: this.download, content });
  });
  return saved;
}

describe("KnowledgePanel", () => {
  it("is off before the swarm has joined, then loads, and is empty until something is known", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    renderStrict(ada, <KnowledgePanel />);
    expect(stateOf()).toBe("off");
    await together(network, ada);
    await turn(network, 500);
    expect(stateOf()).toBe("empty");
    await act(() => ada.knowledge.put("text", { title: "Note" }));
    await turn(network, 500);
    expect(stateOf()).toBe("full");
    expect(inside(panel()).getByText("1 artifact, 0 reflections")).toBeTruthy();
    await act(() => ada.leave());
    await settle(network);
    expect(stateOf()).toBe("off");
  });

  it("saves what a peer wrote as bytes without a type, under a name that is no path and no disguise", async () => {
    const { network, ada, bob } = await couple();
    await act(() => ada.knowledge.usage());
    await act(() =>
      bob.knowledge.put("<script>steal()</script>", {
        title: "../\u202Etxt.harmless<b>",
        mediaType: "text/html",
        share: true,
      }),
    );
    await turn(network, 3000);
    renderStrict(ada, <KnowledgePanel />);
    await turn(network, 500);
    expect(panel().querySelector("b")).toBeNull();
    const saved = downloads();
    await press(/harmless<b>$/);
    await press(/^Fetch /);
    await turn(network, 1000);
    await press(/^Save /);
    await settle(network);
    expect(saved).toHaveLength(1);
    const [{ name, content } = { name: "", content: new Blob() }] = saved;
    expect(content.type).toBe("application/octet-stream");
    expect(await content.text()).toBe("<script>steal()</script>");
    expect(name).not.toMatch(/[/\\<>\u202E]|^\./);
  });

  it("exports everything as one file, and tells what came of taking it in elsewhere", async () => {
    const { network, ada, bob } = await couple();
    await act(() => ada.knowledge.put("text", { title: "Note" }));
    await act(() => ada.reflections.add({ task: "sieve", outcome: "success", lesson: "" }));
    const first = renderStrict(ada, <KnowledgePanel />);
    await turn(network, 500);
    const saved = downloads();
    await userEvent.click(screen.getByText("Export and import"));
    await press("Export");
    await settle(network);
    expect(saved[0]?.name).toMatch(/\.knowledge$/);
    first.unmount();
    renderStrict(bob, <KnowledgePanel />);
    await turn(network, 500);
    await userEvent.click(screen.getByText("Export and import"));
    const file = new File([saved[0]?.content ?? ""], "room.knowledge");
    await userEvent.upload(screen.getByLabelText("Import a file"), file);
    await turn(network, 500);
    await settle(network);
    const report = inside(panel()).getByText(
      /^New: 1 artifact, 1 reflection, content of 1\. Here before: 0\.$/,
    );
    expect(report).toBeTruthy();
    expect(inside(panel()).getByText("1 artifact, 1 reflection")).toBeTruthy();
  });

  it("says why storage refuses, and tries again when told to", async () => {
    const network = memoryNetwork();
    const host = network.host("ada");
    const ada = host.swarm();
    await together(network, ada);
    const { entries } = host.runtime.storage;
    const { SwarmError } = await import("peerswarm");
    const refuse = () =>
      Promise.reject(new SwarmError("storage-failed", { what: "No disk.", fix: "Buy a disk." }));
    Object.assign(host.runtime.storage, { entries: refuse });
    renderStrict(ada, <KnowledgePanel />);
    await turn(network, 500);
    expect(stateOf()).toBe("error");
    expect(inside(panel()).getByRole("alert").textContent).toContain("Buy a disk.");
    Object.assign(host.runtime.storage, { entries });
    await press("Try again");
    await turn(network, 500);
    expect(stateOf()).toBe("empty");
  });

  it("shares on request and says who knows of it; asks before it removes, and puts the focus on what it says", async () => {
    const { network, ada, bob } = await couple();
    await act(() => bob.knowledge.usage());
    await act(() => ada.knowledge.put("text", { title: "Note" }));
    const page = renderStrict(ada, <KnowledgePanel />);
    await turn(network, 500);
    await press("Note");
    await press("Share Note with everyone");
    await turn(network, 3000);
    expect(inside(panel()).getByText("Shared. 1 peer knows of it.")).toBeTruthy();
    await press("Remove Note…");
    expect(document.activeElement).toBe(button("Cancel"));
    await userEvent.keyboard("{Escape}");
    expect(document.activeElement).toBe(button("Remove Note…"));
    await press("Remove Note…");
    await press("Remove");
    await turn(network, 500);
    await settle(network);
    expect(document.activeElement?.textContent).toBe("“Note” is removed.");
    expect(stateOf()).toBe("empty");
    page.unmount();
    expect(listeners(ada)).toBe(0);
  });

  it("adds a note by hand, and shares it where that is ticked", async () => {
    const { network, ada, bob } = await couple();
    await act(() => bob.knowledge.usage());
    renderStrict(ada, <KnowledgePanel />);
    await turn(network, 500);
    await userEvent.click(screen.getByText("Add something"));
    await userEvent.type(screen.getByLabelText("Title"), "Shopping");
    await userEvent.type(screen.getByLabelText("Text"), "Apples");
    await userEvent.click(screen.getByLabelText("Share with everyone"));
    await press("Add");
    await turn(network, 3000);
    await settle(network);
    expect(inside(panel()).getByText("“Shopping” is kept here.")).toBeTruthy();
    expect((await bob.knowledge.list()).map(({ title }) => title)).toEqual(["Shopping"]);
  });
});
