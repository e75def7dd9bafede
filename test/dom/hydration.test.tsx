import { act, screen } from "@testing-library/react";
import { SwarmDashboard, SwarmGate } from "peerswarm/components";
import { memoryNetwork } from "peerswarm/testing";
import { type ReactNode, StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, it } from "vitest";
import { within } from "./support.js";

const panels: ReactNode = (
  <>
    <SwarmDashboard />
    <SwarmGate>inside</SwarmGate>
  </>
);

it("takes over what the server rendered, also where a choice is remembered", async () => {
  const network = memoryNetwork();
  const page = document.body.appendChild(document.createElement("div"));
  const app = (): ReactNode => <StrictMode>{within(network.swarm({ room: "library" }), panels)}</StrictMode>;
  page.innerHTML = renderToString(app());
  const title = screen.getByRole("heading", { name: "Connection" });
  localStorage.setItem("peerswarm-gate", "joined");

  const mismatches: unknown[] = [];
  const root = await act(async () =>
    hydrateRoot(page, app(), { onRecoverableError: (error) => mismatches.push(error) }),
  );
  await act(() => network.advance(1000));

  expect(mismatches).toEqual([]);
  expect(screen.getByRole("heading", { name: "Connection" })).toBe(title);
  expect(screen.getByText("Joined")).toBeTruthy();
  expect(screen.getByText("inside")).toBeTruthy();
  await act(async () => root.unmount());
  page.remove();
  localStorage.clear();
});
