import { useCallback } from "react";
import { useMessageStatsTexts } from "../texts/messageStatsTexts.js";
import { usePeersTexts } from "../texts/peersTexts.js";

const CONNECT = "connect:";

/** Puts into words why something was dropped; the code itself where there are none. */
export function useReasonWord(): (code: string) => string {
  const { reasons, notConnected } = useMessageStatsTexts();
  const { dialFailures } = usePeersTexts();
  return useCallback(
    (code) => {
      if (!code.startsWith(CONNECT)) return reasons[code] ?? code;
      const failure = code.slice(CONNECT.length);
      return notConnected(dialFailures[failure] ?? failure);
    },
    [reasons, notConnected, dialFailures],
  );
}
