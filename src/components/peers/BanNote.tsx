import { type ReactNode, useRef } from "react";
import type { AgentId } from "../../core/index.js";
import { useSwarm } from "../../hooks/index.js";
import { takeFocus } from "../parts/Confirmation.js";
import { usePeersTexts } from "../texts/peersTexts.js";

/** Whom the visitor has banned last. */
export interface Ban {
  readonly agentId: AgentId;
  readonly label: string;
  readonly isLifted: boolean;
}

interface BanNoteProps {
  readonly ban: Ban | undefined;
  readonly onLift: (ban: Ban) => void;
}

/** Says whom the visitor has banned and takes it back: a banned peer has no row with a button any more. */
export function BanNote({ ban, onLift }: BanNoteProps): ReactNode {
  const swarm = useSwarm();
  const texts = usePeersTexts();
  const note = useRef<HTMLParagraphElement>(null);
  const lift = (lifted: Ban): void => {
    swarm.unban(lifted.agentId);
    onLift(lifted);
    note.current?.focus();
  };
  return (
    <div className="ps-ban-note" role="status">
      {ban !== undefined && (
        <p className="ps-note" tabIndex={-1} ref={note}>
          <span>{ban.isLifted ? texts.unbanned(ban.label) : texts.banned(ban.label)}</span>
          {!ban.isLifted && (
            // Takes the focus of the row that has gone.
            <button
              key={ban.agentId}
              type="button"
              className="ps-button"
              ref={takeFocus}
              onClick={() => lift(ban)}
            >
              {texts.unban}
            </button>
          )}
        </p>
      )}
    </div>
  );
}
