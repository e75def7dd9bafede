import { readFile } from "node:fs/promises";
import { demoAddress, enterSwarm, expectFullList } from "../support/demo.js";
import { expect, type LabPage, test } from "../support/lab.js";

const transfersOf = ({ page }: LabPage) => page.getByRole("region", { name: "Transfers" });

test("the demo: a file is chosen for a peer, accepted, shown on both sides and saved", async ({
  lab,
  baseURL,
}) => {
  const url = demoAddress(baseURL!, lab.freshRoom());
  const pages = await lab.openPages(2, { url });
  const [ada, bob] = pages as [LabPage, LabPage];
  await Promise.all(pages.map(enterSwarm));
  await expectFullList(pages);
  const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7) % 251));

  const chooser = ada.page.getByLabel(/^Choose or drop files for /);
  await chooser.setInputFiles({ name: "photo.png", mimeType: "image/png", buffer: bytes });
  await transfersOf(bob).getByRole("button", { name: "Accept photo.png" }).click();
  for (const page of pages)
    await expect(transfersOf(page).getByRole("listitem")).toContainText(/photo\.png.*Done.*2\.9 MB/);

  const saved = bob.page.waitForEvent("download");
  await transfersOf(bob).getByRole("button", { name: "Save photo.png" }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe("photo.png");
  expect(Buffer.compare(await readFile(await download.path()), bytes)).toBe(0);

  await chooser.setInputFiles({ name: "again.png", mimeType: "image/png", buffer: bytes });
  await transfersOf(bob).getByRole("button", { name: "Refuse again.png" }).click();
  await expect(transfersOf(ada).getByRole("listitem").first()).toContainText(/again\.png.*Refused/);
});
