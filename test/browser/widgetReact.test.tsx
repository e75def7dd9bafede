import "peerswarm/element";
import type { SwarmWidgetElement, SwarmWidgetStatus } from "peerswarm/element";
import type {} from "peerswarm/element/jsx";
import { createMockSwarm } from "peerswarm/testing";
import { act, createRef, version } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, it, onTestFinished } from "vitest";
import { render } from "vitest-browser-react";
import { untilTrue } from "../setup/patience.js";

async function mockSwarm(peers: number) {
  const mock = createMockSwarm({ peers });
  await mock.start();
  onTestFinished(() => mock.close());
  return mock.swarm;
}

it("renders in React 19 with a swarm as a property, and is heard by handlers", async () => {
  expect(version).toMatch(/^19\./);
  const [two, three] = [await mockSwarm(2), await mockSwarm(3)];
  const ref = createRef<SwarmWidgetElement>();
  const told: string[] = [];
  const hear = ({ detail }: CustomEvent<SwarmWidgetStatus>): void => void told.push(detail.primaryMetric);
  const ui = (swarm: typeof two | undefined) => (
    <swarm-widget ref={ref} swarm={swarm} panels="peers" lang="en" onswarm-status={hear} />
  );
  const screen = await render(ui(two));
  expect(ref.current?.swarm).toBe(two);
  expect(ref.current?.hasAttribute("swarm")).toBe(false);
  expect(told).toEqual(["2 peers"]);
  await expect.element(screen.getByText("2 connected")).toBeVisible();

  await screen.rerender(ui(three));
  await untilTrue(() => told.length === 2);
  expect(told).toEqual(["2 peers", "3 peers"]);

  await screen.rerender(ui(undefined));
  await untilTrue(() => ref.current?.getStatus().state === "disabled");
  expect(three.store.getSnapshot().status).toBe("joined");
});

it("is rendered on a server as its attributes, and driven by a ref in the browser", async () => {
  const swarm = await mockSwarm(2);
  const told: string[] = [];
  // React sets no property of an element that it takes over from a server, and hears none of its events.
  const drive = (element: SwarmWidgetElement) => {
    const hear = ({ detail }: CustomEvent<SwarmWidgetStatus>): void => void told.push(detail.primaryMetric);
    element.addEventListener("swarm-status", hear);
    element.swarm = swarm;
    return () => element.removeEventListener("swarm-status", hear);
  };
  const ui = <swarm-widget ref={drive} signaling-url="https://signal.example.org" panels="peers" />;
  const markup = renderToString(ui);
  expect(markup).toBe(
    '<swarm-widget signaling-url="https://signal.example.org" panels="peers"></swarm-widget>',
  );
  const page = document.createElement("div");
  page.innerHTML = markup;
  document.body.append(page);
  const root = await act(() => hydrateRoot(page, ui));
  onTestFinished(() => {
    root.unmount();
    page.remove();
  });
  const element = page.querySelector("swarm-widget");
  expect(element?.signalingUrl).toBe("https://signal.example.org");
  expect(element?.swarm).toBe(swarm);
  await untilTrue(() => told.length > 0);
  expect(told).toEqual(["2 peers"]);
});
