import { SwarmError } from "../errors.js";
import type { Desk } from "./desk.js";
import type { Reflection, ReflectionId } from "./reflection.js";

/** Makes a reflection of another agent one's own; one's own stays as it is. */
export async function integrate(desk: Desk, id: ReflectionId): Promise<Reflection> {
  const before = desk.catalogue.reflection(id);
  if (before === undefined) throw unknownHere(id);
  if (before.standing !== "received") return before;
  await desk.locked(async () => {
    const kept = desk.shelf.records.get(id);
    // From now on it is ours, and counts as such: peers cannot push it out, nor does it take their room.
    if (kept !== undefined) await desk.keep([{ ...kept, isIntegrated: true, origin: "file" }]);
  });
  const after = desk.catalogue.reflection(id);
  if (after === undefined) throw unknownHere(id);
  desk.port.note({ kind: "reflection_integrated", detail: { id, author: after.author } });
  desk.port.emit("reflection-integrated", after);
  desk.tellTabs({ records: [id] });
  return after;
}

/** The error of a call about something that is not described here. */
export function unknownHere(id: string): SwarmError {
  return new SwarmError("knowledge-unknown", {
    what: `Nothing is known here of ${id}.`,
    why: "It was never here, or was removed.",
    fix: "Use an id that list() or query() gave.",
  });
}
