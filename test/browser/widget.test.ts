import "peerswarm/element";
import type { SwarmWidgetElement, SwarmWidgetStatus } from "peerswarm/element";
import { createMockSwarm } from "peerswarm/testing";
import { afterEach, describe, expect, inject, it } from "vitest";
import { userEvent } from "vitest/browser";
import { untilTrue } from "../setup/patience.js";
import { freshRoom } from "./support.js";

function widget(attributes: Record<string, string>): SwarmWidgetElement {
  const element = document.createElement("swarm-widget");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  document.body.append(element);
  return element;
}

function button(element: SwarmWidgetElement, name: string): HTMLButtonElement | undefined {
  return [...(element.shadowRoot?.querySelectorAll("button") ?? [])].find((one) => one.textContent === name);
}

async function shownButton(element: SwarmWidgetElement, name: string): Promise<HTMLButtonElement> {
  return untilTrue(() => button(element, name));
}

afterEach(() => {
  for (const element of document.querySelectorAll("swarm-widget")) element.remove();
  localStorage.clear();
});

describe("<swarm-widget>", () => {
  it("brings two pages' widgets together over real WebRTC, and tells of it", async () => {
    const common = {
      room: freshRoom(),
      "signaling-url": inject("signalingUrl"),
      identity: "session",
      ice: "none",
    };
    const [ada, bob] = [widget({ ...common, id: "ada" }), widget({ ...common, id: "bob" })];
    const told: SwarmWidgetStatus["state"][] = [];
    ada.addEventListener("swarm-status", ({ detail }) => told.push(detail.state));
    expect(ada.getStatus()).toMatchObject({
      state: "disabled",
      primaryMetric: "0 peers",
      secondaryMetric: "Idle",
    });

    for (const element of [ada, bob]) await userEvent.click(await shownButton(element, "Join swarm"));
    await untilTrue(() => told.at(-1) === "active");
    expect(ada.getStatus()).toMatchObject({ primaryMetric: "1 peer", message: undefined });
    await untilTrue(() => ada.getStatus().lastActivity !== undefined);

    bob.remove();
    await untilTrue(() => ada.getStatus().state === "idle");
    expect(ada.getStatus().primaryMetric).toBe("0 peers");
  });

  it("is drawn with the panels' looks, inside its shadow root alone", async () => {
    const element = widget({ room: freshRoom(), "signaling-url": inject("signalingUrl"), theme: "dark" });
    const join = await shownButton(element, "Join swarm");
    const panel = join.closest<HTMLElement>("[data-panel]");
    expect(panel && getComputedStyle(panel).backgroundColor).toBe("rgb(27, 29, 31)");
    element.setAttribute("theme", "light");
    expect(panel && getComputedStyle(panel).backgroundColor).toBe("rgb(255, 255, 255)");
    expect(getComputedStyle(document.body).getPropertyValue("--ps-surface")).toBe("");
  });

  it("shows a swarm that it is given, and leaves it to its owner", async () => {
    const mock = createMockSwarm({ peers: 2 });
    await mock.start();
    const element = document.createElement("swarm-widget");
    element.swarm = mock.swarm;
    document.body.append(element);
    expect(element.getStatus()).toMatchObject({ state: "active", primaryMetric: "2 peers" });
    element.remove();
    await Promise.resolve();
    expect(mock.swarm.store.getSnapshot().status).toBe("joined");
    await mock.close();
  });

  it("opens the events behind a number in its shadow root, closed by Escape, and gives the focus back", async () => {
    const mock = createMockSwarm({ peers: 2, historyMs: 2000 });
    await mock.start();
    const element = document.createElement("swarm-widget");
    element.swarm = mock.swarm;
    document.body.append(element);
    const root = await untilTrue(() => element.shadowRoot);
    const number = await untilTrue(() =>
      root.querySelector<HTMLButtonElement>('[data-total="received"] .ps-behind'),
    );
    number.focus();
    await userEvent.keyboard("{Enter}");
    // It is in the page before it is opened, and opened before it has the focus.
    const dialog = await untilTrue(() => root.querySelector("dialog:modal"));
    await untilTrue(() => dialog.contains(root.activeElement));
    expect(dialog.querySelectorAll("li").length).toBeGreaterThan(0);
    await userEvent.keyboard("{Escape}");
    await untilTrue(() => root.querySelector("dialog") === null);
    await untilTrue(() => root.activeElement === number);
    element.remove();
    await mock.close();
  });
});
