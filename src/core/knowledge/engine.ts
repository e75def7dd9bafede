import { SwarmError } from "../errors.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { LazyEngine } from "../protocols/lazyPart.js";
import type { KnowledgeOptions } from "./knowledge.js";
import type { Library } from "./library.js";

/** Opens a library in each stay. */
export interface KnowledgeEngine extends LazyEngine {
  /** @throws SwarmError `not-joined` */
  library(): Promise<Library>;
}

export function createKnowledgeEngine(_port: ProtocolPort, _options: KnowledgeOptions): KnowledgeEngine {
  return {
    receive: () => true,
    library: async () => {
      throw new SwarmError("internal", { what: "Knowledge is not complete in this revision." });
    },
  };
}
