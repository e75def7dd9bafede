import { type RefObject, useDeferredValue, useRef, useState } from "react";
import { ALL_PEERS, type PeerCriteria, type PeerOrder } from "./peerCriteria.js";

/** What {@link usePeerCriteria} gives. */
export interface PeerChoice {
  /** As it was typed and chosen. */
  readonly criteria: PeerCriteria;
  /** The same for the list, which may come a moment later: typing never waits for it. */
  readonly applied: PeerCriteria;
  readonly setCriteria: (criteria: PeerCriteria) => void;
  readonly order: PeerOrder;
  readonly setOrder: (order: PeerOrder) => void;
  readonly textField: RefObject<HTMLInputElement | null>;
  /** Shows all again, and gives the focus to the text: what had it may have gone. */
  readonly clear: () => void;
}

/** Which peers are shown and in which order, for as long as the panel lives. */
export function usePeerCriteria(): PeerChoice {
  const [criteria, setCriteria] = useState(ALL_PEERS);
  const [order, setOrder] = useState<PeerOrder>("since");
  const textField = useRef<HTMLInputElement>(null);
  const clear = (): void => {
    setCriteria(ALL_PEERS);
    textField.current?.focus();
  };
  return { criteria, applied: useDeferredValue(criteria), setCriteria, order, setOrder, textField, clear };
}
