import type { Texts } from "../texts/texts.js";

const CONNECT = "connect:";

/** Why something was dropped, in words; the code itself where there are none. */
export function reasonWord(code: string, { messageStats, peers }: Texts): string {
  if (!code.startsWith(CONNECT)) return messageStats.reasons[code] ?? code;
  const failure = code.slice(CONNECT.length);
  return messageStats.notConnected(peers.dialFailures[failure] ?? failure);
}
