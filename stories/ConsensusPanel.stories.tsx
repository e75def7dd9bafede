import type { Decorator, Meta, StoryObj } from "@storybook/react-vite";
import {
  type Cancel,
  type Certificate,
  createIdentity,
  type ProposalDraft,
  type ProposalId,
  type Swarm,
} from "peerswarm";
import { ConsensusPanel } from "peerswarm/components";
import { SwarmProvider, useSwarm } from "peerswarm/react";
import type { MockSwarm } from "peerswarm/testing";
import { type ReactNode, useMemo } from "react";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fits, fitsInGerman, tabTo } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { inTurn, type Script } from "./support/scripts.js";

const MINUTES = 60_000;

const archive: ProposalDraft = {
  kind: "change",
  subject: "Delete the archive of 2019",
  rationale: "Nobody has read it for three years, and it takes 40 GB on every machine.",
  risk: "high",
  rule: { kind: "two-thirds", veto: true },
  timeoutMs: 10 * MINUTES,
};
const rename: ProposalDraft = {
  kind: "change",
  subject: "Rename the room to “library”",
  risk: "low",
  timeoutMs: 5 * MINUTES,
};
const colour: ProposalDraft = {
  kind: "design",
  subject: "Which colour shall the door have?",
  risk: "low",
  options: ["red", "blue", "the green of the old one"],
  timeoutMs: 5 * MINUTES,
};

const nothing: Script = () => undefined;

/** The member at this place puts something to the vote; `you` is the swarm that is looked at. */
const propose =
  (by: number | "you", draft: ProposalDraft): Script =>
  ({ swarm, peers }) => {
    const proposer = by === "you" ? swarm : peers[by]?.swarm;
    // What became of it is on the panel; one that is closed meanwhile is over.
    proposer?.consensus.propose(draft).catch(() => undefined);
    return undefined;
  };

/** What the members say, by place; what is left out waits. */
const votes =
  (choices: readonly (string | undefined)[]): Script =>
  ({ peers }) =>
    together(peers.map((peer, place) => peer.swarm.consensus.onProposal(() => choices[place])));

function together(stops: readonly Cancel[]): Cancel {
  return () => {
    for (const stop of stops) stop();
  };
}

/**
 * Votes: what is open, with its rule in words, the tally and buttons to vote by hand; then what was decided, and on
 * request who voted what and the certificate, to copy, keep and verify.
 */
const meta = {
  title: "Panels/ConsensusPanel",
  component: ConsensusPanel,
  parameters: {
    ...onNetwork({
      peers: 4,
      script: inTurn(
        votes(["yes", "yes", undefined, "abstain"]),
        propose("you", { ...rename, subject: "Update the dependencies" }),
        propose(2, archive),
        propose(3, { ...rename, ballot: "no", rule: "unanimous" }),
        propose(2, { ...colour, ballot: "blue" }),
      ),
      historyMs: 2000,
    }),
  },
} satisfies Meta<typeof ConsensusPanel>;

export default meta;
type Story = StoryObj<typeof meta>;

const panelIn = (canvas: ReturnType<typeof within>): Promise<HTMLElement> =>
  canvas.findByRole("region", { name: "Consensus" });
const button = (panel: HTMLElement, name: string): Promise<HTMLElement> =>
  within(panel).findByRole("button", { name });

/** Lets simulated time pass until the panel has this. */
async function until(mock: MockSwarm, panel: HTMLElement, selector: string): Promise<HTMLElement> {
  return waitFor(async () => {
    await mock.advance(500);
    const found = panel.querySelector<HTMLElement>(selector);
    expect(found).not.toBeNull();
    return found as HTMLElement;
  });
}

/** Open ones on top, then what was decided. */
export const Full: Story = {
  tags: ["full"],
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    const open = await until(mock, panel, '[data-state="open"][data-risk="high"]');
    expect(open).toHaveTextContent("two thirds of 5; quorum 3; any no is a veto");
    expect(within(open).getByRole("timer")).toHaveTextContent(/left/);
    await until(mock, panel, '[data-outcome="approved"]');
    await until(mock, panel, '[data-outcome="rejected"]');
  },
};

/** Nothing has been put to the vote. */
export const Empty: Story = {
  tags: ["empty"],
  parameters: onNetwork({ peers: 1, script: nothing, historyMs: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "empty");
    expect(within(panel).getByText("Nothing has been put to the vote yet.")).toBeVisible();
  },
};

/** Before the room is entered nothing can be proposed. */
export const Off: Story = {
  parameters: onNetwork({ status: "off", peers: 0, script: nothing }),
  play: async ({ canvas }) => expect(await button(await panelIn(canvas), "Propose…")).toBeDisabled(),
};

/** By keyboard: a ballot is cast, it is shown, and the focus stays in the row. */
export const VoteByHand: Story = {
  parameters: onNetwork({ peers: 2, script: propose(0, archive), historyMs: 1500 }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    (await button(panel, `Yes: ${archive.subject}`)).focus();
    await userEvent.keyboard("{Enter}");
    await (await mockOf(canvasElement)).advance(500);
    expect(await within(panel).findByText("You voted: Yes")).toBeVisible();
    expect(panel.contains(document.activeElement)).toBe(true);
    // Screen readers hear it.
    const news = await within(panel).findByText(`${archive.subject}: Yes 2, No 0, Abstain 0; 1 not voted.`);
    expect(news).toHaveAttribute("role", "status");
  },
};

/** Options instead of yes and no. */
export const Options: Story = {
  parameters: onNetwork({
    peers: 4,
    script: inTurn(votes(["blue", "red", "the green of the old one", undefined]), propose(3, colour)),
    historyMs: 1500,
  }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await userEvent.click(await button(panel, `blue: ${colour.subject}`));
    expect(await within(panel).findByText("You voted: blue")).toBeVisible();
  },
};

/** A person proposes. */
export const Proposing: Story = {
  parameters: onNetwork({ peers: 2, script: nothing, historyMs: 1000 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await userEvent.click(await button(panel, "Propose…"));
    await userEvent.keyboard("Close the library on Sundays");
    await userEvent.selectOptions(within(panel).getByLabelText("Risk"), "medium");
  },
};

/** Who voted what, and the certificate of a vote, verified. */
export const Decided: Story = {
  parameters: onNetwork({
    peers: 4,
    script: inTurn(votes(["yes", "yes", "no", undefined]), propose("you", rename)),
    historyMs: 2000,
  }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await until(await mockOf(canvasElement), panel, '[data-outcome="approved"]');
    await userEvent.click(await button(panel, rename.subject));
    await userEvent.click(await button(panel, `Verify the certificate of ${rename.subject}`));
    expect(await within(panel).findByText(/^It holds: Approved/)).toBeVisible();
  },
};

/** One of the members said yes here and no there: its ballot counts as none, and what it signed is kept. */
export const Equivocated: Story = {
  parameters: onNetwork({ peers: 2, script: nothing, historyMs: 1000 }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    const devices = await twoDevices(mock);
    const vote = mock.swarm.consensus.propose({ ...archive, rule: "majority", ballot: false });
    // One that is closed meanwhile is over.
    vote.catch(() => undefined);
    const hasHeard = ({ store }: Swarm): boolean => store.getSnapshot().consensus.proposals.length > 0;
    await waitFor(async () => {
      await mock.advance(200);
      expect(devices.every(hasHeard)).toBe(true);
    });
    const cast = Promise.all(
      devices.map(({ consensus }, place) => consensus.vote(vote.id, place === 0 ? "yes" : "no")),
    );
    const row = await until(mock, panel, '.ps-item[data-state="open"]:has(.ps-flag)');
    await cast;
    await userEvent.click(within(row).getByRole("button", { name: archive.subject }));
    expect(row.querySelector('[data-evidence="ballots"]')).toHaveTextContent("Mallory");
    await mock.advance(1000);
    expect(row.querySelector('.ps-legend [data-look="equivocated"]')).toHaveTextContent("1");
  },
};

/** One agent on two devices that do not know of each other, as one that says what it likes. */
async function twoDevices(mock: MockSwarm): Promise<readonly Swarm[]> {
  const identity = await createIdentity();
  const { room } = mock.swarm.getSignalingStatus();
  const devices = ["laptop", "telephone"].map((name) =>
    mock.network.host(name).swarm({ name: "Mallory", identity, room }),
  );
  for (const device of devices) device.join().catch(() => undefined);
  const here = (): number => mock.swarm.store.getSnapshot().peers.length;
  const others = mock.peers.length + devices.length;
  await waitFor(async () => {
    await mock.advance(200);
    expect(here()).toBe(others);
  });
  return devices;
}

/** The same swarm with other certificates: as if somebody had been at what is kept. */
const forging: Decorator = (Story) => {
  function Inside(): ReactNode {
    const swarm = useSwarm();
    const forged = useMemo((): Swarm => {
      const certificate = async (id: ProposalId): Promise<Certificate | undefined> => {
        const real = await swarm.consensus.certificate(id);
        return real && { ...real, signature: real.signature.map((byte) => byte ^ 1) };
      };
      return { ...swarm, consensus: { ...swarm.consensus, certificate } };
    }, [swarm]);
    return (
      <SwarmProvider swarm={forged}>
        <Story />
      </SwarmProvider>
    );
  }
  return <Inside />;
};

/** A certificate that proves nothing, and why. */
export const CertificateBroken: Story = {
  ...Decided,
  decorators: [forging],
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await until(await mockOf(canvasElement), panel, '[data-outcome="approved"]');
    await userEvent.click(await button(panel, rename.subject));
    await userEvent.click(await button(panel, `Verify the certificate of ${rename.subject}`));
    const words = await within(panel).findByText(/^It does not hold: a signature/);
    expect(words).toHaveAttribute("data-valid", "false");
  },
};

/** What is over, without what is open; screen readers hear how each ended. */
export const Filtered: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await until(await mockOf(canvasElement), panel, '[data-outcome="approved"]');
    await userEvent.click(within(panel).getByRole("radio", { name: /^Ended/ }));
    expect(panel.querySelector('[data-state="open"].ps-item')).toBeNull();
    expect(panel.querySelector('[data-state="decided"]')).not.toBeNull();
  },
};

/** Without a pointer: something is put to the vote, another one is voted on, and a certificate is verified. */
export const Keyboard: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    await until(mock, panel, '[data-outcome="approved"]');
    await tabTo(await button(panel, "Propose…"));
    await userEvent.keyboard("{Enter}Close the library{Enter}");
    await until(mock, panel, '[data-outcome="approved"] ~ [data-outcome="approved"]');
    await tabTo(await button(panel, `Yes: ${archive.subject}`));
    await userEvent.keyboard(" ");
    const row = await until(mock, panel, '[data-risk="high"][data-outcome="approved"]');
    expect(row).toHaveTextContent("You voted: Yes");
    await tabTo(within(panel).getByRole("radio", { name: /^All/ }));
    await userEvent.keyboard("{ArrowLeft}");
    await tabTo(await button(panel, "Update the dependencies"));
    await userEvent.keyboard("{Enter}");
    await tabTo(await button(panel, "Verify the certificate of Update the dependencies"));
    await userEvent.keyboard("{Enter}");
    expect(await within(panel).findByText(/^It holds: Approved/)).toBeVisible();
  },
};

/** Withdrawn by its proposer. */
export const Withdrawn: Story = {
  parameters: onNetwork({ peers: 2, script: propose("you", archive), historyMs: 1500 }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await userEvent.click(await button(panel, `Withdraw ${archive.subject}`));
    const row = await until(await mockOf(canvasElement), panel, '[data-outcome="rejected"]');
    expect(row).toHaveTextContent("its proposer withdrew it");
  },
};

/** Too few have voted when its time was over. */
export const NoQuorum: Story = {
  tags: ["trouble"],
  parameters: onNetwork({
    peers: 4,
    script: propose("you", { ...rename, timeoutMs: 2000 }),
    historyMs: 3000,
  }),
  play: async ({ canvas, canvasElement }) => {
    await until(await mockOf(canvasElement), await panelIn(canvas), '[data-outcome="no-quorum"]');
  },
};

/** Its proposer went away, and nobody knows how it ended. */
export const Unresolved: Story = {
  parameters: onNetwork({
    peers: 2,
    script: inTurn(propose(0, { ...rename, timeoutMs: 5000 }), ({ peers, host }) =>
      host.runtime.clock.setTimer(1000, () => void peers[0]?.swarm.leave()),
    ),
    historyMs: 2000,
  }),
  play: async ({ canvas, canvasElement }) => {
    const mock = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await mock.advance(10 * MINUTES);
    const row = await until(mock, panel, '[data-state="unresolved"]');
    expect(row).toHaveTextContent("has not told how it ended");
  },
};

/** As many as can be open, and more that were decided: only the rows in sight are rendered. */
export const Many: Story = {
  tags: ["crowded"],
  parameters: onNetwork({
    peers: 5,
    script: ({ peers }) => {
      for (const [place, { swarm }] of peers.entries())
        for (let n = 0; n < 16; n++)
          swarm.consensus
            .propose({ ...rename, subject: `Proposal ${place * 16 + n}`, ballot: false })
            .catch(() => undefined);
      return undefined;
    },
    historyMs: 3000,
  }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await until(await mockOf(canvasElement), panel, "[data-long]");
    expect(panel.querySelectorAll(".ps-item").length).toBeLessThan(60);
    expect(within(panel).getByText("80 open")).toBeVisible();
  },
};

/** 320 px wide, with texts that do not fit. */
export const Narrow: Story = {
  globals: { width: "320px" },
  parameters: onNetwork({
    peers: [{ name: `Maximiliana-${"Wilhelmina-".repeat(4)}` }, { name: "Ben" }, { name: "Cleo" }],
    script: inTurn(
      votes([undefined, "yes", undefined]),
      propose(0, {
        ...archive,
        kind: "kind-".repeat(12),
        subject: `Verylongword${"x".repeat(120)}`,
        rationale: "A rationale of many words. ".repeat(40),
      }),
      propose(2, { ...colour, options: ["o".repeat(64), "p".repeat(64)] }),
    ),
    historyMs: 1500,
  }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const row = await until(await mockOf(canvasElement), panel, '[data-risk="high"][data-state="open"]');
    await userEvent.click(within(row).getByRole("button", { expanded: false }));
    await userEvent.click(await button(panel, "Propose…"));
    expectNoOverflow(panel);
    expectNoOverflow(panel.querySelector(".ps-scroll") as HTMLElement);
  },
};

/** In the dark theme. */
export const Dark: Story = {
  globals: { theme: "dark" },
  play: async ({ canvas }) => expect(getComputedStyle(await panelIn(canvas)).colorScheme).toBe("dark"),
};

/** The first answer of the server has not come. Time stands still in this story. */
export const Joining: Story = {
  tags: ["loading"],
  parameters: onNetwork({ status: "joining", historyMs: 0 }),
  play: fits,
};

/** From right to left. */
export const RightToLeft: Story = {
  globals: { direction: "rtl" },
  play: fits,
};

/** In German, whose long words have to fit into 320 px, too. */
export const German: Story = {
  globals: { locale: "de", width: "320px" },
  play: fitsInGerman,
};
