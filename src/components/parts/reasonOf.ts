import type { SwarmError } from "../../core/index.js";

/** An error as a panel shows it: what happened and why, apart from what to do about it. */
export function reasonOf({ message, fix }: SwarmError): {
  readonly what: string;
  readonly fix: string | undefined;
} {
  if (fix === undefined || !message.endsWith(fix)) return { what: message, fix };
  return { what: message.slice(0, -fix.length).trim(), fix };
}
