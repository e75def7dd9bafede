import { notifyManager, QueryClient, useMutation, useQuery } from "@tanstack/react-query";
import { act, within as inside, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { certificateFromJson, type ProposalDraft, type Swarm, verifyCertificate } from "peerswarm";
import { ConsensusPanel, TextsProvider } from "peerswarm/components";
import {
  certificateQueryOptions,
  proposeMutationOptions,
  useConsensus,
  useProposal,
  useProposals,
  useVoter,
  voteMutationOptions,
} from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { Profiler, type ReactNode, StrictMode } from "react";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { agentOf } from "../node/core/support.js";
import { listeners, probe, renderStrict, settle, together, turn, within } from "./support.js";

const rename: ProposalDraft = { kind: "change", subject: "rename the room", risk: "low", timeoutMs: 60_000 };

// Simulated time does not wait for the timers of the platform.
notifyManager.setScheduler(queueMicrotask);

async function room(count = 3) {
  const network = memoryNetwork({ latencyMs: 10 });
  const names = ["Ada", "Bob", "Eve"];
  const swarms = Array.from({ length: count }, (_, index) => network.swarm({ name: names[index] }));
  await together(network, ...swarms);
  return { network, swarms: swarms as [Swarm, Swarm, Swarm] };
}

const propose = (swarm: Swarm, draft: Partial<ProposalDraft> = {}) => {
  const vote = swarm.consensus.propose({ ...rename, ...draft });
  vote.catch(() => undefined);
  return vote;
};

describe("useConsensus", () => {
  it("proposes, votes, and has the decision", async () => {
    const { network, swarms } = await room();
    const [ada, bob] = swarms;
    const asking = probe(ada, useConsensus);
    const voting = probe(bob, useConsensus);
    act(() => asking.last().propose.mutate(rename));
    await turn(network, 500);
    expect([asking.last().propose.status, asking.last().open.length]).toEqual(["pending", 1]);
    const [proposal] = voting.last().open;
    act(() => voting.last().vote.mutate({ proposalId: proposal?.id ?? "", choice: "yes" }));
    await turn(network, 500);
    expect(voting.last().vote.data).toEqual({ choice: "yes", isNew: true });
    expect(asking.last().propose.data).toMatchObject({ outcome: "approved", reason: "rule-met" });
    expect([asking.last().open, asking.last().proposals.length]).toEqual([[], 1]);
    asking.unmount();
    expect(listeners(ada)).toBe(0);
  });

  it("applies a change only where it is approved, and a vote that is lost is no error", async () => {
    const { network, swarms } = await room();
    const [ada, bob, eve] = swarms;
    for (const swarm of [bob, eve])
      swarm.consensus.onProposal(({ kind }) => (kind === "good" ? "yes" : "no"));
    const { last } = probe(ada, useConsensus);
    const { guard } = last();
    const applied: string[] = [];
    const results = Promise.all(
      ["good", "bad"].map((kind) => guard({ kind, subject: kind, files: [] }, () => applied.push(kind))),
    );
    act(() => last().propose.mutate(rename));
    await turn(network, 1000);
    expect((await results).map((guarded) => guarded.applied)).toEqual([true, false]);
    expect(applied).toEqual(["good"]);
    expect(last().propose).toMatchObject({ status: "success", data: { outcome: "rejected" } });
    expect(last().guard).toBe(guard);
  });

  it("fails with the SwarmError", async () => {
    const { network, swarms } = await room();
    const { last } = probe(swarms[0], useConsensus);
    act(() => last().vote.mutate({ proposalId: "0".repeat(32), choice: "yes" }));
    act(() => last().propose.mutate({ ...rename, subject: "" }));
    await settle(network);
    expect([last().vote.error?.code, last().propose.error?.code]).toEqual([
      "proposal-unknown",
      "invalid-option",
    ]);
  });
});

describe("useProposal, useProposals and options of votes", () => {
  it("follow a vote to its certificate", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const { network, swarms } = await room();
    const [ada, bob] = swarms;
    const { id } = propose(ada);
    const client = new QueryClient();
    const one = probe(bob, () => useProposal(id));
    const count = probe(bob, () => useProposals((proposals) => proposals.length));
    const none = probe(bob, () => useProposal(undefined));
    const vote = probe(bob, () => useMutation(voteMutationOptions(bob), client));
    const certificate = probe(bob, () => useQuery(certificateQueryOptions(bob, id), client));
    await turn(network, 500);
    expect(one.last()).toMatchObject({ state: "open", canVote: true });
    expect(certificate.last().data).toBeNull();
    act(() => vote.last().mutate({ proposalId: id, choice: "yes" }));
    await turn(network, 500);
    expect(one.last()).toMatchObject({ state: "decided", outcome: "approved", ballot: "yes" });
    expect([count.last(), count.values.length, none.last()]).toEqual([1, 2, undefined]);
    await act(() => vi.advanceTimersByTimeAsync(1000));
    await settle(network);
    const { data } = certificate.last();
    const verdict = data && (await verifyCertificate(data, { roster: swarms.map(agentOf) }));
    expect(verdict).toMatchObject({ isValid: true, outcome: "approved" });
    const again = probe(ada, () => useMutation(proposeMutationOptions(ada), client));
    expect(again.last().status).toBe("idle");
  });
});

describe("useVoter", () => {
  it("answers by the policy of the last render while it is mounted, also what is open", async () => {
    const { network, swarms } = await room(2);
    const [ada, bob] = swarms;
    const first = propose(ada, { subject: "first" });
    await turn(network, 100);
    function Voter({ choice }: { readonly choice: string | undefined }): ReactNode {
      useVoter(({ subject }) => (subject === "never" ? undefined : choice));
      return null;
    }
    const ui = (inner: ReactNode): ReactNode => <StrictMode>{within(bob, inner)}</StrictMode>;
    const page = render(ui(<Voter choice="yes" />));
    await turn(network, 500);
    expect((await first).outcome).toBe("approved");
    page.rerender(ui(<Voter choice="no" />));
    const second = propose(ada, { subject: "second" });
    await turn(network, 500);
    expect((await second).outcome).toBe("rejected");
    page.rerender(ui(null));
    propose(ada, { subject: "third" });
    await turn(network, 500);
    expect(bob.store.getSnapshot().consensus.proposals[0]).toMatchObject({ subject: "third", state: "open" });
    expect(bob.store.getSnapshot().consensus.proposals[0]?.ballot).toBeUndefined();
  });
});

describe("ConsensusPanel", () => {
  const panel = (): HTMLElement => screen.getByRole("region", { name: "Consensus" });
  const button = (name: string | RegExp): HTMLElement => inside(panel()).getByRole("button", { name });
  const row = (state: string): HTMLElement =>
    panel().querySelector(`.ps-item[data-state="${state}"]`) as HTMLElement;

  it("puts to the vote what a person writes", async () => {
    const { network, swarms } = await room();
    const [ada, bob] = swarms;
    renderStrict(ada, <ConsensusPanel />);
    expect(panel().dataset.state).toBe("empty");
    await userEvent.click(button("Propose…"));
    expect(document.activeElement).toBe(inside(panel()).getByLabelText("Subject"));
    await userEvent.keyboard("Delete the archive");
    await userEvent.type(inside(panel()).getByLabelText("Rationale"), "Nobody reads it.");
    await userEvent.selectOptions(inside(panel()).getByLabelText("Risk"), "high");
    await userEvent.click(button("Put to the vote"));
    await turn(network, 500);
    expect(document.activeElement).toBe(button("Propose…"));
    expect(bob.store.getSnapshot().consensus.proposals[0]).toMatchObject({
      kind: "change",
      subject: "Delete the archive",
      rationale: "Nobody reads it.",
      risk: "high",
    });
    expect(row("open").textContent).toContain("more than half of 3; quorum 2");
    expect(row("open").textContent).toContain("You voted: Yes");
    await userEvent.click(button("Withdraw Delete the archive"));
    await turn(network, 500);
    expect(row("decided").textContent).toContain("its proposer withdrew it");
    expect(row("decided").contains(document.activeElement)).toBe(true);
  });

  it("keeps what was written where it cannot be proposed", async () => {
    const { network, swarms } = await room();
    const [ada] = swarms;
    renderStrict(ada, <ConsensusPanel />);
    vi.spyOn(ada.consensus, "propose").mockImplementation(() => {
      const failing = Promise.reject(new Error("full"));
      return Object.assign(failing, { id: "" });
    });
    await userEvent.click(button("Propose…"));
    await userEvent.keyboard("Keep me");
    await userEvent.click(button("Put to the vote"));
    await settle(network);
    expect(inside(panel()).getByRole("alert").textContent).toContain("full");
    await userEvent.click(button("Propose…"));
    expect(inside(panel()).getByLabelText<HTMLInputElement>("Subject").value).toBe("Keep me");
    await userEvent.keyboard("{Escape}");
    expect(inside(panel()).queryByRole("form")).toBeNull();
  });

  it("votes by keyboard, counts down, and keeps the focus in the row", async () => {
    const { network, swarms } = await room();
    const [ada, bob] = swarms;
    renderStrict(bob, <ConsensusPanel />);
    propose(ada, { rule: { kind: "unanimous", veto: true } });
    await turn(network, 2000);
    expect(inside(panel()).getByText("1 vote waits for your ballot.")).toBeTruthy();
    expect(row("open").textContent).toContain("all 3; quorum 2; any no is a veto");
    expect(inside(row("open")).getByRole("timer").textContent).toMatch(/^0:5\d left$/);
    act(() => button("Yes: rename the room").focus());
    await userEvent.keyboard("{Enter}");
    await turn(network, 500);
    expect(row("open").textContent).toContain("You voted: Yes");
    expect(document.activeElement).toBe(
      inside(panel()).getByRole("group", { name: "Your ballot on rename the room" }),
    );
    const legend = [...row("open").querySelectorAll(".ps-legend li")].map(({ textContent }) => textContent);
    expect(legend).toEqual(["Yes 2", "No 0", "Abstain 0", "Not voted 1", "Needed 3"]);
  });

  it("offers the options, and says which one won", async () => {
    const { network, swarms } = await room();
    const [ada, bob, eve] = swarms;
    renderStrict(bob, <ConsensusPanel />);
    propose(ada, { options: ["<i>red</i>", "blue"], ballot: "blue" });
    await turn(network, 500);
    await userEvent.click(button("blue: rename the room"));
    await turn(network, 500);
    expect(row("decided").textContent).toContain("“blue” won");
    expect(panel().querySelector("i")).toBeNull();
    expect(eve.store.getSnapshot().consensus.proposals[0]?.winner).toBe("blue");
  });

  it("shows who voted what, and the certificate, to copy and to verify", async () => {
    const { network, swarms } = await room();
    const [ada, bob, eve] = swarms;
    eve.consensus.onProposal(() => "yes");
    renderStrict(bob, <ConsensusPanel />);
    propose(ada);
    await turn(network, 1000);
    const user = userEvent.setup();
    await user.click(button("rename the room"));
    await settle(network);
    const ballots = row("decided").querySelectorAll('[data-fact="ballots"] li');
    expect([...ballots].map(({ textContent }) => textContent?.replace(/[a-z2-7]{8}/, "#")).sort()).toEqual([
      "Ada #Yes",
      "Eve #Yes",
      "youNot voted",
    ]);
    await user.click(await inside(panel()).findByRole("button", { name: "Copy the certificate" }));
    const copied = certificateFromJson(await navigator.clipboard.readText());
    expect(copied && (await verifyCertificate(copied, { roster: "as-proposed" }))).toMatchObject({
      isValid: true,
    });
    await user.click(button("Verify the certificate of rename the room"));
    expect(await inside(panel()).findByText("It holds: Approved, by 2 signed ballots.")).toBeTruthy();
  });

  it("says that nobody has told how a vote ended", async () => {
    const { network, swarms } = await room();
    const [ada, bob] = swarms;
    render(
      within(
        bob,
        <TextsProvider texts={{ consensus: { unresolved: "Offen geblieben" } }}>
          <ConsensusPanel />
        </TextsProvider>,
      ),
    );
    propose(ada, { timeoutMs: 5000 });
    await turn(network, 500);
    void ada.leave();
    await turn(network, 600_000);
    expect(row("unresolved").textContent).toContain("Offen geblieben");
  });

  it("renders only rows in sight of hundreds, and none for what is not shown", async () => {
    const { network, swarms } = await room();
    const [, bob] = swarms;
    for (let n = 0; n < 40; n++) {
      const { id } = propose(bob, { subject: `${n}` });
      await turn(network, 20);
      void bob.consensus.withdraw(id);
    }
    for (const swarm of swarms) {
      for (let n = 0; n < 16; n++) propose(swarm, { subject: `${n}`, ballot: false });
    }
    await turn(network, 2000);
    let renders = 0;
    render(
      within(
        bob,
        <Profiler id="consensus" onRender={() => renders++}>
          <ConsensusPanel />
        </Profiler>,
      ),
    );
    expect(bob.store.getSnapshot().consensus.proposals.length).toBeGreaterThan(80);
    expect(panel().querySelectorAll("[data-proposal-id]").length).toBeLessThan(60);
    const before = renders;
    await act(async () => {
      bob.announce({ goals: ["none"] });
      await network.settle();
    });
    expect(renders).toBe(before);
  });
});
