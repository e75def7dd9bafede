import { type Bytes, utf8 } from "../../bytes.js";

const FINGERPRINT_LINE = /^a=fingerprint:(\S+) ([0-9a-f:]+)\s*$/gim;

/** Certificate fingerprints of a session description (RFC 8122), normalised, sorted, each once. */
export function fingerprintsOf(sdp: string): string[] {
  const found = new Set<string>();
  for (const [, algorithm, digest] of sdp.matchAll(FINGERPRINT_LINE)) {
    found.add(`${algorithm} ${digest}`.toLowerCase());
  }
  return [...found].sort();
}

/**
 * What both ends of a DTLS connection agree on and somebody in the middle cannot make equal on both sides:
 * the fingerprints of both certificates. `undefined` where a description has none.
 */
export function dtlsBinding(localSdp: string, remoteSdp: string): Bytes | undefined {
  const local = fingerprintsOf(localSdp).join(",");
  const remote = fingerprintsOf(remoteSdp).join(",");
  if (local === "" || remote === "") return undefined;
  return utf8([local, remote].sort().join("|"));
}
