import type { Meta, StoryObj } from "@storybook/react-vite";
import type { ArtifactContent, PutOptions, ReflectionDraft, Swarm } from "peerswarm";
import { SwarmError } from "peerswarm";
import { KnowledgePanel } from "peerswarm/components";
import type { MockSwarm } from "peerswarm/testing";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fits, fitsInGerman, tabTo } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { inTurn, type Script } from "./support/scripts.js";

const KIB = 1024;

/** The swarm that is looked at, or one of the others. */
const memberOf = ({ swarm, peers }: MockSwarm, who: "you" | number): Swarm =>
  who === "you" ? swarm : (peers[who]?.swarm ?? swarm);

const put =
  (who: "you" | number, content: ArtifactContent, options: PutOptions): Script =>
  (mock) =>
    void memberOf(mock, who)
      .knowledge.put(content, options)
      .catch(() => undefined);

const learn =
  (who: "you" | number, draft: ReflectionDraft): Script =>
  (mock) => {
    const { reflections } = memberOf(mock, who);
    reflections.add(draft).then(
      () => reflections.shareSuccess(),
      () => undefined,
    );
    return undefined;
  };

/** Content that packs no smaller. */
const noise = (bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, index) => (index * 2654435761) >>> 24);

const shelf = inTurn(
  put("you", "# Minutes\n\nWe agreed to share the sieve.", {
    title: "Minutes of Monday",
    mediaType: "text/markdown",
    tags: ["minutes"],
  }),
  put("you", { limit: 1_000_000, primes: 78_498 }, { title: "Primes below a million", share: true }),
  put(0, "A sieve of Eratosthenes in segments of 32 KiB fits the first cache.", {
    title: "How to sieve fast",
    tags: ["primes", "sieve"],
    share: true,
  }),
  put(1, noise(300 * KIB), { title: "weights.bin", mediaType: "application/octet-stream", share: true }),
  learn("you", {
    task: "Sieve up to a billion",
    outcome: "success",
    lesson: "Segments beat one big array by a factor of four.",
    tags: ["primes"],
  }),
  learn("you", {
    task: "Sieve with Map",
    outcome: "failure",
    lesson: "A Map of flags takes forty times the memory.",
  }),
  learn(0, {
    task: "Render tiles in parallel",
    outcome: "success",
    lesson: "Small tiles in the middle, large ones at the edge.",
    tags: ["fractal"],
  }),
);

/**
 * What is known here and in the room: artifacts and reflections, how much space they take, a search that asks every
 * peer, and everything as one file out and in.
 */
const meta = {
  title: "Panels/KnowledgePanel",
  component: KnowledgePanel,
  parameters: { ...onNetwork({ peers: 3, script: shelf, historyMs: 10_000 }) },
} satisfies Meta<typeof KnowledgePanel>;

export default meta;
type Story = StoryObj<typeof meta>;

type Canvas = ReturnType<typeof within>;

const panelIn = (canvas: Canvas): Promise<HTMLElement> => canvas.findByRole("region", { name: "Knowledge" });

async function untilState(panel: HTMLElement, state: string): Promise<void> {
  await waitFor(() => expect(panel).toHaveAttribute("data-state", state));
}

const row = (panel: HTMLElement, name: string | RegExp): Promise<HTMLElement> =>
  within(panel).findByRole("button", { name, expanded: false });
const button = (panel: HTMLElement, name: string | RegExp): Promise<HTMLElement> =>
  within(panel).findByRole("button", { name });

async function fullPanel(canvas: Canvas): Promise<HTMLElement> {
  const panel = await panelIn(canvas);
  await untilState(panel, "full");
  await row(panel, "weights.bin");
  return panel;
}

/** Opens a part that is folded away. */
async function unfold(panel: HTMLElement, summary: string): Promise<void> {
  await userEvent.click(within(panel).getByText(summary));
}

/** Chooses a file as a person does: forms and their checks see it. */
function choose(input: HTMLElement, file: File): void {
  const chosen = new DataTransfer();
  chosen.items.add(file);
  (input as HTMLInputElement).files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Own artifacts and those of others, here and with others, shared and not. */
export const Full: Story = {
  tags: ["full"],
  play: async ({ canvas }) => {
    const panel = await fullPanel(canvas);
    const bar = within(panel).getByRole("progressbar", { name: /^Space used/ });
    expect(bar).toHaveAttribute("aria-valuetext", expect.stringMatching(/ of 256\.0 MB$/));
    expect(within(panel).getByRole("list", { name: "Artifacts" }).children).toHaveLength(4);
    expect(within(panel).getByText("Only here")).toBeVisible();
  },
};

/** What is known of one artifact, opened by keyboard. */
export const Detail: Story = {
  play: async ({ canvas }) => {
    const panel = await fullPanel(canvas);
    const minutes = await row(panel, "Minutes of Monday");
    minutes.focus();
    await userEvent.keyboard("{Enter}");
    expect(within(panel).getByText("text/markdown", { selector: "dd bdi" })).toBeVisible();
    expect(await button(panel, "Save Minutes of Monday as a file")).toBeVisible();
    await userEvent.click(await button(panel, "Share Minutes of Monday with everyone"));
    await waitFor(() => expect(within(panel).getByText(/^Shared\. 3 peers know/)).toBeVisible());
  },
};

/** Content that others have comes on request, block by block. */
export const Fetched: Story = {
  play: async ({ canvas, canvasElement }) => {
    const mock = await mockOf(canvasElement);
    const panel = await fullPanel(canvas);
    await userEvent.click(await row(panel, "weights.bin"));
    await userEvent.click(await button(panel, "Fetch weights.bin"));
    await waitFor(async () => {
      await mock.advance(200);
      expect(within(panel).getByRole("button", { name: "Save weights.bin as a file" })).toBeVisible();
    });
  },
};

/** It comes slowly, and can be called off. */
export const Fetching: Story = {
  parameters: onNetwork({
    peers: 1,
    network: { bytesPerSecond: 40_000 },
    script: put(0, noise(900 * KIB), { title: "weights.bin", share: true }),
    historyMs: 5000,
  }),
  play: async ({ canvas }) => {
    const panel = await fullPanel(canvas);
    await userEvent.click(await row(panel, "weights.bin"));
    await userEvent.click(await button(panel, "Fetch weights.bin"));
    expect(await within(panel).findByRole("progressbar", { name: "Progress of weights.bin" })).toBeVisible();
    expect(await button(panel, "Cancel the fetch of weights.bin")).toBeVisible();
  },
};

/** Its author goes away in the middle: the row says so, and it can be asked for again. */
export const Interrupted: Story = {
  ...Fetching,
  play: async (context) => {
    await Fetching.play?.(context);
    const mock = await mockOf(context.canvasElement);
    const panel = await panelIn(context.canvas);
    void mock.peers[0]?.swarm.leave();
    await waitFor(async () => {
      await mock.advance(2000);
      expect(panel.querySelector('[data-code^="knowledge-"]')).toBeVisible();
    });
    expect(await button(panel, "Fetch weights.bin")).toBeEnabled();
  },
};

/** Without a pointer: something is searched for, opened, and asked to be forgotten; the harmless answer is given. */
export const Keyboard: Story = {
  play: async ({ canvas }) => {
    const panel = await fullPanel(canvas);
    await tabTo(within(panel).getByRole("searchbox"));
    await userEvent.keyboard("Minutes");
    const found = await row(panel, "Minutes of Monday");
    await within(panel).findByText(/^1 /);
    await tabTo(found);
    await userEvent.keyboard("{Enter}");
    await tabTo(await button(panel, /^Remove Minutes of Monday/));
    await userEvent.keyboard("{Enter}{Escape}");
    expect(await button(panel, /^Remove Minutes of Monday/)).toHaveFocus();
  },
};

/** From right to left, with titles in scripts of both directions. */
export const MixedScripts: Story = {
  globals: { direction: "rtl" },
  parameters: onNetwork({
    peers: 1,
    script: inTurn(
      put(0, noise(30 * KIB), { title: "פרוטוקול הישיבה של יום שני (v2.pdf)", share: true }),
      put("you", "x", {
        title: `A long English title ${"that goes on ".repeat(15)}and ends`,
        tags: ["עברית"],
      }),
    ),
    historyMs: 5000,
  }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await untilState(panel, "full");
    await userEvent.click(await row(panel, /A long English title/));
    expectNoOverflow(panel);
  },
};

/** Its author has gone, and nobody else has it. */
export const Unavailable: Story = {
  play: async ({ canvas, canvasElement }) => {
    const mock = await mockOf(canvasElement);
    const panel = await fullPanel(canvas);
    void mock.peers[1]?.swarm.leave();
    await mock.advance(2000);
    await userEvent.click(await row(panel, "weights.bin"));
    await userEvent.click(await button(panel, "Fetch weights.bin"));
    await waitFor(async () => {
      await mock.advance(2000);
      expect(panel.querySelector('[data-code^="knowledge-"]')).toBeVisible();
    });
  },
};

/** Asks before it forgets, and the answer that does no harm has the focus. */
export const Removing: Story = {
  play: async ({ canvas }) => {
    const panel = await fullPanel(canvas);
    await userEvent.click(await row(panel, "Minutes of Monday"));
    await userEvent.click(await button(panel, "Remove Minutes of Monday…"));
    expect(within(panel).getByRole("button", { name: "Cancel" })).toHaveFocus();
    await userEvent.click(within(panel).getByRole("button", { name: "Remove" }));
    expect(await within(panel).findByText("“Minutes of Monday” is removed.")).toHaveFocus();
    expect(within(panel).getByRole("list", { name: "Artifacts" }).children).toHaveLength(3);
  },
};

/** What was learned, here and by others; what others shared waits to be integrated. */
export const Reflections: Story = {
  play: async ({ canvas }) => {
    const panel = await fullPanel(canvas);
    await userEvent.click(within(panel).getByRole("radio", { name: /Reflections/ }));
    await userEvent.click(await row(panel, "Render tiles in parallel"));
    await userEvent.click(await button(panel, "Integrate what was learned from Render tiles in parallel"));
    expect((await within(panel).findAllByText(/^shared_from_/))[0]).toBeVisible();
  },
};

/** Artifacts and reflections together, with who has each. */
export const Search: Story = {
  play: async ({ canvas, canvasElement }) => {
    const mock = await mockOf(canvasElement);
    const panel = await fullPanel(canvas);
    await userEvent.type(within(panel).getByRole("searchbox", { name: "Search the swarm" }), "sieve");
    await waitFor(async () => {
      await mock.advance(500);
      expect(within(panel).getByText(/hits, best first\./)).toBeVisible();
    });
    const hits = within(panel).getByRole("list", { name: "Search the swarm" });
    expect(within(hits).getByText("How to sieve fast")).toBeVisible();
    expect(within(hits).getAllByText("Reflection").length).toBeGreaterThan(0);
  },
};

/** Nobody has it. */
export const NothingFound: Story = {
  play: async ({ canvas, canvasElement }) => {
    const mock = await mockOf(canvasElement);
    const panel = await fullPanel(canvas);
    await userEvent.type(within(panel).getByRole("searchbox"), "zeppelin");
    await waitFor(async () => {
      await mock.advance(500);
      expect(within(panel).getByText("Nothing fits “zeppelin”.")).toBeVisible();
    });
  },
};

/** A note is written by hand. */
export const Adding: Story = {
  parameters: onNetwork({ peers: 1, historyMs: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await untilState(panel, "empty");
    await unfold(panel, "Add something");
    await userEvent.type(within(panel).getByLabelText("Title"), "Shopping");
    await userEvent.type(within(panel).getByLabelText("Text"), "Apples");
    await userEvent.click(await button(panel, "Add"));
    expect(await within(panel).findByText("“Shopping” is kept here.")).toBeVisible();
    await userEvent.click(await row(panel, "Shopping"));
  },
};

/** There is no room for it, and what can be done about that. */
export const QuotaFull: Story = {
  parameters: onNetwork({
    peers: 1,
    swarm: { knowledge: { maxBytes: 1024 * KIB } },
    script: put("you", noise(850 * KIB), { title: "weights.bin" }),
    historyMs: 1000,
  }),
  play: async ({ canvas }) => {
    const panel = await fullPanel(canvas);
    await waitFor(() => expect(panel.querySelector('.ps-usage[data-level="full"]')).toBeVisible());
    await unfold(panel, "Add something");
    await userEvent.click(within(panel).getByRole("radio", { name: "A file" }));
    const file = new File([noise(200 * KIB) as Uint8Array<ArrayBuffer>], "more.bin");
    choose(within(panel).getByLabelText("File"), file);
    await userEvent.click(await button(panel, "Add"));
    await waitFor(() => expect(panel.querySelector('[data-code="knowledge-full"]')).toBeVisible());
  },
};

/** Something that is no export. */
export const ImportRefused: Story = {
  play: async ({ canvas }) => {
    const panel = await fullPanel(canvas);
    await unfold(panel, "Export and import");
    const file = new File(["This is no export."], "diary.txt");
    choose(within(panel).getByLabelText("Import a file"), file);
    await waitFor(() => expect(within(panel).getByText(/were not taken|was not taken/)).toBeVisible());
  },
};

/** Nothing is kept, and nobody shares anything. */
export const Empty: Story = {
  tags: ["empty"],
  parameters: onNetwork({ peers: 0, historyMs: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await untilState(panel, "empty");
    expect(within(panel).getByText("Nothing is kept here yet.")).toBeVisible();
    expect(within(panel).getByText("Nobody is here to compare with")).toBeVisible();
  },
};

/** Before `join()`. */
export const Off: Story = {
  parameters: onNetwork({ status: "off", historyMs: 0 }),
  play: async ({ canvas }) => untilState(await panelIn(canvas), "off"),
};

/** What is kept on this device has not been read yet. */
export const Loading: Story = {
  tags: ["loading"],
  parameters: onNetwork({ peers: 1, script: ({ host }) => void stall(host.runtime.storage), historyMs: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(within(panel).getByText("Looking at what is kept here.")).toBeVisible();
  },
};

/** The platform refuses storage; trying again helps once it does no more. */
export const StorageRefused: Story = {
  tags: ["trouble"],
  parameters: onNetwork({ peers: 1, script: ({ host }) => void refuse(host.runtime.storage), historyMs: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await untilState(panel, "error");
    expect(panel.querySelector('[data-code="storage-failed"]')).toBeVisible();
    expect(await button(panel, "Try again")).toBeVisible();
  },
};

type HostStorage = MockSwarm["host"]["runtime"]["storage"];

function stall(storage: HostStorage): void {
  Object.assign(storage, { entries: () => new Promise(() => undefined) });
}

function refuse(storage: HostStorage): void {
  const error = new SwarmError("storage-failed", {
    what: "The browser refuses to keep anything for this page.",
    why: "It is a private window, or the disk is full.",
    fix: "Allow this site to store data, or use a window that is not private.",
  });
  Object.assign(storage, { entries: () => Promise.reject(error) });
}

/** A title that turns the direction of text, is as long as it may be, and looks like markup. */
const HOSTILE = `<img src=x onerror=alert(1)> \u202Egpj.exe ${"very-long-".repeat(19)}`;

/** 320 px wide, with titles that do not fit. */
export const Narrow: Story = {
  globals: { width: "320px" },
  parameters: onNetwork({
    peers: 1,
    script: inTurn(shelf, put(0, "<b>bold</b>", { title: HOSTILE, mediaType: "text/html", share: true })),
    historyMs: 10_000,
  }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await userEvent.click(await row(panel, /^<img src=x/));
    expect(panel.querySelector("img")).toBeNull();
    await unfold(panel, "Add something");
    await unfold(panel, "Export and import");
    expectNoOverflow(panel);
  },
};

/** In the dark theme. */
export const Dark: Story = {
  globals: { theme: "dark" },
  play: async ({ canvas }) => expect(getComputedStyle(await fullPanel(canvas)).colorScheme).toBe("dark"),
};

/** More than anyone reads. */
export const Many: Story = {
  tags: ["crowded"],
  parameters: onNetwork({
    peers: 1,
    script: inTurn(...Array.from({ length: 120 }, (_, n) => put("you", `Note ${n}`, { title: `Note ${n}` }))),
    historyMs: 2000,
  }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await untilState(panel, "full");
    await waitFor(() => expect(panel).toHaveTextContent("120"));
    expectNoOverflow(panel);
  },
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
