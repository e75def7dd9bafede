import type { RecordedLink } from "./recorder.js";
import type { Recording } from "./scenario.js";

// Bytes in JSON: base64 behind a mark that no other text of a recording begins with.
const MARK = "base64:";

type Line = readonly [part: string, value: unknown];

function linesOf({ tape, heard, proofs, ...others }: Recording): Line[] {
  return [
    ["others", others],
    ...[...tape.links.values()].map((link): Line => ["link", link]),
    ...tape.frames.map((frame): Line => ["frame", frame]),
    ...heard.map((message): Line => ["heard", message]),
    ...proofs.map((proof): Line => ["proof", proof]),
  ];
}

/** A recording as JSON Lines, for the fixture. */
export function writeRecording(recording: Recording): string {
  const write = (line: Line): string =>
    JSON.stringify(line, (_key, value: unknown) =>
      value instanceof Uint8Array ? MARK + Buffer.from(value).toString("base64") : value,
    );
  return linesOf(recording)
    .map((line) => `${write(line)}\n`)
    .join("");
}

/** The recording that {@link writeRecording} wrote. */
export function readRecording(text: string): Recording {
  const lines = text
    .trimEnd()
    .split("\n")
    .map(
      (line): Line =>
        JSON.parse(line, (_key, value: unknown) =>
          typeof value === "string" && value.startsWith(MARK)
            ? Uint8Array.from(Buffer.from(value.slice(MARK.length), "base64"))
            : value,
        ),
    );
  const all = <Value>(wanted: string): Value[] =>
    lines.filter(([part]) => part === wanted).map(([, value]) => value as Value);
  const [others] = all<Omit<Recording, "tape" | "heard" | "proofs">>("others");
  if (others === undefined) throw new Error("This is no recording.");
  const links = new Map(all<RecordedLink>("link").map((link) => [link.id, link]));
  return { ...others, tape: { links, frames: all("frame") }, heard: all("heard"), proofs: all("proof") };
}
