import { type RunningCommand, startCommand } from "./command.js";
import { installExample } from "./installExample.js";
import { signalingPort } from "./ports.js";

/**
 * Installs and builds an example, and starts the packed signalling server and the example's own.
 * @param serve the arguments that serve it, the first one a command it has installed
 */
export async function startExample(name: string, serve: readonly string[]): Promise<RunningCommand> {
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
    commands.push(await startCommand(folder, serve, /localhost/));
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
