/** Neither wider nor narrower; `any` equals nothing but itself. */
export type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Does not compile unless `Holds` is `true`. */
export function expectType<Holds extends true>(): Holds | undefined {
  return undefined;
}
