/**
 * How long a test waits for what never comes: none says with it how quick something is. The tools' own limit is a second.
 * A file of its own, because a configuration cannot import vitest's `vi`.
 */
export const PATIENCE_MS = 20_000;
