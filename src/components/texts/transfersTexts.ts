import type { TransferSnapshot } from "../../core/index.js";
import { englishTransfersTexts } from "../locales/en/transfers.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link TransfersPanel}. */
export interface TransfersTexts {
  readonly title: string;
  /** Under way. */
  readonly count: (active: number, formatted: string) => string;
  readonly list: string;
  /** What sizes and rates are made of. */
  readonly measured: string;
  readonly unnamed: string;
  readonly state: Readonly<Record<TransferSnapshot["state"], string>>;
  readonly direction: Readonly<Record<TransferSnapshot["direction"], string>>;
  /** What stands before the peer's name. */
  readonly peer: Readonly<Record<TransferSnapshot["direction"], string>>;
  readonly progress: (done: string, total: string) => string;
  readonly progressOf: (name: string) => string;
  readonly rate: (bytes: string) => string;
  /** At the present rate. */
  readonly timeLeft: (duration: string) => string;
  /** For screen readers: how many offers wait for a decision. */
  readonly offers: (count: number) => string;
  readonly accept: string;
  readonly acceptFile: (name: string) => string;
  readonly refuse: string;
  readonly refuseFile: (name: string) => string;
  /** Told to the sender. */
  readonly refusedByHand: string;
  readonly cancel: string;
  readonly cancelFile: (name: string) => string;
  readonly save: string;
  readonly saveFile: (name: string) => string;
  readonly empty: { readonly what: string; readonly next: string };
}

export function useTransfersTexts(): TransfersTexts {
  return useTextsOf("transfers", englishTransfersTexts);
}
