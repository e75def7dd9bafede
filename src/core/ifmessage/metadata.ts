import type { MessageMetadata } from "../wire/message.js";
import type { IfMessage } from "./ifMessage.js";
import type { IfMessageDraft } from "./writeIfMessage.js";

/** Fields of an IFMessage that peerswarm's own messages carry as metadata. */
export type IfMetadata = Pick<
  IfMessageDraft,
  "level" | "conversation_id" | "performative" | "citation_ids" | "traceId"
>;

/**
 * A message's metadata in the names of IFMessage, to spread into a draft of {@link writeIfMessage}. `level`
 * is 1 where the metadata has none; IFMessage knows levels 1 and 2 only.
 * @example
 * swarm.on("report", async (payload, { metadata }) => {
 *   const json = await writeIfMessage({ destination, payload, ...ifMetadataOf(metadata) }, identity);
 * });
 */
export function ifMetadataOf(metadata: MessageMetadata | undefined): IfMetadata {
  return {
    level: metadata?.level,
    conversation_id: metadata?.conversation,
    performative: metadata?.performative,
    citation_ids: metadata?.citations,
    traceId: metadata?.trace,
  };
}

/**
 * An IFMessage's fields as metadata of a peerswarm message, to pass as options of `swarm.send`. Id,
 * timestamp and `sequence_num` have no counterpart there: a message of the swarm has its own.
 */
export function messageMetadataOf(message: IfMessage): MessageMetadata {
  const { level, conversation_id, performative, citation_ids, traceId } = message;
  return {
    level,
    ...(conversation_id !== undefined && { conversation: conversation_id }),
    ...(performative !== undefined && { performative }),
    ...(citation_ids !== undefined && { citations: citation_ids }),
    ...(traceId !== undefined && { trace: traceId }),
  };
}
