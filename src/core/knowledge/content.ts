import { canonicalJson } from "../canonicalJson.js";
import type { ArtifactContent } from "./artifact.js";

/** Content that is to be put, taken at the time of the call. */
export interface Content {
  readonly blob: Blob;
  readonly mediaType: string | undefined;
  /** Where it is text: what it is found by. */
  readonly text: string | undefined;
}

/**
 * JSON values in their canonical form (RFC 8785), so that the same value has the same name.
 * @throws SwarmError `invalid-payload` for what is no JSON value
 */
export function contentOf(content: ArtifactContent): Content {
  if (content instanceof Blob)
    return { blob: content, mediaType: content.type || undefined, text: undefined };
  if (content instanceof Uint8Array)
    return { blob: new Blob([content.slice()]), mediaType: undefined, text: undefined };
  if (typeof content === "string")
    return { blob: new Blob([content]), mediaType: "text/plain", text: content };
  const json = canonicalJson(content);
  return { blob: new Blob([json]), mediaType: "application/json", text: json };
}
