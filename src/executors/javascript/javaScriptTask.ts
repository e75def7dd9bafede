import * as v from "valibot";
import { SwarmError } from "../../core/errors.js";
import { defineTask, type TaskDefinition } from "../../core/tasks/definition.js";
import type { TaskExecutor } from "../../core/tasks/taskApi.js";
import { createJavaScriptSandbox, type JavaScriptSandbox } from "./sandbox.js";

/** Longest script of a {@link JavaScriptWork}, in UTF-16 units. */
const MAX_CODE_LENGTH = 262_144;

/** A script, and what it is given. */
export interface JavaScriptWork {
  /** A module that exports `run(input)`, at most 262,144 characters; see `JavaScriptSandbox`. */
  readonly code: string;
  /** JSON values and typed arrays. */
  readonly input?: unknown;
}

/**
 * "Run this script": done by members that announce the capability `js-sandbox` and handle it with
 * {@link javaScriptExecutor}. What comes back is what a peer says that came out.
 */
export const javaScriptTask: TaskDefinition<JavaScriptWork, JavaScriptWork, unknown, unknown> = defineTask(
  "js-sandbox",
  {
    input: v.strictObject({
      code: v.pipe(v.string(), v.maxLength(MAX_CODE_LENGTH)),
      input: v.optional(v.unknown()),
    }),
    output: v.unknown(),
    requires: ["js-sandbox"],
  },
);

/** Where the script is to blame, another peer would see the same. */
const FINAL = new Set(["sandbox-error", "sandbox-memory", "sandbox-output"]);

/**
 * Runs the scripts of {@link javaScriptTask} in a sandbox: what they print is streamed, `progress` is told, cancelling
 * ends them at once. A script that fails is the task's outcome; one that ran out of time goes to another peer.
 * @param sandbox whose bounds hold for every task, and which is the caller's to close
 * @example
 * ```ts
 * const swarm = createSwarm({ capabilities: ["js-sandbox"] });
 * swarm.tasks.handle(javaScriptTask, javaScriptExecutor());
 * ```
 */
export function javaScriptExecutor(
  sandbox: JavaScriptSandbox = createJavaScriptSandbox(),
): TaskExecutor<JavaScriptWork, unknown> {
  return async ({ code, input }, { signal, progress, write }) => {
    const written: Promise<unknown>[] = [];
    const outcome = await sandbox.run(code, input, {
      signal,
      onProgress: progress,
      onOutput: (text, stream) =>
        written.push(
          write(stream, text).then(
            () => undefined,
            (error: unknown) => error,
          ),
        ),
    });
    const failed = (await Promise.all(written)).find((error) => error !== undefined);
    if (outcome.ok && failed === undefined) return outcome.output;
    const error = outcome.ok ? failed : outcome.error;
    if (!(error instanceof SwarmError) || !FINAL.has(error.code)) throw error;
    throw new SwarmError("task-failed", { what: error.message, cause: error });
  };
}
