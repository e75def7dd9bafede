import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export interface RunningCommand {
  stop(): Promise<void>;
}

const isWindows = process.platform === "win32";

// npx hands a signal on to no grandchild: on POSIX the whole group gets it.
function end(child: ChildProcess): void {
  if (isWindows || child.pid === undefined) child.kill();
  else process.kill(-child.pid, "SIGTERM");
}

/** Starts an installed package's command; resolves once it has printed what `isReady` matches. */
export async function startCommand(
  folder: string,
  args: readonly string[],
  isReady: RegExp,
): Promise<RunningCommand> {
  const child = spawn("npx", ["--no-install", ...args], {
    cwd: folder,
    detached: !isWindows,
    shell: isWindows,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        if (isReady.test(printed)) resolve();
      });
    }
    child.once("error", reject);
    exited.then(
      ([code]) => reject(new Error(`npx ${args.join(" ")} ended with code ${code}:\n${printed}`)),
      reject,
    );
  });
  return {
    async stop() {
      if (child.exitCode === null && child.signalCode === null) end(child);
      await exited;
    },
  };
}
