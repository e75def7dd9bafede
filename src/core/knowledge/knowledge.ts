import { SwarmError } from "../errors.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { startLazily } from "../protocols/lazyPart.js";
import { whenPresent } from "../protocols/whenPresent.js";
import type { Knowledge, KnowledgeOptions, Reflections } from "./api.js";
import { contentOf } from "./content.js";
import type { KnowledgeEngine } from "./engine.js";
import { DEFAULT_KNOWLEDGE_BYTES, EMPTY_KNOWLEDGE } from "./knowledgeView.js";
import type { Library } from "./library.js";
import { notJoined } from "./notJoined.js";
import { allOf, FORGOTTEN, RECORDS, scopeOf } from "./storageKeys.js";

const MIN_BYTES: number = 1024 * 1024;

/** @throws SwarmError `invalid-option` */
export function checkKnowledgeOptions(options: KnowledgeOptions): KnowledgeOptions {
  const { maxBytes = DEFAULT_KNOWLEDGE_BYTES } = options;
  if (Number.isSafeInteger(maxBytes) && maxBytes >= MIN_BYTES) return options;
  throw new SwarmError("invalid-option", {
    what: `knowledge.maxBytes is ${maxBytes}.`,
    why: "Knowledge needs a whole number of bytes, 1 MiB (1,048,576) at least.",
    fix: "Leave it out for the default of 256 MiB.",
  });
}

/** Names of the messages, without `swarm/`. */
export const MESSAGE_NAMES = [
  "knowledge-share",
  "reflection-share",
  "knowledge-receipt",
  "knowledge-compare",
  "knowledge-pull",
  "knowledge-changed",
  "knowledge-request",
  "knowledge-block",
  "knowledge-query",
  "knowledge-answer",
] as const;

/** Both halves of what a swarm knows. Small itself: what does the work is loaded with the first use. */
export function startKnowledge(
  port: ProtocolPort,
  options: KnowledgeOptions,
): { readonly knowledge: Knowledge; readonly reflections: Reflections } {
  const { storage } = port.runtime;
  const isSomethingKept = async ({ identity, room }: PortSelf): Promise<boolean> => {
    const scope = scopeOf(identity.agentId, room);
    const found = await Promise.all(
      [RECORDS, FORGOTTEN].map((collection) => storage.entries(collection, { ...allOf(scope), limit: 1 })),
    );
    return found.some((entries) => entries.length > 0);
  };
  const part = startLazily<KnowledgeEngine>({
    port,
    what: "knowledge",
    names: MESSAGE_NAMES,
    load: async () => {
      const { createKnowledgeEngine } = await import("./engine.js");
      return (startPort) => createKnowledgeEngine(startPort, options);
    },
    isNeeded: isSomethingKept,
  });
  port.publish({ knowledge: { ...EMPTY_KNOWLEDGE, maxBytes: options.maxBytes ?? DEFAULT_KNOWLEDGE_BYTES } });

  const library = async (signal?: AbortSignal): Promise<Library> => {
    await whenPresent(port, notJoined, signal);
    return (await part.engine()).library();
  };

  return {
    knowledge: {
      put: async (content, options = {}) => {
        const taken = contentOf(content);
        return (await library()).put(taken, options);
      },
      get: async (id, options = {}) => (await library(options.signal)).get(id, options),
      list: async (filter = {}) => (await library()).list(filter),
      share: async (id) => (await library()).share(id),
      remove: async (id) => (await library()).remove(id),
      query: async (query, options = {}) => (await library(options.signal)).query(query, options),
      signed: async (id) => (await library()).signed(id),
      export: async () => (await library()).export(),
      import: async (file) => {
        const taken = file instanceof Blob ? file : new Blob([file.slice()]);
        return (await library()).import(taken);
      },
      usage: async () => (await library()).usage(),
    },
    reflections: {
      add: async (draft) => (await library()).addReflection(draft),
      list: async () => (await library()).listReflections(),
      search: async (text, { k } = {}) => (await library()).searchReflections(text, k),
      shareSuccess: async () => (await library()).shareSuccess(),
      integrate: async (reflection) =>
        (await library()).integrate(typeof reflection === "string" ? reflection : reflection.id),
      remove: async (id) => (await library()).remove(id),
      signed: async (id) => (await library()).signed(id),
    },
  };
}
