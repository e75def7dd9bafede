import type { ProtocolPort } from "../protocols/builtin.js";
import { createTaskChannel } from "./channel.js";
import type { TaskDefinition } from "./definition.js";
import { startDelegating } from "./delegating.js";
import { type Handling, startHandling } from "./handling.js";
import { startLoad } from "./load.js";
import type { Tasks } from "./taskApi.js";
import { createTaskBook } from "./taskBook.js";

/** Starts the part of a swarm that does tasks for others and has them done by others. */
export function startTasks(port: ProtocolPort): Tasks {
  const channel = createTaskChannel(port);
  const book = createTaskBook(port);
  const load = startLoad(port, channel, book, () => delegating.stir());
  const handling: Handling = startHandling(port, channel, book, load);
  const delegating = startDelegating(port, channel, book, { load, handles: handling.handles });

  return {
    handle: (definition, executor, options = {}) =>
      handling.handle(definition as TaskDefinition, executor, options),
    delegate: (definition, input, options = {}) =>
      delegating.delegate(definition as TaskDefinition, input, options) as never,
    cancel: delegating.cancel,
    configure: handling.configure,
    approve: (requestId) => handling.decide(requestId, true),
    refuse: (requestId, reason) => handling.decide(requestId, false, reason),
  };
}
