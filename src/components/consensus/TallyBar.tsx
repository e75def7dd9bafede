import type { ReactNode } from "react";
import type { BallotChoice, ProposalSnapshot } from "../../core/index.js";
import { formatCount } from "../parts/format.js";
import { useConsensusTexts } from "../texts/consensusTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { choiceLabel } from "./choiceLabel.js";
import { neededOf } from "./needed.js";

interface Part {
  readonly key: string;
  /** Which look it has: one of the words that every vote has, or the place of an option. */
  readonly look: string;
  readonly label: string;
  readonly weight: number;
}

// Options beyond it look like earlier ones; their names tell them apart.
const OPTION_LOOKS = 4;

/** How the ballots stand, as a bar over the whole electorate and in words. */
export function TallyBar({ proposal }: { readonly proposal: ProposalSnapshot }): ReactNode {
  const texts = useConsensusTexts();
  const locale = useLocale();
  const { choices, options, tally, state } = proposal;
  const needed = neededOf(proposal);
  const parts: readonly Part[] = [
    ...choices.map((choice, place) => ({
      key: choice,
      look: lookOf(choice, place),
      label: choiceLabel(choice, texts),
      weight: tally.byChoice[choice] ?? 0,
    })),
    { key: "equivocated", look: "equivocated", label: texts.equivocated, weight: tally.equivocated },
    { key: "pending", look: "pending", label: texts.pending, weight: tally.pending },
  ];
  // What every vote has is said even where it is none, so that nothing moves when a ballot comes.
  const said = parts.filter(({ key, weight }) => weight > 0 || key !== "equivocated");
  return (
    <div className="ps-tally">
      {/* Where there are options, each of them begins elsewhere. */}
      <Bar parts={parts} total={tally.total} needed={options.length === 0 ? needed : undefined} />
      <ul className="ps-legend">
        {said.map(({ key, look, label, weight }) => (
          <li key={key} data-look={look} data-value={weight}>
            <bdi>{label}</bdi> <strong>{formatCount(weight, locale)}</strong>
          </li>
        ))}
        {state === "open" && (
          <li data-look="needed" data-value={needed}>
            {texts.needed} <strong>{formatCount(needed, locale)}</strong>
          </li>
        )}
      </ul>
    </div>
  );
}

function lookOf(choice: BallotChoice, place: number): string {
  return choice === "yes" || choice === "no" || choice === "abstain"
    ? choice
    : `option-${place % OPTION_LOOKS}`;
}

interface BarProps {
  readonly parts: readonly Part[];
  readonly total: number;
  /** Where the first choice has to reach. */
  readonly needed: number | undefined;
}

/** Attributes and no inline style, which an app's content policy may forbid. */
function Bar({ parts, total, needed }: BarProps): ReactNode {
  let left = 0;
  const placed = parts.map((part) => {
    const x = left;
    left += part.weight;
    return { ...part, x };
  });
  return (
    <svg
      className="ps-tally-bar"
      viewBox={`0 0 ${Math.max(1, total)} 1`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {placed.map(({ key, look, x, weight }) => (
        <rect key={key} data-look={look} x={x} y="0" width={weight} height="1" />
      ))}
      {needed !== undefined && needed < total && <line x1={needed} x2={needed} y1="0" y2="1" />}
    </svg>
  );
}
