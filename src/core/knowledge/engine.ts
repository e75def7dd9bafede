import type { MessageInfo } from "../messages/router.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import type { LazyEngine } from "../protocols/lazyPart.js";
import type { KnowledgeOptions } from "./api.js";
import type { Library } from "./library.js";
import { notJoined } from "./notJoined.js";
import { type OpenLibrary, openLibrary } from "./openLibrary.js";

/** Messages kept while a library opens. */
const MAX_WAITING = 256;

/** Opens a library in each stay that needs one. */
export interface KnowledgeEngine extends LazyEngine {
  /** @throws SwarmError `not-joined`, `storage-failed` */
  library(): Promise<Library>;
}

interface Stay {
  readonly self: PortSelf;
  readonly opening: Promise<OpenLibrary>;
  open: OpenLibrary | undefined;
  readonly waiting: (() => void)[];
}

/** Loaded with the first use, or the first message about knowledge. */
export function createKnowledgeEngine(port: ProtocolPort, options: KnowledgeOptions): KnowledgeEngine {
  let stay: Stay | undefined;

  const begin = (self: PortSelf): Stay => {
    const begun: Stay = {
      self,
      waiting: [],
      open: undefined,
      opening: openLibrary(port, self, options),
    };
    stay = begun;
    begun.opening.then(
      (library) => opened(begun, library),
      () => {
        // Asked for again, the storage may answer.
        if (stay === begun) stay = undefined;
        port.dropped("storage-failed", undefined);
      },
    );
    return begun;
  };

  const opened = (begun: Stay, library: OpenLibrary): void => {
    if (stay !== begun) return library.close();
    begun.open = library;
    for (const deliver of begun.waiting.splice(0)) deliver();
  };

  const present = (): Stay | undefined => {
    const { self } = port;
    if (self === undefined) return undefined;
    return stay?.self === self ? stay : begin(self);
  };

  port.watch("ended", () => {
    stay?.open?.close();
    stay = undefined;
  });
  port.watch("began", begin);
  present();

  return {
    receive(name, payload, info: MessageInfo) {
      const now = present();
      if (now === undefined) return true;
      if (now.open !== undefined) return now.open.receive(name, payload, info);
      const deliver = (): void => {
        if (now.open?.receive(name, payload, info) === false)
          port.dropped("invalid-payload", info.from.peerId);
      };
      if (now.waiting.length < MAX_WAITING) now.waiting.push(deliver);
      else port.dropped("part-loading", info.from.peerId);
      return true;
    },
    async library() {
      const now = present();
      if (now === undefined) throw notJoined();
      return now.opening;
    },
  };
}
