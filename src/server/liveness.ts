import type { Cancel } from "../core/clock.js";
import type { Connection } from "./connection.js";
import type { ServerContext } from "./context.js";
import type { Registry } from "./registry.js";
import { CLOSE } from "./wire.js";

/** Pings everyone at intervals, drops who has gone silent and who does not read. Returns its end. */
export function watchLiveness(registry: Registry, context: ServerContext): Cancel {
  const { clock, limits } = context;
  let cancel: Cancel = () => {};
  const round = (): void => {
    for (const connection of registry.all()) examine(connection, context);
    cancel = clock.setTimer(limits.pingIntervalMs, round);
  };
  cancel = clock.setTimer(limits.pingIntervalMs, round);
  return () => cancel();
}

function examine(connection: Connection, { clock, limits, counters, log }: ServerContext): void {
  const silentMs = clock.now() - connection.heardAtMs;
  if (silentMs >= limits.timeoutMs) {
    counters.timedOut += 1;
    log("info", "connection-timed-out", { ...connection.describe(), silentMs });
    // Nobody is there to answer a closing handshake.
    connection.cut();
  } else if (connection.stalledMs() >= limits.stallTimeoutMs) {
    counters.slowReadersClosed += 1;
    log("warn", "slow-reader-closed", connection.describe());
    connection.end(CLOSE.slowReader, "messages waited too long to be read");
  } else {
    connection.ping();
  }
}
