const MAX_PATH_LENGTH = 4096;
/** Each decoding makes a path shorter by two characters at least; nobody honest needs more than one. */
const MAX_DECODINGS = 8;

// Control characters, invisible ones, halves of surrogate pairs.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}]/u;
// `C:`, `file:`: another root than ours.
const SCHEME = /^[a-z][a-z\d+.-]*:/i;
// Windows drops dots and spaces at the end of a name, so that ".. ." may be ".."; `C:` in the middle is a drive to some.
const WINDOWS_TRICK = /^(?:[. ]+$|[a-z]:)/i;
// UTF-8 that no encoder writes, and that careless decoders read as a dot or a slash.
const OVERLONG = /%c[01]|%e0%[89]|%f0%8/i;
const ENCODED = /%([\da-f]{2})/gi;
// Characters that some systems take for a separator, beyond what NFKC turns into one.
const SEPARATORS = /[\\\u2044\u2215\u2216\u29f5\u29f8\u29f9]/g;

interface Place {
  readonly isAbsolute: boolean;
  readonly segments: readonly string[];
}

/** The path without `.`, `..` and empty segments; `undefined` where it climbs out, or names no place of ours. */
function resolve(path: string): Place | undefined {
  if (INVISIBLE.test(path) || SCHEME.test(path) || path.startsWith("//")) return undefined;
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") {
      if (segments.pop() === undefined) return undefined;
    } else if (WINDOWS_TRICK.test(segment)) {
      return undefined;
    } else segments.push(segment);
  }
  return { isAbsolute: path.startsWith("/"), segments };
}

function isWithin(place: Place, prefix: Place): boolean {
  return (
    place.isAbsolute === prefix.isAbsolute &&
    prefix.segments.every((segment, index) => place.segments[index] === segment)
  );
}

/** The path as written, and as everyone may read it who decodes it, however often, or normalises its Unicode. */
function readings(path: string): string[] | undefined {
  const all = [path];
  for (let decoded = path; ; ) {
    if (OVERLONG.test(decoded) || all.length > MAX_DECODINGS) return undefined;
    const next = decoded.replace(ENCODED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (next === decoded) break;
    all.push(next);
    decoded = next;
  }
  return all
    .flatMap((one) => [one, one.normalize("NFKC")])
    .flatMap((one) => [one, one.replace(SEPARATORS, "/")]);
}

/**
 * The path in its shortest form if it stays inside of one of the prefixes however it is read, else `undefined`.
 *
 * `.`, `..`, repeated and backward slashes are resolved; climbing above the start, other roots (`C:`, `file:`,
 * `//server`), control and invisible characters are refused. A path that leaves the prefixes once percent-escapes
 * are decoded, once or several times, or once its Unicode is normalised, is refused too. Absolute paths are inside of absolute
 * prefixes alone, relative ones inside of relative ones; `.` allows every relative path. Upper and lower case
 * differ. Links of the file system are not seen: this looks at names alone.
 *
 * @example
 * ```ts
 * safePath("docs/./a.md", ["docs"]); // "docs/a.md"
 * safePath("docs/%2e%2e/secret", ["docs"]); // undefined
 * ```
 */
export function safePath(path: string, prefixes: readonly string[]): string | undefined {
  if (path === "" || path.length > MAX_PATH_LENGTH) return undefined;
  const allowed = prefixes.map((prefix) =>
    prefix === "" ? undefined : resolve(prefix.replaceAll("\\", "/")),
  );
  const places = readings(path.replaceAll("\\", "/"))?.map(resolve);
  const isInside = places?.every(
    (place) => place && allowed.some((prefix) => prefix && isWithin(place, prefix)),
  );
  const written = places?.[0];
  if (!isInside || written === undefined) return undefined;
  const joined = written.segments.join("/");
  return written.isAbsolute ? `/${joined}` : joined === "" ? "." : joined;
}
