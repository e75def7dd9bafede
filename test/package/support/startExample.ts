import { type RunningCommand, startCommand } from "./command.js";
import { installExample } from "./installExample.js";
import { signalingPort } from "./ports.js";

export interface RunningExample extends RunningCommand {
  /** Where it is installed: a copy, which may be edited. */
  readonly folder: string;
}

/**
 * Installs and builds an example, and starts the packed signalling server and the example's own.
 * @param servers the arguments of each that serves it, the first one a command it has installed
 */
export async function startExample(
  name: string,
  ...servers: readonly (readonly string[])[]
): Promise<RunningExample> {
  const { folder, remove } = installExample(name);
  const commands: RunningCommand[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(commands.map((command) => command.stop()));
    remove();
  };
  try {
    commands.push(
      await startCommand(folder, ["peerswarm-server", "--port", String(signalingPort)], /listens on/),
    );
    for (const serve of servers) commands.push(await startCommand(folder, serve, /localhost/));
    return { folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
