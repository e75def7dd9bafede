import { ConnectionPanel } from "peerswarm/components";

// A run that compiled nothing would prove nothing.
if (!/\b_c\w*\(\d+\)|memo_cache/.test(ConnectionPanel.toString())) {
  throw new Error("The panels are not compiled: the React Compiler's plugin did not see them.");
}
