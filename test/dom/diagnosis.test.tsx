import { notifyManager, QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { act, within as inside, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Swarm } from "peerswarm";
import { DiagnosisPanel, TextsProvider } from "peerswarm/components";
import { diagnosisQueryOptions, swarmKeys, useDiagnosis, useDiagnosisProgress } from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it, vi } from "vitest";
import { probe, renderStrict, settle, together, turn, within } from "./support.js";

// Simulated time does not wait for the timers of the platform.
notifyManager.setScheduler(queueMicrotask);

async function pair() {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm({ name: "Ada" }), network.swarm({ name: "Bob" })];
  await together(network, ada, bob);
  return { network, ada, bob };
}

const region = (): HTMLElement => screen.getByRole("region", { name: "Diagnosis" });
const press = (name: string): Promise<void> => userEvent.click(screen.getByRole("button", { name }));
const status = (): string | null | undefined => inside(region()).getAllByRole("status")[0]?.textContent;
const codes = (): (string | undefined)[] =>
  [...region().querySelectorAll<HTMLElement>("[data-code]")].map(({ dataset }) => dataset.code);

/** The same swarm, whose diagnosis is another one. */
const withDiagnose = (swarm: Swarm, diagnose: Swarm["diagnose"]): Swarm => ({ ...swarm, diagnose });

describe("useDiagnosis", () => {
  it("runs when told to, never by itself, and is shared by all that show it", async () => {
    const { network, ada } = await pair();
    const spy = vi.fn(ada.diagnose);
    const swarm = withDiagnose(ada, spy);
    const first = probe(swarm, () => useDiagnosis());
    const second = probe(swarm, () => useDiagnosis());
    await settle(network);
    expect(first.last()).toMatchObject({ data: undefined, isFetching: false });
    expect(spy).not.toHaveBeenCalled();
    await act(async () => void first.last().refetch());
    expect(second.last().isFetching).toBe(true);
    await turn(network, 1000);
    expect(second.last().data).toMatchObject({ verdict: "well", findings: [] });
    expect(first.last().data).toBe(second.last().data);
    expect(spy).toHaveBeenCalledTimes(1);
    await act(async () => void globalThis.dispatchEvent(new Event("focus")));
    await turn(network, 60_000);
    expect(spy).toHaveBeenCalledTimes(1);
  });

  it("tells how far it is", async () => {
    const { network, ada } = await pair();
    const page = probe(ada, () => [useDiagnosis(), useDiagnosisProgress()] as const);
    expect(page.last()[1]).toEqual([]);
    await act(async () => void page.last()[0].refetch());
    await turn(network, 10);
    const stateOf = (name: string): string | undefined =>
      page.last()[1].find((check) => check.name === name)?.state;
    expect([stateOf("platform"), stateOf("tab")]).toEqual(["passed", "running"]);
    await turn(network, 1000);
    expect(stateOf("tab")).toBe("passed");
  });

  it("has options for a client of the app's, with a key for each swarm", async () => {
    const { network, ada, bob } = await pair();
    const client = new QueryClient();
    function Both() {
      const [one, other] = [useQuery(diagnosisQueryOptions(ada)), useQuery(diagnosisQueryOptions(bob))];
      return `${one.data?.verdict} ${other.data?.verdict}`;
    }
    const { container } = render(
      <QueryClientProvider client={client}>
        <Both />
      </QueryClientProvider>,
    );
    await turn(network, 1000);
    expect(container.textContent).toBe("well well");
    expect(swarmKeys.diagnosis(ada)).not.toEqual(swarmKeys.diagnosis(bob));
    expect(client.getQueryData(swarmKeys.diagnosis(bob))).toMatchObject({ verdict: "well" });
  });
});

describe("DiagnosisPanel", () => {
  it("says that none was run, runs one by keyboard, and says that all is well", async () => {
    const { network, ada } = await pair();
    renderStrict(ada, <DiagnosisPanel />);
    expect(region().dataset.state).toBe("empty");
    expect(inside(region()).getByText("No diagnosis has been run.")).toBeTruthy();
    const button = screen.getByRole("button", { name: "Run diagnosis" });
    button.focus();
    await userEvent.keyboard("{Enter}");
    await turn(network, 10);
    expect([region().dataset.state, status()]).toEqual(["running", "The diagnosis is running."]);
    expect(region().querySelector<HTMLElement>('[data-check="tab"]')?.dataset.state).toBe("running");
    await turn(network, 1000);
    expect([region().dataset.state, status()]).toEqual(["well", "The diagnosis found nothing."]);
    expect(inside(region()).getByText("Everything works as it should.")).toBeTruthy();
    expect(document.activeElement).toBe(button);
    expect(button.textContent).toBe("Run again");
  });

  it("is stopped by the same button, and shows what it showed before", async () => {
    const { network, ada } = await pair();
    renderStrict(ada, <DiagnosisPanel />);
    await press("Run diagnosis");
    await turn(network, 10);
    await press("Stop");
    await settle(network);
    expect(region().dataset.state).toBe("empty");
    await press("Run diagnosis");
    await turn(network, 1000);
    await press("Run again");
    await turn(network, 10);
    await press("Stop");
    await settle(network);
    expect(region().dataset.state).toBe("well");
  });

  it("shows each finding with its severity, its mend and its evidence", async () => {
    const { network, ada } = await pair();
    renderStrict(ada, <DiagnosisPanel />);
    network.server.stop();
    await turn(network, 1000);
    await press("Run diagnosis");
    await turn(network, 2000);
    expect([region().dataset.state, status()]).toEqual(["failing", "The diagnosis has 1 finding."]);
    const note = region().querySelector<HTMLElement>('[data-code="server-unreachable"]');
    expect(note?.dataset.tone).toBe("error");
    expect(note?.textContent).toMatch(/Error.*stopped.*What to do:.*Start it/);
    expect(region().querySelector('[data-check="server"] [data-evidence="signaling"]')?.textContent).toMatch(
      /memory: not connected/,
    );
  });

  it("is copied whole, for those who are asked for help", async () => {
    const { network, ada } = await pair();
    renderStrict(ada, <DiagnosisPanel />);
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Run diagnosis" }));
    await turn(network, 2000);
    await user.click(screen.getByRole("button", { name: "Copy the report" }));
    const report = JSON.parse(await navigator.clipboard.readText());
    expect(report).toMatchObject({ verdict: "well", findings: [], atMs: expect.any(Number) });
    expect(report.checks.length).toBeGreaterThan(3);
  });

  it("says that a note alone needs no mending", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    renderStrict(ada, <DiagnosisPanel />);
    await together(network, ada);
    await press("Run diagnosis");
    await turn(network, 1000);
    expect(codes()).toEqual(["alone"]);
    expect(status()).toBe("The diagnosis has 1 finding, none of which needs mending.");
  });

  it("opens nothing while the swarm is off, unless the person agrees", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    network.server.stop();
    renderStrict(ada, <DiagnosisPanel />);
    await press("Run diagnosis");
    await turn(network, 1000);
    expect(codes()).toEqual(["not-joined"]);
    expect(region().querySelector<HTMLElement>('[data-check="paths"]')?.dataset.state).toBe("skipped");
    await userEvent.click(screen.getByRole("checkbox", { name: /^Also contact/ }));
    await press("Run again");
    await turn(network, 1000);
    expect(codes()).toEqual(["server-unreachable", "not-joined"]);
    network.server.start();
    await together(network, ada);
    expect(screen.queryByRole("checkbox")).toBeNull();
  });

  it("says why it could not be done, and is tried again", async () => {
    const { network, ada } = await pair();
    let isBroken = true;
    const swarm = withDiagnose(ada, (options) =>
      isBroken ? ada.diagnose({ ...options, timeoutMs: -1 }) : ada.diagnose(options),
    );
    renderStrict(swarm, <DiagnosisPanel />);
    await press("Run diagnosis");
    await settle(network);
    expect(region().dataset.state).toBe("error");
    expect(codes()).toEqual(["invalid-option"]);
    isBroken = false;
    await press("Run again");
    await turn(network, 1000);
    expect([region().dataset.state, codes()]).toEqual(["well", []]);
  });

  it("takes other words, those of findings too", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const german = {
      diagnosis: {
        run: "Prüfen",
        finding: ({ code }: { code: string }) => ({ what: `Befund ${code}.`, fix: "Beitreten." }),
      },
    };
    render(
      <TextsProvider texts={german}>
        {within(ada, <DiagnosisPanel title="Befund" headingLevel={3} />)}
      </TextsProvider>,
    );
    await press("Prüfen");
    await turn(network, 1000);
    const panel = screen.getByRole("region", { name: "Befund" });
    expect(panel.textContent).toContain("Befund not-joined.");
    expect(panel.querySelector("h3")?.textContent).toBe("Befund");
  });
});
