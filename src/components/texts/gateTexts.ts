import { englishGateTexts } from "../locales/en/gate.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link SwarmGate}. */
export interface GateTexts {
  readonly title: string;
  readonly intro: (room: string) => string;
  readonly exposes: string;
  readonly exposesAddress: string;
  readonly exposesCapabilities: (capabilities: string) => string;
  readonly exposesNoCapabilities: string;
  readonly remembered: string;
  readonly notRemembered: string;
  readonly join: string;
  readonly failed: string;
  readonly retry: string;
  readonly joining: (room: string) => string;
  readonly joined: (room: string) => string;
  readonly reconnecting: (room: string) => string;
  readonly disconnected: (room: string) => string;
  readonly leave: string;
  readonly bar: string;
}

export function useGateTexts(): GateTexts {
  return useTextsOf("gate", englishGateTexts);
}
