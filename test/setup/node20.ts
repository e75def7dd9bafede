/**
 * What vitest's reporters use and Node 20 lacks: without it a failing test crashes the reporter
 * and hides itself. Only for vitest's own process: tests run on the platform as it is.
 */
const groupInto = <K, V>(items: Iterable<V>, keyOf: (item: V, index: number) => K): Map<K, V[]> => {
  const groups = new Map<K, V[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
};

const missing = {
  groupBy: (items: Iterable<unknown>, keyOf: (item: unknown, index: number) => PropertyKey) =>
    Object.assign(Object.create(null), Object.fromEntries(groupInto(items, keyOf))),
  withResolvers: () => {
    let settle = {};
    const promise = new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
    return { promise, ...settle };
  },
};

const define = (target: object, name: string, value: unknown) => {
  if (name in target) return;
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
};

define(Map, "groupBy", groupInto);
define(Object, "groupBy", missing.groupBy);
define(Promise, "withResolvers", missing.withResolvers);
