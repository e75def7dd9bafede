/** Longest name of a file, in UTF-16 units. */
export const MAX_FILE_NAME_LENGTH = 255;
/** Longest media type. */
export const MAX_MEDIA_TYPE_LENGTH = 127;
/** Media type of what has none, or none that is one. */
export const UNKNOWN_MEDIA_TYPE = "application/octet-stream";

// Separators of paths, what Windows forbids, control characters, and those that turn the direction of text, with
// which `exe.txt` can be made of `txt.exe`.
const FORBIDDEN = /[/\\:*?"<>|\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/gu;
// RFC 6838, section 4.2, with parameters left out.
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

/** A name that is text for people and never a path; `undefined` where nothing is left. */
export function safeFileName(name: string | null | undefined): string | undefined {
  const safe = (name ?? "")
    .slice(0, MAX_FILE_NAME_LENGTH)
    .replace(FORBIDDEN, "_")
    .replace(/^[.\s]+|[.\s]+$/g, "");
  return safe === "" ? undefined : safe;
}

/** A well-formed media type without parameters. */
export function safeMediaType(type: string | null | undefined): string {
  const bare = (type ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return bare.length <= MAX_MEDIA_TYPE_LENGTH && MEDIA_TYPE.test(bare) ? bare : UNKNOWN_MEDIA_TYPE;
}
