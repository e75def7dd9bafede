import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { SignalingServerError } from "./errors.js";

/** A new file for one run of the server. */
export interface WitnessFile {
  readonly path: string;
  write(line: string): void;
  close(): void;
}

/** @throws SignalingServerError `invalid-option` where the folder cannot be written to */
export function openWitnessFile(folder: string, nowMs: number): WitnessFile {
  const name = `${new Date(nowMs).toISOString().replaceAll(":", "-")}.jsonl`;
  const path = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    // Never append to another run's chain.
    const file = openSync(path, "ax");
    return {
      path,
      write: (line) => void writeSync(file, `${line}\n`),
      close: () => closeSync(file),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `The witness log cannot be written to ${folder}: ${why}. Choose another folder.`;
    throw new SignalingServerError("invalid-option", message, error);
  }
}
