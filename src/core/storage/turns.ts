import { unlessAborted } from "../abort.js";

/** Lets work of one name run one at a time, in the order in which it came; see `Storage.exclusively`. */
export function createTurns(): <T>(
  name: string,
  work: () => Promise<T>,
  options?: { signal?: AbortSignal },
) => Promise<T> {
  const last = new Map<string, Promise<void>>();
  return async (name, work, { signal } = {}) => {
    const before = last.get(name) ?? Promise.resolve();
    let end = (): void => undefined;
    const turn = before.then(
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    last.set(name, turn);
    void turn.then(() => {
      if (last.get(name) === turn) last.delete(name);
    });
    try {
      await (signal === undefined ? before : unlessAborted(before, signal, `Waiting for "${name}"`));
      return await work();
    } finally {
      // An aborted wait gives up its place only when its turn has come.
      void before.then(() => end());
    }
  };
}
