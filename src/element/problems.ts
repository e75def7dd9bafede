import { SwarmError, toSwarmError } from "../core/errors.js";

/** Collects what is wrong with a widget's attributes, so that it is shown and nothing is thrown into the page. */
export class Problems {
  readonly list: SwarmError[] = [];

  add(what: string, fix: string, why?: string): void {
    this.list.push(new SwarmError("invalid-option", { what, why, fix }));
  }

  /** What `read` returns, or `undefined` where it throws. */
  attempt<Value>(read: () => Value): Value | undefined {
    try {
      return read();
    } catch (thrown) {
      this.list.push(toSwarmError(thrown, "invalid-option", "An attribute cannot be used."));
      return undefined;
    }
  }

  /** `value` where it is one of `known`; something else is a problem. */
  oneOf<Word extends string>(
    attribute: string,
    value: string | null,
    known: readonly Word[],
  ): Word | undefined {
    const word = known.find((one) => one === value);
    if (value !== null && word === undefined) {
      this.add(`${attribute}="${value}" is not known.`, `Use one of: ${known.join(", ")}.`);
    }
    return word;
  }
}
