import { useEffect, useState } from "react";

/** Where a signalling server is; `none` where nobody who serves this page has started one. */
export type ServerUrl = "asking" | "none" | { readonly url: string };

/** What `.storybook/signaling.ts` answers where Storybook or vitest serve this page. */
export function useServerUrl(): ServerUrl {
  const [server, setServer] = useState<ServerUrl>("asking");
  useEffect(() => {
    const abort = new AbortController();
    ask(abort.signal).then(setServer, () => {
      if (!abort.signal.aborted) setServer("none");
    });
    return () => abort.abort();
  }, []);
  return server;
}

async function ask(signal: AbortSignal): Promise<ServerUrl> {
  const answer = await fetch("/signaling-url", { signal });
  const said: unknown = answer.ok ? await answer.json() : undefined;
  const isAddress =
    typeof said === "object" && said !== null && "url" in said && typeof said.url === "string";
  return isAddress ? { url: said.url as string } : "none";
}
