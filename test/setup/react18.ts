import Module from "node:module";

interface Resolver {
  _resolveFilename(request: string, ...rest: unknown[]): string;
}

// Vite's aliases do not reach the CommonJS packages that Node itself loads.
const resolver = Module as unknown as Resolver;
const resolveFilename = resolver._resolveFilename;
resolver._resolveFilename = (request, ...rest) =>
  resolveFilename.call(Module, request.replace(/^react(-dom)?(?=$|\/)/, "react$1-18"), ...rest);

const [react, dom] = await Promise.all([import("react"), import("react-dom")]);
// A run on the React that everything else is tested on would prove nothing.
if (!react.version.startsWith("18.3.") || react.version !== dom.version) {
  throw new Error(`The tests run on React ${react.version} and React DOM ${dom.version}, not on 18.3.`);
}
