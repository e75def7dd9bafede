import { EventsBehind, PeersPanel, SwarmGate, TopologyPanel } from "peerswarm/components";
import { SwarmProvider } from "peerswarm/react";
import { createMockSwarm, type MockSwarmOptions } from "peerswarm/testing";
import { type ReactNode, StrictMode } from "react";
import { createPortal } from "react-dom";
import { expect, it, onTestFinished } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { untilTrue } from "../setup/patience.js";

async function show(ui: ReactNode, options: MockSwarmOptions) {
  const mock = createMockSwarm(options);
  await mock.start();
  onTestFinished(() => mock.close());
  const page = (content: ReactNode) => (
    <StrictMode>
      <SwarmProvider swarm={mock.swarm}>{content}</SwarmProvider>
    </StrictMode>
  );
  return { ...mock, screen: await render(page(ui)) };
}

/** A shadow root in the page, as that of a widget. */
function shadowRoot(): ShadowRoot {
  const host = document.createElement("div");
  document.body.append(host);
  onTestFinished(() => host.remove());
  return host.attachShadow({ mode: "open" });
}

it("keeps the focus where it is in a shadow root, however often the panel renders", async () => {
  const shadow = shadowRoot();
  const { network } = await show(createPortal(<TopologyPanel />, shadow), { peers: 3 });
  const member = await untilTrue(() => shadow.querySelector<SVGElement>('g[tabindex="0"]'));
  member.focus();
  expect(shadow.activeElement).toBe(member);
  await userEvent.keyboard("{ArrowRight}");
  const next = shadow.activeElement;
  expect(next?.getAttribute("role")).toBe("button");
  await userEvent.keyboard("{Enter}");
  await untilTrue(() => next?.getAttribute("aria-pressed") === "true");
  await network.advance(5000);
  expect(shadow.activeElement).toBe(next);
});

it("holds the list of peers no longer than somebody is in it, though their row went with the focus", async () => {
  const { network, peers } = await show(<PeersPanel />, { peers: 3 });
  const list = () => document.querySelector<HTMLElement>(".ps-list-frame");
  await untilTrue(() => document.querySelectorAll(".ps-peer").length === 3);
  const row = list()?.querySelector<HTMLElement>("[data-row-control]");
  row?.focus();
  await untilTrue(() => list()?.dataset.held === "true");
  const peerId = row?.closest<HTMLElement>("[data-peer-id]")?.dataset.peerId;
  await peers.find(({ swarm }) => swarm.store.getSnapshot().self.peerId === peerId)?.swarm.leave();
  await network.advance(1000);
  await untilTrue(() => document.querySelectorAll(".ps-peer").length === 2);
  await untilTrue(() => list()?.dataset.held === undefined);
});

it("lets go of the list of peers when a ban has taken the row with the focus", async () => {
  const { screen } = await show(<PeersPanel />, { peers: 2 });
  const list = () => document.querySelector<HTMLElement>(".ps-list-frame");
  await untilTrue(() => document.querySelectorAll(".ps-peer").length === 2);
  list()?.querySelector<HTMLElement>("[data-row-control]")?.focus();
  await userEvent.keyboard("{Enter}");
  await untilTrue(() => screen.getByRole("button", { name: /^Ban/ }).query());
  (screen.getByRole("button", { name: /^Ban/ }).element() as HTMLElement).focus();
  await userEvent.keyboard("{Enter}");
  await userEvent.keyboard("{Shift>}{Tab}{/Shift}{Enter}");
  await untilTrue(() => document.querySelectorAll(".ps-peer").length === 1);
  expect(document.activeElement?.closest(".ps-ban-note")).not.toBeNull();
  await untilTrue(() => list()?.dataset.held === undefined);
});

it("leaves the focus at the gate where joining and leaving take the button that was pressed", async () => {
  const { screen } = await show(<SwarmGate remember={false} />, { peers: 1, status: "off" });
  (screen.getByRole("button", { name: "Join swarm" }).element() as HTMLElement).focus();
  await userEvent.keyboard("{Enter}");
  await untilTrue(() => screen.getByRole("button", { name: "Leave" }).query());
  expect(document.activeElement?.closest(".ps-membership")).not.toBeNull();
  await userEvent.keyboard("{Tab}{Enter}");
  await untilTrue(() => screen.getByRole("button", { name: "Join swarm" }).query());
  expect(document.activeElement?.closest('[data-panel="gate"]')).not.toBeNull();
});

it("opens the events behind a number in the shadow root of the number, and not under the page's styles", async () => {
  const shadow = shadowRoot();
  await show(createPortal(<EventsBehind what="3 messages">3</EventsBehind>, shadow), { peers: 1 });
  const number = await untilTrue(() => shadow.querySelector<HTMLElement>(".ps-behind"));
  number.click();
  await untilTrue(() => shadow.querySelector("dialog[open]"));
  await userEvent.keyboard("{Escape}");
  await untilTrue(() => shadow.querySelector("dialog") === null);
  expect(shadow.activeElement).toBe(number);
});

it("keeps the events of a peer open when it leaves, and the keyboard in the panel afterwards", async () => {
  const { network, peers, screen } = await show(<PeersPanel />, { peers: 1 });
  const row = await untilTrue(() => document.querySelector<HTMLElement>(".ps-peer [data-row-control]"));
  row.click();
  await screen.getByRole("button", { name: /^sent / }).click();
  const dialog = await untilTrue(() => document.querySelector<HTMLDialogElement>("dialog[open]"));
  await peers[0]?.swarm.leave();
  await network.advance(1000);
  await untilTrue(() => document.querySelector(".ps-peer") === null);
  expect(dialog.isConnected && dialog.open).toBe(true);
  await userEvent.keyboard("{Escape}");
  await untilTrue(() => document.querySelector("dialog") === null);
  expect(document.activeElement).toBe(document.querySelector('[data-panel="peers"]'));
});

it("keeps the events behind a number open when text is selected to beyond the edge", async () => {
  const { screen } = await show(
    <EventsBehind what="3 messages" aggregate="Two that nobody counted are in it.">
      3
    </EventsBehind>,
    { peers: 1 },
  );
  await screen.getByRole("button", { name: /^3 messages/ }).click();
  const dialog = await untilTrue(() => document.querySelector<HTMLDialogElement>("dialog[open]"));
  const note = dialog.querySelector(".ps-dialog-note") as HTMLElement;
  const press = (element: Element) =>
    element.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  const click = (element: Element) => element.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  press(note);
  // Where a press began and ended on different elements, the click is that of what holds both.
  click(dialog);
  expect(dialog.open).toBe(true);
  press(dialog);
  click(dialog);
  expect(dialog.open).toBe(false);
});
