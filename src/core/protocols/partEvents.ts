import type { Decision, Equivocation, ProposalSnapshot } from "../consensus/proposal.js";
import type { AgentId } from "../identity/ids.js";
import type { Reflection } from "../knowledge/reflection.js";
import type { ExpiredLetter } from "../mailbox/mailbox.js";
import type { ApprovalRequest, TaskSnapshot } from "../tasks/taskState.js";

/** What the parts above messages tell the app of, each its own; `SwarmEvents` has them all. */
export interface PartEvents {
  /** A letter of `sendReliably` has expired, and was not delivered for certain; `id` names it. */
  "message-expired": ExpiredLetter;
  /** A task was delegated here, or has come from a peer. */
  "task-started": TaskSnapshot;
  /** It changed its state, its peer or its progress; at most ten times a second. */
  "task-progress": TaskSnapshot;
  "task-ended": TaskSnapshot;
  /** A peer's task waits for a person: `swarm.tasks.approve` or `refuse`. */
  "task-approval-wanted": ApprovalRequest;
  /** Somebody, perhaps we, put something to the vote. */
  "proposal-opened": ProposalSnapshot;
  /** A vote has ended, and its certificate was checked. */
  "consensus-result": Decision;
  /** An agent signed two things of which an honest one signs only one. */
  "equivocation-found": Equivocation;
  /** An artifact or a reflection is here that was not: put, shared by a peer, found by a query, or imported. */
  "knowledge-added": {
    readonly kind: "artifact" | "reflection";
    /** Of the artifact or the reflection. */
    readonly id: string;
    readonly author: AgentId;
    readonly isOwn: boolean;
  };
  /** A reflection of another agent became one's own. */
  "reflection-integrated": Reflection;
}
