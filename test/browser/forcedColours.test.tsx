import "peerswarm/styles.css";
import { BandwidthPanel, SettingsPanel } from "peerswarm/components";
import { SwarmProvider } from "peerswarm/react";
import { createMockSwarm } from "peerswarm/testing";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { cdp } from "vitest/browser";
import { render } from "vitest-browser-react";

const force = (value: "active" | "none") =>
  cdp().send("Emulation.setEmulatedMedia", { features: [{ name: "forced-colors", value }] });

beforeEach(() => force("active"));
afterEach(() => force("none"));

/** What a system colour is on this machine. */
function systemColour(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = name;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

it("says in the system's colours what is chosen, and what cannot be pressed", async () => {
  expect(matchMedia("(forced-colors: active)").matches).toBe(true);
  const mock = createMockSwarm({ isRunning: false, peers: 1 });
  await mock.start();
  onTestFinished(() => mock.close());
  const { getByRole } = await render(
    <SwarmProvider swarm={mock.swarm}>
      <BandwidthPanel />
      <SettingsPanel />
    </SwarmProvider>,
  );
  const styleOf = (element: Element | null | undefined): CSSStyleDeclaration => {
    if (element === null || element === undefined) throw new Error("The element is not there.");
    return getComputedStyle(element);
  };

  const apply = getByRole("button", { name: "Apply" });
  await expect.element(apply).toHaveAttribute("aria-disabled");
  expect(styleOf(apply.element()).color).toBe(systemColour("GrayText"));
  expect(styleOf(apply.element()).borderTopColor).toBe(systemColour("GrayText"));
  await getByRole("textbox", { name: "Room", exact: true }).fill("another");
  await expect.element(apply).not.toHaveAttribute("aria-disabled");
  expect(styleOf(apply.element()).color).toBe(systemColour("ButtonText"));

  const chosen = getByRole("radio", { name: "1 min" }).element();
  const other = getByRole("radio", { name: "5 min" }).element();
  expect(styleOf(chosen.nextElementSibling).backgroundColor).toBe(systemColour("Highlight"));
  expect(styleOf(other.nextElementSibling).backgroundColor).not.toBe(systemColour("Highlight"));
});
