import type { TransferSnapshot } from "../../core/index.js";

type State = TransferSnapshot["state"];

const WORKING: ReadonlySet<State> = new Set<State>(["hashing", "active", "paused"]);
const CANCELLABLE: ReadonlySet<State> = new Set<State>([...WORKING, "waiting", "offered"]);

/** Whether it has a progress. */
export const isWorking = ({ state }: TransferSnapshot): boolean => WORKING.has(state);

/** Whether it has not ended. */
export const isCancellable = ({ state }: TransferSnapshot): boolean => CANCELLABLE.has(state);

/** Whether a person can accept it. */
export function isOpenOffer({ direction, kind, state }: TransferSnapshot): boolean {
  return direction === "received" && kind === "file" && state === "offered";
}

/** How long it takes at the present rate; `undefined` while nothing moves. */
export function leftMsOf({
  state,
  totalBytes,
  doneBytes,
  bytesPerSecond,
}: TransferSnapshot): number | undefined {
  if (state !== "active" || bytesPerSecond <= 0) return undefined;
  return ((totalBytes - doneBytes) / bytesPerSecond) * 1000;
}
