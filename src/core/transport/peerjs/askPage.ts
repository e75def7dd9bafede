import type { Evidence } from "../../finding.js";
import type { ExaminationRequest } from "../transport.js";

/** What a GET was answered with. */
export interface PageAnswer {
  readonly evidence: Extract<Evidence, { kind: "http" }>;
  /** Whether somebody answered at all. */
  readonly isAnswered: boolean;
  /** Its beginning; empty where it may not be read. */
  readonly text: string;
}

// A signalling server says what it is in a line or two; whatever else answers may send without end.
const MAX_TEXT = 4096;

/** Asks for a page as any script may, and where its answer may not be read, whether there is one. */
export async function askPage(
  url: string,
  { runtime, signal }: Pick<ExaminationRequest, "runtime" | "signal">,
): Promise<PageAnswer> {
  const startedAtMs = runtime.clock.now();
  const answer = (isAnswered: boolean, status: number | undefined, text: string): PageAnswer => ({
    evidence: {
      kind: "http",
      url,
      status,
      isOpaque: isAnswered && status === undefined,
      durationMs: runtime.clock.now() - startedAtMs,
    },
    isAnswered,
    text,
  });
  const options = { signal, cache: "no-store", credentials: "omit" } as const;
  try {
    const response = await fetch(url, options);
    return answer(true, response.status, await beginningOf(response));
  } catch {
    const isAnswered = await fetch(url, { ...options, mode: "no-cors" }).then(
      (response) => response.body?.cancel().then(() => true) ?? true,
      () => false,
    );
    return answer(isAnswered, undefined, "");
  }
}

async function beginningOf({ body }: Response): Promise<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (reader !== undefined && text.length < MAX_TEXT) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
  }
  await reader?.cancel();
  return text.slice(0, MAX_TEXT);
}
