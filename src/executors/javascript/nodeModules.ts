type GetBuiltinModule = NodeJS.Process["getBuiltinModule"];

/**
 * A module of Node, without an import that bundlers for browsers would stumble over; `undefined` in browsers and
 * before Node 20.16.
 */
export const nodeModule: GetBuiltinModule = (name: string) => {
  const { process } = globalThis as { process?: { getBuiltinModule?: GetBuiltinModule } };
  return process?.getBuiltinModule?.(name);
};
