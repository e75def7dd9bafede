import { SwarmError } from "../core/errors.js";
import type { Storage, StorageRange } from "../core/storage/storage.js";

/** What a storage's test supplies so that {@link storageContract} can run on it. */
export interface StorageHarness {
  /** Another handle on the same records, as another tab of the origin has one. */
  open(): Storage | Promise<Storage>;
}

/** One promise of the `Storage` seam. */
export interface StorageContractCase {
  readonly name: string;
  /** Runs the case on empty storage; throws where the promise is broken. */
  run(harness: StorageHarness): Promise<void>;
}

function checkSame(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [describeValue(actual), describeValue(expected)];
  if (got !== wanted) throw new Error(`Storage contract: ${what}: expected ${wanted}, got ${got}`);
}

function describeValue(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    ArrayBuffer.isView(inner)
      ? `${inner.constructor.name} ${[...new Uint8Array(inner.buffer)]}`
      : (inner ?? null),
  );
}

async function keysOf(storage: Storage, collection: string, range?: StorageRange): Promise<string[]> {
  return (await storage.entries(collection, range)).map(([key]) => key);
}

/** Every promise of the `Storage` seam, to be run against each implementation. */
export const storageContract: readonly StorageContractCase[] = [
  {
    name: "gives back what was written, and nothing for what was not or is removed",
    async run({ open }) {
      const storage = await open();
      const value = { text: "ä\u0000", list: [1, null, { deep: true }], bytes: Uint8Array.of(1, 2, 255) };
      await storage.write([{ collection: "a", key: "one", value }]);
      checkSame(await storage.get("a", "one"), value, "a record");
      checkSame(await storage.get("a", "two"), undefined, "an absent key");
      checkSame(await storage.get("b", "one"), undefined, "another collection");
      await storage.write([{ collection: "a", key: "one" }]);
      checkSame(await storage.get("a", "one"), undefined, "a removed record");
    },
  },
  {
    name: "shares records among all who open it",
    async run({ open }) {
      const [first, second] = [await open(), await open()];
      await first.write([{ collection: "a", key: "one", value: 1 }]);
      checkSame(await second.get("a", "one"), 1, "the other's record");
    },
  },
  {
    name: "copies what it is given and what it gives",
    async run({ open }) {
      const storage = await open();
      const value = { list: [1] };
      await storage.write([{ collection: "a", key: "one", value }]);
      value.list.push(2);
      checkSame(await storage.get("a", "one"), { list: [1] }, "a record whose original changed");
      ((await storage.get("a", "one")) as { list: number[] }).list.push(3);
      checkSame(await storage.get("a", "one"), { list: [1] }, "a record whose copy changed");
    },
  },
  {
    name: "lists a collection in the order of its keys",
    async run({ open }) {
      const storage = await open();
      const keys = ["b", "a/2", "a/10", "B", "", "é", "a"];
      await storage.write(keys.map((key) => ({ collection: "a", key, value: key })));
      await storage.write([{ collection: "aa", key: "z", value: 1 }]);
      checkSame(await keysOf(storage, "a"), ["", "B", "a", "a/10", "a/2", "b", "é"], "all keys");
      checkSame(await keysOf(storage, "a", { from: "a/", before: "a0" }), ["a/10", "a/2"], "a range");
      checkSame(await keysOf(storage, "a", { from: "b", before: "b" }), [], "an empty range");
      checkSame(await keysOf(storage, "a", { from: "c", before: "b" }), [], "a range that ends too early");
      checkSame(await keysOf(storage, "a", { limit: 2 }), ["", "B"], "the first two");
      checkSame(await keysOf(storage, "a", { limit: 2, isReversed: true }), ["é", "b"], "the last two");
      checkSame(await storage.entries("a", { from: "b", limit: 1 }), [["b", "b"]], "a key with its value");
      checkSame(await keysOf(storage, "nothing"), [], "an unknown collection");
    },
  },
  {
    name: "writes all changes of a call, in order, or none",
    async run({ open }) {
      const storage = await open();
      await storage.write([
        { collection: "a", key: "one", value: 1 },
        { collection: "a", key: "one", value: 2 },
        { collection: "b", key: "two", value: 3 },
        { collection: "b", key: "two" },
      ]);
      checkSame(await storage.get("a", "one"), 2, "the last change of a key");
      checkSame(await storage.get("b", "two"), undefined, "a key that was removed at last");
      const failed = await storage
        .write([
          { collection: "a", key: "three", value: 1 },
          { collection: "a", key: "four", value: () => undefined },
        ])
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      checkSame(failed instanceof SwarmError && failed.code, "storage-failed", "a value that cannot be kept");
      checkSame(await storage.get("a", "three"), undefined, "a change beside one that failed");
      await storage.write([{ collection: "a", key: "five", value: 5 }]);
      checkSame(await storage.get("a", "five"), 5, "a write after one that failed");
    },
  },
  {
    name: "runs exclusive work of one name one at a time, that of others meanwhile",
    async run({ open }) {
      const [first, second] = [await open(), await open()];
      const log: string[] = [];
      let finish = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const one = first.exclusively("x", async () => {
        log.push("one begins");
        await held;
        log.push("one ends");
        return 1;
      });
      const two = second.exclusively("x", async () => {
        log.push("two");
        throw new Error("of its own");
      });
      await second.exclusively("y", async () => void log.push("another name"));
      finish();
      checkSame(await one, 1, "the result");
      checkSame(await two.catch((error: Error) => error.message), "of its own", "an error");
      await first.exclusively("x", async () => void log.push("three"));
      checkSame(log, ["one begins", "another name", "one ends", "two", "three"], "the order");
    },
  },
  {
    name: "lets go of a wait that is aborted, and of its turn",
    async run({ open }) {
      const storage = await open();
      let finish = (): void => undefined;
      let first: Promise<void> | undefined;
      await new Promise<void>((begun) => {
        first = storage.exclusively("x", () => {
          begun();
          return new Promise<void>((resolve) => {
            finish = resolve;
          });
        });
      });
      const controller = new AbortController();
      let hasRun = false;
      const second = storage.exclusively(
        "x",
        async () => {
          hasRun = true;
        },
        {
          signal: controller.signal,
        },
      );
      const third = storage.exclusively("x", async () => "third");
      controller.abort();
      const error = await second.catch((thrown: unknown) => thrown);
      checkSame(error instanceof SwarmError && error.code, "aborted", "the aborted wait");
      finish();
      await first;
      checkSame(await third, "third", "whoever waited behind it");
      checkSame(hasRun, false, "the aborted work");
    },
  },
];
