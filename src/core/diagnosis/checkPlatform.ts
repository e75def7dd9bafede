import type { Finding } from "../finding.js";
import type { Check } from "./check.js";

const INSECURE: Finding = {
  code: "insecure-context",
  severity: "error",
  what: "This page is not a secure context, so the browser gives it no WebCrypto and nobody can prove who they are.",
  fix: "Serve the page over https, or open it as http://localhost.",
  evidence: [],
};

const OFFLINE: Finding = {
  code: "offline",
  severity: "error",
  what: "The browser says that this device has no network.",
  fix: "Connect to a network; the swarm tries again by itself.",
  evidence: [],
};

/** What the platform gives, and whether it has a network. */
export const checkPlatform: Check = async ({ port, transport, signal, timeoutMs }) => {
  const { runtime } = port;
  const examination = await transport.examine?.({ part: "platform", runtime, signal, timeoutMs });
  const findings: Finding[] = [...(examination?.findings ?? [])];
  if (globalThis.isSecureContext === false) findings.push(INSECURE);
  // A swarm on one machine works without a network.
  const isConnected = port.snapshot().signaling.isConnected;
  if (globalThis.navigator?.onLine === false)
    findings.push(isConnected ? { ...OFFLINE, severity: "warning" } : OFFLINE);
  return { findings, evidence: examination?.evidence ?? [] };
};
