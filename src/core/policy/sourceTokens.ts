/** A piece of JavaScript source. */
export interface SourceToken {
  /**
   * `word` is a name, keyword or number; `text` the content of a string or template; `pattern` the body of a
   * regular expression; `sign` one character of punctuation; `unreadable` what no engine would take.
   */
  readonly kind: "word" | "text" | "pattern" | "sign" | "unreadable";
  readonly value: string;
  /** Whether a word was written with `\u` escapes. */
  readonly isEscaped: boolean;
  /** Where it starts in the source. */
  readonly index: number;
}

const LINE_END = /[\n\r\u2028\u2029]/;
const SPACE_OR_COMMENT = /(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)+/y;
const WORD = /(?:[\p{ID_Continue}$\u200c\u200d]|\\u[\da-f]{4}|\\u\{[\da-f]+\})+/iuy;
const ESCAPE = /\\u(?:([\da-f]{4})|\{([\da-f]+)\})/giu;
const PATTERN = /\/((?:[^\\/[\n\r\u2028\u2029]|\\.|\[(?:[^\]\\\n\r\u2028\u2029]|\\.)*\])+)\/[a-z]*/iuy;
const QUOTED = /(["'])((?:(?!\1)[^\\\n\r]|\\(?:\r\n|[\s\S]))*)\1/y;
const TEMPLATE_TEXT = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y;
// After these a slash divides, if it does not close a parenthesis or a block, where both are possible.
const ENDS_VALUE = /^[\p{ID_Continue}$\]]/u;
const KEYWORD_BEFORE_VALUE =
  /^(?:return|typeof|case|in|of|delete|void|throw|new|else|do|instanceof|yield|await)$/;

/** Reads names and texts as the engine does: with their escapes resolved. */
function unescaped(text: string): string {
  return text.replace(ESCAPE, (whole, short?: string, long?: string) => {
    const code = Number.parseInt(short ?? long ?? "", 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/**
 * Splits JavaScript into tokens; comments and spaces are left out. It is not a parser: where a slash may divide or
 * begin a pattern it reads a pattern, whose body is a token of its own.
 */
export function* sourceTokens(source: string): Generator<SourceToken> {
  let index = 0;
  let previous: SourceToken | undefined;
  // One entry for each `${` that is open: how many braces are open inside of it.
  const templates: number[] = [];
  // Before this a slash divides: no pattern of this line ends. Trying again at each slash would take squared time.
  let dividesUntil = 0;

  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = index;
    const found = pattern.exec(source);
    if (found === null || found[0] === "") return undefined;
    index += found[0].length;
    return found;
  };
  const token = (kind: SourceToken["kind"], value: string, start: number, isEscaped = false): SourceToken => {
    previous = { kind, value, isEscaped, index: start };
    return previous;
  };
  const template = (start: number): SourceToken => {
    const text = match(TEMPLATE_TEXT)?.[0] ?? "";
    if (source[index] === "`") index++;
    else if (source[index] === "$") {
      index += 2;
      templates.push(0);
    } else return token("unreadable", source.slice(start, start + 20), start);
    return token("text", unescaped(text), start);
  };
  const braces = (sign: string, start: number): SourceToken => {
    const open = templates.at(-1);
    if (open !== undefined && sign === "}" && open === 0) {
      templates.pop();
      return template(start);
    }
    if (open !== undefined) templates[templates.length - 1] = open + (sign === "{" ? 1 : -1);
    return token("sign", sign, start);
  };
  const toLineEnd = (): void => {
    while (index < source.length && !LINE_END.test(source[index] as string)) index++;
  };
  const divides = (): boolean =>
    index < dividesUntil ||
    (previous !== undefined &&
      (previous.kind === "text" ||
        previous.kind === "pattern" ||
        (ENDS_VALUE.test(previous.value) && !KEYWORD_BEFORE_VALUE.test(previous.value))));
  const quoted = (start: number): SourceToken => {
    const found = match(QUOTED);
    if (found !== undefined) return token("text", unescaped(found[2] as string), start);
    toLineEnd();
    return token("unreadable", source.slice(start, start + 20), start);
  };
  const slash = (start: number): SourceToken => {
    if (source[start + 1] === "*") {
      index = source.length;
      return token("unreadable", source.slice(start, start + 20), start);
    }
    const pattern = divides() ? undefined : match(PATTERN);
    if (pattern !== undefined) return token("pattern", pattern[1] as string, start);
    if (!divides()) {
      toLineEnd();
      dividesUntil = index;
    }
    index = start + 1;
    return token("sign", "/", start);
  };

  while (index < source.length) {
    if (match(SPACE_OR_COMMENT)) continue;
    const start = index;
    const character = source[index] as string;
    const word = match(WORD)?.[0];
    if (word !== undefined) yield token("word", unescaped(word), start, word.includes("\\"));
    else if (character === '"' || character === "'") yield quoted(start);
    else if (character === "/") yield slash(start);
    else {
      index++;
      if (character === "`") yield template(start);
      else if (character === "{" || character === "}") yield braces(character, start);
      else yield token("sign", character, start);
    }
  }
}
