import { within as inside, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import {
  ConnectionPanel,
  Panel,
  SwarmDashboard,
  type SwarmDashboardProps,
  SwarmGate,
} from "peerswarm/components";
import { memoryNetwork } from "peerswarm/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { statusOf } from "../node/core/support.js";
import { renderStrict, together, turn, within } from "./support.js";

const titles = (): (string | null)[] =>
  screen.getAllByRole("heading", { level: 2 }).map((heading) => heading.textContent);

describe("SwarmDashboard", () => {
  it("composes every panel", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    renderStrict(ada, <SwarmDashboard />);
    expect(titles()).toEqual(["Connection", "Bandwidth", "Peers", "Activity", "Message statistics"]);
    await together(network, ada, bob);
    await turn(network, 1000);
    const states = screen.getAllByRole("region").map(({ dataset }) => dataset.state);
    expect(states).toEqual(["joined", "active", "full", "full", "full"]);
  });

  it("shows the panels that an app chooses, in its order, and its own among them", () => {
    const own = (title: string) => <Panel name="mine" title={title} />;
    const ada = memoryNetwork().swarm();
    render(within(ada, <SwarmDashboard panels={["peers", own("Mine"), own("Yours"), "connection"]} />));
    expect(titles()).toEqual(["Peers", "Mine", "Yours", "Connection"]);
  });

  it("passes the level of titles and a class on", () => {
    const { container } = render(
      within(
        memoryNetwork().swarm(),
        <SwarmDashboard panels={["peers"]} headingLevel={4} className="mine" />,
      ),
    );
    expect(screen.getByRole("heading", { name: "Peers", level: 4 })).toBeTruthy();
    expect(container.firstElementChild?.className).toBe("ps-dashboard mine");
  });

  it("carries no inline style outside the chart", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    const { container } = renderStrict(ada, <SwarmDashboard />);
    await together(network, ada, bob);
    await turn(network, 2000);
    const styled = [...container.querySelectorAll("[style]")].filter((node) => !node.closest(".ps-chart"));
    expect(styled).toEqual([]);
  });
});

describe("a dashboard whose panels the visitor chooses", () => {
  beforeEach(() => localStorage.clear());

  const show = (panels: SwarmDashboardProps["panels"] = ["connection", "peers"]) =>
    renderStrict(memoryNetwork().swarm(), <SwarmDashboard panels={panels} isChoosable />);
  const open = (): Promise<void> => userEvent.click(screen.getByRole("button", { name: "Panels…" }));

  it("begins with those of the app, hides and shows", async () => {
    show();
    expect(titles()).toEqual(["Connection", "Peers"]);
    await open();
    await userEvent.click(screen.getByRole("checkbox", { name: "Connection" }));
    await userEvent.click(screen.getByRole("checkbox", { name: "Tasks" }));
    expect(titles()).toEqual(["Peers", "Tasks"]);
  });

  it("orders them by keyboard, tells where one went, and keeps the focus", async () => {
    show();
    await open();
    screen.getByRole("button", { name: "Move Peers up" }).focus();
    await userEvent.keyboard("{Enter}");
    expect(titles()).toEqual(["Peers", "Connection"]);
    expect(screen.getByText("Peers is number 1 of 2.")).toBeTruthy();
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Move Peers up");
    await userEvent.keyboard("{Enter}");
    expect(titles()).toEqual(["Peers", "Connection"]);
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("checkbox")).toBeNull();
    expect(document.activeElement?.textContent).toBe("Panels…");
  });

  it("finds the choice again, without what it does not know, and forgets it on Reset", async () => {
    localStorage.setItem("peerswarm-dashboard", "witness nonsense constructor witness");
    show();
    expect(titles()).toEqual(["Witness log"]);
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Reset" }));
    expect(titles()).toEqual(["Connection", "Peers"]);
    expect(localStorage.getItem("peerswarm-dashboard")).toBeNull();
  });

  it("keeps the app's own panels, after the chosen ones", async () => {
    show([<Panel key="mine" name="mine" title="Mine" />, "connection"]);
    expect(titles()).toEqual(["Mine", "Connection"]);
    await open();
    await userEvent.click(screen.getByRole("checkbox", { name: "Peers" }));
    expect(titles()).toEqual(["Connection", "Peers", "Mine"]);
  });

  it("keeps what somebody typed into the app's own panel, whatever is shown and hidden before it", async () => {
    const note = (
      <Panel name="mine" title="Mine">
        <input aria-label="Note" />
      </Panel>
    );
    show(["connection", "peers", note]);
    await userEvent.type(screen.getByLabelText("Note"), "milk");
    await open();
    await userEvent.click(screen.getByRole("checkbox", { name: "Connection" }));
    await userEvent.click(screen.getByRole("checkbox", { name: "Tasks" }));
    expect(screen.getByLabelText<HTMLInputElement>("Note").value).toBe("milk");
  });

  it("says so where everything is hidden", async () => {
    show(["connection"]);
    await open();
    await userEvent.click(screen.getByRole("checkbox", { name: "Connection" }));
    expect(screen.getByText("Every panel is hidden.")).toBeTruthy();
  });
});

describe("by keyboard alone", () => {
  beforeEach(() => localStorage.clear());

  it("one joins through the gate, disconnects, comes back, and leaves", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const user = userEvent.setup();
    const focused = (): string | null | undefined =>
      document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent;
    renderStrict(
      ada,
      <SwarmGate>
        <ConnectionPanel />
      </SwarmGate>,
    );
    await user.tab();
    expect(focused()).toBe("Join swarm");
    await user.keyboard("{Enter}");
    await turn(network, 1000);
    expect(statusOf(ada)).toBe("joined");

    const order: (string | null | undefined)[] = [];
    for (let stop = 0; stop < 5; stop++) {
      await user.tab();
      order.push(focused());
    }
    expect(order).toEqual(["Leave", "Copy your peer id", "Reconnect", "Disconnect", "Announce presence"]);
    await user.keyboard(" ");
    expect(inside(screen.getByRole("region")).getByText("Nobody is here to be told.")).toBeTruthy();
    await user.tab({ shift: true });
    await user.keyboard("{Enter}");
    await turn(network, 1000);
    expect(statusOf(ada)).toBe("off");
    screen.getByRole("button", { name: "Reconnect" }).focus();
    await user.keyboard("{Enter}");
    await turn(network, 1000);
    expect(statusOf(ada)).toBe("joined");
    screen.getByRole("button", { name: "Leave" }).focus();
    await user.keyboard("{Enter}");
    await turn(network, 1000);
    expect([statusOf(ada), screen.getByRole("button", { name: "Join swarm" }) !== null]).toEqual([
      "off",
      true,
    ]);
  });
});
