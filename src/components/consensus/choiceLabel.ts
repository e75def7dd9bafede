import type { BallotChoice } from "../../core/index.js";
import type { ConsensusTexts } from "../texts/consensusTexts.js";

/** What a choice is called: the name that every vote has for it, or the option as its proposer wrote it. */
export function choiceLabel(choice: BallotChoice, { choice: names }: ConsensusTexts): string {
  return choice === "yes" || choice === "no" || choice === "abstain" ? names[choice] : choice;
}
