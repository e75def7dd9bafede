import * as v from "valibot";
import { PANEL_NAMES } from "../components/panels.js";
import type { Place } from "./place.js";

const pixels = v.pipe(v.number(), v.finite());

const schema = v.object({
  isOpen: v.optional(v.boolean()),
  panel: v.optional(v.picklist(PANEL_NAMES)),
  place: v.optional(v.object({ left: pixels, top: pixels, width: pixels, height: pixels })),
});

/** What the devtools find again after a reload. */
export type DevtoolsMemory = Readonly<Omit<v.InferOutput<typeof schema>, "place">> & {
  readonly place?: Place | undefined;
};

/** What is kept under a key of localStorage; what cannot be read was not kept. */
export function recall(key: string): DevtoolsMemory {
  try {
    const kept = v.safeParse(schema, JSON.parse(localStorage.getItem(key) ?? "{}"));
    return kept.success ? kept.output : {};
  } catch {
    // The browser forbids it, or it is no JSON.
    return {};
  }
}

export function remember(key: string, memory: DevtoolsMemory): void {
  try {
    localStorage.setItem(key, JSON.stringify(memory));
  } catch {
    // Without storage it lasts as long as the page.
  }
}
