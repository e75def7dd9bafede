import { type Bytes, utf8 } from "../../bytes.js";

const FINGERPRINT_LINE = /^a=fingerprint:(\S+) ([0-9a-f:]+)\s*$/gim;

/**
 * Certificate fingerprints of a session description (RFC 8122), normalised, sorted, each once. None where one is
 * written in a way that a browser might read and we do not.
 */
export function fingerprintsOf(sdp: string): string[] {
  const lines = [...sdp.matchAll(FINGERPRINT_LINE)];
  if (lines.length !== sdp.match(/fingerprint/gi)?.length) return [];
  const found = lines.map(([, algorithm, digest]) => `${algorithm} ${digest}`.toLowerCase());
  return [...new Set(found)].sort();
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
