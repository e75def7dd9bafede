import { type ReactNode, useRef, useState } from "react";
import { toSwarmError } from "../../core/errors.js";
import type { SwarmError } from "../../core/index.js";
import { useSwarm, useSwarmStatus } from "../../hooks/index.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { useConsensusTexts } from "../texts/consensusTexts.js";
import { ProposalForm, type WrittenProposal } from "./ProposalForm.js";

/** A button beside what is given, and behind it a form to put something to the vote by hand. */
export function ProposeBox({ children }: { readonly children: ReactNode }): ReactNode {
  const swarm = useSwarm();
  const texts = useConsensusTexts();
  const isOff = useSwarmStatus() === "off";
  const button = useRef<HTMLButtonElement>(null);
  const [isWriting, setWriting] = useState(false);
  const [failed, setFailed] = useState<{ readonly written: WrittenProposal; readonly error: SwarmError }>();
  const close = (): void => {
    setWriting(false);
    button.current?.focus();
  };
  const propose = (written: WrittenProposal): void => {
    close();
    setFailed(undefined);
    // How it ends is in its row.
    swarm.consensus.propose(written).catch((thrown: unknown) => {
      setFailed({ written, error: toSwarmError(thrown, "internal", "The proposal could not be made.") });
    });
  };
  return (
    <div className="ps-propose">
      <div className="ps-propose-line">
        {children}
        <button
          type="button"
          className="ps-button"
          ref={button}
          disabled={isOff}
          aria-expanded={isWriting}
          onClick={() => setWriting(!isWriting)}
        >
          {texts.propose}
        </button>
      </div>
      <div role="alert">{failed !== undefined && <ErrorNote error={failed.error} tone="error" />}</div>
      {isWriting && <ProposalForm written={failed?.written} onSubmit={propose} onClose={close} />}
    </div>
  );
}
