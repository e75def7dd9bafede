import type { ReactNode, RefObject } from "react";
import type { PeerSnapshot } from "../../core/index.js";
import { CrossIcon } from "../parts/icons.js";
import { usePeersTexts } from "../texts/peersTexts.js";
import { isNarrowed, PEER_ORDERS, PEER_STATES, type PeerCriteria, type PeerOrder } from "./peerCriteria.js";

const MAX_TEXT_LENGTH = 100;
const ANY_STATE = "";

interface PeerToolsProps {
  readonly criteria: PeerCriteria;
  readonly onChange: (criteria: PeerCriteria) => void;
  readonly onClear: () => void;
  readonly order: PeerOrder;
  readonly onOrder: (order: PeerOrder) => void;
  readonly textField: RefObject<HTMLInputElement | null>;
}

/** Which peers are shown, and in which order. */
export function PeerTools(props: PeerToolsProps): ReactNode {
  const { criteria, onChange, onClear, order, onOrder, textField } = props;
  const texts = usePeersTexts();
  return (
    <fieldset className="ps-tools ps-peer-tools">
      <legend className="ps-hidden">{texts.tools}</legend>
      <div className="ps-tool-text">
        <label>
          <span className="ps-hidden">{texts.filter}</span>
          <input
            type="search"
            className="ps-input"
            ref={textField}
            placeholder={texts.filterHint}
            maxLength={MAX_TEXT_LENGTH}
            autoComplete="off"
            spellCheck={false}
            value={criteria.text}
            onChange={({ target }) => onChange({ ...criteria, text: target.value })}
          />
        </label>
        {/* In its place while there is nothing to clear, so that the text keeps its width. */}
        <button
          type="button"
          className="ps-icon-button"
          aria-label={texts.clear}
          title={texts.clear}
          disabled={!isNarrowed(criteria)}
          onClick={onClear}
        >
          <CrossIcon />
        </button>
      </div>
      <OrderChoice order={order} onOrder={onOrder} />
      <StateChoice state={criteria.state} onChange={(state) => onChange({ ...criteria, state })} />
      <label className="ps-tick">
        <input
          type="checkbox"
          checked={criteria.isMuted}
          onChange={({ target }) => onChange({ ...criteria, isMuted: target.checked })}
        />
        <span>{texts.mutedOnly}</span>
      </label>
    </fieldset>
  );
}

function OrderChoice({ order, onOrder }: Pick<PeerToolsProps, "order" | "onOrder">): ReactNode {
  const texts = usePeersTexts();
  return (
    <label className="ps-tool">
      <span>{texts.sortBy}</span>
      <select
        className="ps-select"
        value={order}
        onChange={({ target }) => onOrder(target.value as PeerOrder)}
      >
        {PEER_ORDERS.map((option) => (
          <option key={option} value={option}>
            {texts.orders[option]}
          </option>
        ))}
      </select>
    </label>
  );
}

interface StateChoiceProps {
  readonly state: PeerSnapshot["state"] | undefined;
  readonly onChange: (state: PeerSnapshot["state"] | undefined) => void;
}

function StateChoice({ state, onChange }: StateChoiceProps): ReactNode {
  const texts = usePeersTexts();
  return (
    <label className="ps-tool">
      <span>{texts.stateTerm}</span>
      <select
        className="ps-select"
        value={state ?? ANY_STATE}
        onChange={({ target }) => onChange(PEER_STATES.find((option) => option === target.value))}
      >
        <option value={ANY_STATE}>{texts.anyState}</option>
        {PEER_STATES.map((option) => (
          <option key={option} value={option}>
            {texts.state[option]}
          </option>
        ))}
      </select>
    </label>
  );
}
