import type { Metadata } from "next";
import { connection } from "next/server";
import { SwarmProvider } from "peerswarm/react";
import type { ReactNode } from "react";
import "peerswarm/styles.css";
import "./app.css";

export const metadata: Metadata = { title: "A swarm in a Next.js app", icons: "data:," };

export default async function Layout({ children }: { readonly children: ReactNode }) {
  // The policy's nonce is new with each request: a page rendered during the build could not have it.
  await connection();
  return (
    <html lang="en">
      <body>
        {/* The swarm cannot cross from server to browser; what it is made of can. */}
        <SwarmProvider options={{ room: "lobby", name: "Ada" }}>{children}</SwarmProvider>
      </body>
    </html>
  );
}
