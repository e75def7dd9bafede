import { expect, type LabPage } from "./lab.js";

/** The demo in a room, with its own signalling server or that at `serverUrl`. */
export function demoAddress(base: string, room: string, serverUrl?: string): string {
  const url = new URL(`?room=${encodeURIComponent(room)}&ice=none`, base);
  if (serverUrl !== undefined) url.searchParams.set("server", serverUrl);
  return url.href;
}

const region = ({ page }: LabPage, name: "Connection" | "Peers" | "Bandwidth" | "Messages") =>
  page.getByRole("region", { name });

export const enterSwarm = ({ page }: LabPage): Promise<void> =>
  page.getByRole("button", { name: "Join swarm" }).click();

export const connectionOf = (labPage: LabPage) => region(labPage, "Connection");
export const peersOf = (labPage: LabPage) => region(labPage, "Peers");
export const messagesOf = (labPage: LabPage) => region(labPage, "Messages");
export const bandwidthOf = (labPage: LabPage) => region(labPage, "Bandwidth");
export const peerRows = (labPage: LabPage) => region(labPage, "Peers").getByRole("listitem");
export const peerRow = (labPage: LabPage, peerId: string) =>
  region(labPage, "Peers").locator(`[data-peer-id="${peerId}"]`);

/** Every page shows all the others as connected, and nobody else. */
export async function expectFullList(pages: readonly LabPage[], withinMs = 60_000): Promise<void> {
  for (const page of pages) {
    const rows = region(page, "Peers").locator('li[data-state="connected"]');
    await expect(rows).toHaveCount(pages.length - 1, { timeout: withinMs });
    await expect(peerRows(page)).toHaveCount(pages.length - 1);
  }
}

/** Types and sends as a visitor does. */
export async function say(
  labPage: LabPage,
  text: string,
  to: { readonly peerId?: string } = {},
): Promise<void> {
  const messages = region(labPage, "Messages");
  const receiver = messages.getByRole("combobox", { name: "To" });
  await receiver.selectOption(to.peerId === undefined ? { label: "Everyone" } : { value: to.peerId });
  await messages.getByRole("textbox", { name: "Message" }).fill(text);
  await messages.getByRole("button", { name: "Send" }).click();
}

export const heardEntry = (
  labPage: LabPage,
  entry: { readonly from: string; readonly kind: "broadcast" | "direct"; readonly text: string },
) =>
  region(labPage, "Messages")
    .getByRole("log")
    .locator(`[data-from="${entry.from}"][data-kind="${entry.kind}"]`)
    .filter({ hasText: entry.text });
