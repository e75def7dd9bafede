import type { TaskOutput, TaskStream } from "../core/index.js";

/** Streamed output as text, by stream. */
export type TaskText = Readonly<Record<TaskStream, string>>;

/** How much of the end of each stream is kept for certain, in UTF-16 units. */
export const TASK_TEXT_KEPT = 65_536;

export const NO_TASK_TEXT: TaskText = { stdout: "", stderr: "", result: "" };

/** What a task has written so far, as text. */
export interface TaskTextBook {
  take(output: TaskOutput): void;
  /** The same object until more is taken. */
  readonly text: TaskText;
}

export function createTaskTextBook(): TaskTextBook {
  let text = NO_TASK_TEXT;
  let decoders = createDecoders();
  return {
    take(output) {
      if (output.kind === "restarted") {
        text = NO_TASK_TEXT;
        decoders = createDecoders();
        return;
      }
      const { stream, chunk } = output;
      const added = typeof chunk === "string" ? chunk : decoders[stream].decode(chunk, { stream: true });
      text = { ...text, [stream]: endOf(text[stream] + added) };
    },
    get text() {
      return text;
    },
  };
}

// Cut seldom, because each cut copies what is kept.
function endOf(text: string): string {
  return text.length > 2 * TASK_TEXT_KEPT ? text.slice(-TASK_TEXT_KEPT) : text;
}

// A character may lie in two chunks.
function createDecoders(): Record<TaskStream, TextDecoder> {
  return { stdout: new TextDecoder(), stderr: new TextDecoder(), result: new TextDecoder() };
}
