import { fireEvent, render } from "@testing-library/react";
import { SwarmDevtools } from "peerswarm/devtools";
import { memoryNetwork } from "peerswarm/testing";
import { renderToString } from "react-dom/server";
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { SwarmDevtools as InProduction } from "../../src/devtools/production.js";
import { listeners, renderStrict, within } from "./support.js";

beforeEach(() => localStorage.clear());

const hosts = (): NodeListOf<HTMLElement> => document.querySelectorAll('[data-peerswarm="devtools"]');

it("is one, also where everything is mounted twice, and gone after unmounting", () => {
  const swarm = memoryNetwork().swarm();
  const { unmount } = renderStrict(swarm, <SwarmDevtools initialIsOpen />);
  expect(hosts()).toHaveLength(1);
  expect(hosts()[0]?.shadowRoot?.querySelector('[role="dialog"]')).not.toBeNull();
  unmount();
  expect(hosts()).toHaveLength(0);
  expect(listeners(swarm)).toBe(0);
});

it("says so where two remember at the same place, and nothing where each has its own", () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  onTestFinished(() => warn.mockRestore());
  const two = (...keys: [string, string]) => {
    const [first, second] = keys.map((key) => <SwarmDevtools key={key} storageKey={key} />);
    return renderStrict(
      memoryNetwork().swarm(),
      <>
        <div>{first}</div>
        <div>{second}</div>
      </>,
    );
  };
  two("one", "another").unmount();
  expect(warn).not.toHaveBeenCalled();
  two("one", "one").unmount();
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('the storageKey "one"'));
});

it("joins nothing", () => {
  const swarm = memoryNetwork().swarm();
  renderStrict(swarm, <SwarmDevtools initialIsOpen />);
  expect(swarm.store.getSnapshot().status).toBe("off");
});

it("is nothing on a server", () => {
  expect(renderToString(within(memoryNetwork().swarm(), <SwarmDevtools initialIsOpen />))).toBe("");
});

it("is nothing in production", () => {
  const { container } = render(within(memoryNetwork().swarm(), <InProduction initialIsOpen />));
  expect(container.innerHTML).toBe("");
  expect(hosts()).toHaveLength(0);
});

it("is let go by a press that the browser takes away, as it does for a context menu or a gesture", () => {
  renderStrict(memoryNetwork().swarm(), <SwarmDevtools initialIsOpen />);
  const root = hosts()[0]?.shadowRoot;
  const head = root?.querySelector<HTMLElement>(".ps-devtools-head") as HTMLElement;
  const left = () => root?.querySelector<HTMLElement>('[role="dialog"]')?.style.left;
  head.setPointerCapture = () => undefined;
  const before = left();
  fireEvent.pointerDown(head, { button: 0, clientX: 500, clientY: 200 });
  fireEvent.pointerMove(head, { clientX: 480, clientY: 200 });
  const dragged = left();
  expect(dragged).not.toBe(before);
  fireEvent.pointerCancel(head);
  fireEvent.pointerMove(head, { clientX: 400, clientY: 200 });
  expect(left()).toBe(dragged);
  fireEvent.pointerDown(head, { button: 0, clientX: 500, clientY: 200 });
  fireEvent.lostPointerCapture(head);
  fireEvent.pointerMove(head, { clientX: 400, clientY: 200 });
  expect(left()).toBe(dragged);
});
