import type { IncomingMessage } from "node:http";

const IPV4_IN_IPV6 = "::ffff:";

/**
 * The address of the client behind `trustedProxies` reverse proxies. Each proxy appends the address that it
 * saw to `X-Forwarded-For`, so the client's is that many places from the end; what stands before it is hearsay.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const forwarded = trustedProxies > 0 ? forwardedFor(request).at(-trustedProxies) : undefined;
  return plainAddress(forwarded ?? request.socket.remoteAddress ?? "unknown");
}

/** One spelling for an IPv4 address, whether it came over an IPv4 or a dual-stack socket. */
export function plainAddress(address: string): string {
  return address.startsWith(IPV4_IN_IPV6) ? address.slice(IPV4_IN_IPV6.length) : address;
}

function forwardedFor(request: IncomingMessage): string[] {
  const header = request.headers["x-forwarded-for"];
  const text = Array.isArray(header) ? header.join(",") : (header ?? "");
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** How many sockets each address holds. */
export class AddressCounts {
  readonly #counts = new Map<string, number>();

  of(address: string): number {
    return this.#counts.get(address) ?? 0;
  }

  add(address: string): void {
    this.#counts.set(address, this.of(address) + 1);
  }

  remove(address: string): void {
    const left = this.of(address) - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }
}
