import { systemClock } from "../clock.js";

/** What {@link detectCapabilities} can find. An app may announce any other name. */
export type DetectableCapability =
  | "wasm"
  | "wasm-simd"
  | "wasm-threads"
  | "webgpu"
  | "webgl2"
  | "workers"
  | "indexeddb"
  | "opfs"
  | "local-llm";

/** How capabilities are detected. */
export interface DetectOptions {
  /** How long each probe may take before what it looks for counts as absent. Default 2000. */
  readonly timeoutMs?: number;
}

/** Default of {@link DetectOptions}' `timeoutMs`: a graphics process that starts takes hundreds of milliseconds. */
const DETECT_TIMEOUT_MS = 2000;

// What probes touch of the platform; any of it may be missing.
interface Platform {
  readonly WebAssembly?: typeof WebAssembly;
  readonly SharedArrayBuffer?: unknown;
  readonly crossOriginIsolated?: boolean;
  readonly Worker?: unknown;
  readonly OffscreenCanvas?: new (width: number, height: number) => CanvasLike;
  readonly document?: { createElement(name: "canvas"): CanvasLike };
  readonly indexedDB?: IDBFactory;
  readonly navigator?: {
    readonly gpu?: { requestAdapter(): Promise<object | null> };
    readonly storage?: { getDirectory?(): Promise<unknown> };
  };
  readonly LanguageModel?: { availability(): Promise<string> };
}

interface CanvasLike {
  getContext(kind: "webgl2"): WebGL2RenderingContext | null;
}

// Smallest modules that validate only where the feature is there; the text is the WebAssembly they hold.
const MODULE = [0, 97, 115, 109, 1, 0, 0, 0];
/** `(func (result v128) (i8x16.splat (i32.const 0)))` */
const SIMD = [...MODULE, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11];
/** `(memory 1 1 shared)` */
const SHARED_MEMORY = [...MODULE, 5, 4, 1, 3, 1, 1];

const validates = ({ WebAssembly: wasm }: Platform, bytes: readonly number[]): boolean =>
  wasm?.validate(new Uint8Array(bytes)) === true;

function hasWebgl2({ OffscreenCanvas: Offscreen, document }: Platform): boolean {
  const canvas = Offscreen === undefined ? document?.createElement("canvas") : new Offscreen(1, 1);
  const context = canvas?.getContext("webgl2");
  // Browsers keep few contexts, and drop the oldest: a probe must not cost the app one of its own.
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context != null;
}

/** Whether a database opens: private windows and blocked storage have the interface and nothing behind it. */
function hasIndexedDb({ indexedDB: factory }: Platform): Promise<boolean> | boolean {
  if (factory === undefined) return false;
  const name = "peerswarm-probe";
  return new Promise((resolve) => {
    const request = factory.open(name);
    request.onerror = () => resolve(false);
    request.onsuccess = () => {
      request.result.close();
      // Leaves nothing behind; where another tab probes too, that one removes it.
      const removal = factory.deleteDatabase(name);
      removal.onsuccess = removal.onerror = removal.onblocked = () => resolve(true);
    };
  });
}

const PROBES: Readonly<Record<DetectableCapability, (platform: Platform) => boolean | Promise<boolean>>> = {
  wasm: (platform) => validates(platform, MODULE),
  "wasm-simd": (platform) => validates(platform, SIMD),
  // Node has shared memory without being isolated, and no flag that says so.
  "wasm-threads": (platform) =>
    (platform.crossOriginIsolated ?? platform.SharedArrayBuffer !== undefined) &&
    platform.SharedArrayBuffer !== undefined &&
    validates(platform, SHARED_MEMORY),
  webgpu: async ({ navigator }) => (await navigator?.gpu?.requestAdapter()) != null,
  webgl2: hasWebgl2,
  workers: ({ Worker }) => Worker !== undefined,
  indexeddb: hasIndexedDb,
  opfs: async ({ navigator }) => (await navigator?.storage?.getDirectory?.()) !== undefined,
  // "downloadable" is a promise of gigabytes, not a model.
  "local-llm": async ({ LanguageModel }) => (await LanguageModel?.availability()) === "available",
};

async function holds(probe: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  let cancel = (): void => {};
  const tooLate = new Promise<false>((resolve) => {
    cancel = systemClock.setTimer(timeoutMs, () => resolve(false));
  });
  try {
    return await Promise.race([probe(), tooLate]);
  } catch {
    return false;
  } finally {
    cancel();
  }
}

/**
 * What this browser or process can do, sorted by name: what answers, not what merely has an interface (a graphics
 * adapter, a database that opens, a model that is there). Never rejects; what fails or takes too long is absent.
 * Nothing is announced: hand the result to `announce`. What an executor makes possible, such as `js-sandbox`, is
 * declared by registering it.
 *
 * `local-llm` is the browser's own model (`LanguageModel.availability()` of the Prompt API says `available`);
 * `wasm-threads` needs a page that is cross-origin isolated.
 *
 * @example
 * ```ts
 * swarm.announce({ capabilities: ["chat", ...(await detectCapabilities())] });
 * ```
 */
export async function detectCapabilities({
  timeoutMs = DETECT_TIMEOUT_MS,
}: DetectOptions = {}): Promise<readonly DetectableCapability[]> {
  const platform = globalThis as unknown as Platform;
  const probes = Object.entries(PROBES) as [DetectableCapability, (typeof PROBES)[DetectableCapability]][];
  const found = await Promise.all(
    probes.map(async ([name, probe]) => ((await holds(() => probe(platform), timeoutMs)) ? [name] : [])),
  );
  return Object.freeze(found.flat().sort());
}
