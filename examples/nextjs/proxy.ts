import { type NextRequest, NextResponse } from "next/server";

// peerswarm asks the signalling server over a WebSocket; diagnose() asks it over HTTP as well. WebRTC needs no entry.
const signaling = "http://localhost:8000 ws://localhost:8000";

// While developing React evaluates code, and Next.js adds styles of its tools, neither with a nonce.
const isDevelopment = process.env.NODE_ENV === "development";

const policyFor = (nonce: string): string =>
  [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    `connect-src 'self' ${signaling}`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");

/** Gives each page a policy of its own. Next.js finds the nonce in the request's header, and puts it on its scripts. */
export function proxy(request: NextRequest): NextResponse {
  const policy = policyFor(btoa(crypto.randomUUID()));
  const headers = new Headers(request.headers);
  headers.set("Content-Security-Policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  return response;
}

export const config = { matcher: "/((?!_next/static|favicon.ico).*)" };
