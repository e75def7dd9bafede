/** Figures of one contestant by name, one number for each time it was measured. */
export class Figures {
  readonly #values = new Map<string, Map<string, number[]>>();

  add(contestant: string, figure: string, value: number): void {
    const own = this.#values.get(contestant) ?? new Map<string, number[]>();
    this.#values.set(contestant, own);
    own.set(figure, [...(own.get(figure) ?? []), value]);
  }

  get contestants(): string[] {
    return [...this.#values.keys()];
  }

  median(contestant: string, figure: string): number | undefined {
    const values = this.#values.get(contestant)?.get(figure);
    return values === undefined ? undefined : medianOf(values);
  }

  /** The figures of these alone. */
  only(names: readonly string[]): Figures {
    const chosen = new Figures();
    for (const name of names)
      for (const [figure, values] of this.#values.get(name) ?? [])
        for (const value of values) chosen.add(name, figure, value);
    return chosen;
  }

  toJSON(): Record<string, Record<string, { median: number; values: readonly number[] }>> {
    return Object.fromEntries(
      [...this.#values].map(([contestant, figures]) => [
        contestant,
        Object.fromEntries(
          [...figures].map(([figure, values]) => [figure, { median: medianOf(values), values }]),
        ),
      ]),
    );
  }
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] as number;
  return Number.isInteger(middle) ? ((sorted[middle - 1] as number) + upper) / 2 : upper;
}
