import { jsonLog, parseCommand, USAGE } from "./arguments.js";
import { SignalingServerError } from "./errors.js";
import { createSignalingServer } from "./server.js";
import { openWitnessFile, type WitnessFile } from "./witnessFile.js";

/** What the command needs of the process that it runs in. */
export interface CommandIo {
  readonly version: string;
  out(text: string): void;
  err(text: string): void;
  /** Resolves with the name of the signal that asks the process to end. */
  untilStopped(): Promise<string>;
}

/** The exit codes of `peerswarm-server`. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Does what a command line asks for. Resolves with the exit code once nothing is left to do. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const command = parseCommand(argv);
  switch (command.kind) {
    case "help":
      io.out(USAGE);
      return EXIT.ok;
    case "version":
      io.out(`${io.version}\n`);
      return EXIT.ok;
    case "mistake":
      io.err(`peerswarm-server: ${command.message}\nSee peerswarm-server --help.\n`);
      return EXIT.usage;
    case "serve":
      return serve(command, io);
  }
}

async function serve(
  { options, logLevel, witnessFolder }: Extract<ReturnType<typeof parseCommand>, { kind: "serve" }>,
  io: CommandIo,
): Promise<number> {
  let witness: WitnessFile | undefined;
  try {
    witness = witnessFolder === undefined ? undefined : openWitnessFile(witnessFolder, Date.now());
    const server = await createSignalingServer({
      ...options,
      ...(witness === undefined ? {} : { witness }),
      log: jsonLog(logLevel, (line) => io.err(line)),
    });
    io.out(`peerswarm-server listens on ${server.url}\n`);
    const signal = await io.untilStopped();
    io.out(`${signal}: closing ${server.stats.connections} connections\n`);
    await server.close();
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof SignalingServerError)) throw error;
    io.err(`peerswarm-server: ${error.message}\n`);
    return EXIT.failed;
  } finally {
    witness?.close();
  }
}
