import type { LinkHealth } from "../../core/index.js";
import { englishTopologyTexts } from "../locales/en/topology.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link TopologyPanel}. */
export interface TopologyTexts {
  readonly title: string;
  /** Beside the title. */
  readonly count: (links: number, formatted: string) => string;
  readonly view: string;
  readonly asDrawing: string;
  readonly asTable: string;
  /** Of the drawing, for screen readers. */
  readonly drawing: (given: { readonly members: string; readonly links: string }) => string;
  /** For screen readers: how to move from member to member. */
  readonly keys: string;
  /** This member. */
  readonly you: string;
  /** A member in the drawing, for screen readers; `slowest` is missing where nothing was measured. */
  readonly member: (given: {
    readonly label: string;
    readonly state: string;
    readonly links: string;
    readonly slowest: string | undefined;
  }) => string;
  readonly links: (count: number, formatted: string) => string;
  readonly slowest: (time: string) => string;
  /** How many links a member says to have; `named` is missing where it names all of them. */
  readonly told: (given: { readonly links: string; readonly named: string | undefined }) => string;
  readonly silent: string;
  readonly choose: string;
  readonly health: Readonly<Record<LinkHealth, string>>;
  /** Of links that are ours, that both ends name, and that only one end names. */
  readonly standing: Readonly<Record<"own" | "confirmed" | "claimed", string>>;
  /** The same in a table, where the member that claims a link is named. */
  readonly known: Readonly<Record<"own" | "confirmed", string>>;
  readonly claimedBy: (label: string) => string;
  readonly members: string;
  readonly otherEnd: string;
  readonly healthColumn: string;
  readonly roundTrip: string;
  readonly knownFrom: string;
  readonly relayed: string;
  readonly captionAll: string;
  readonly captionOf: (label: string) => string;
  readonly more: (count: string) => string;
  /** Where there are too many members to draw the links between the others. */
  readonly crowded: (given: { readonly members: string; readonly drawn: string | undefined }) => string;
  readonly strangers: (count: number, formatted: string) => string;
  readonly unasked: (count: number, formatted: string) => string;
  readonly waiting: { readonly what: string; readonly next: string };
  readonly empty: {
    readonly off: { readonly what: string; readonly next: string };
    readonly joining: { readonly what: string; readonly next: string };
    readonly joined: (room: string) => { readonly what: string; readonly next: string };
    readonly reconnecting: { readonly what: string; readonly next: string };
  };
}

export function useTopologyTexts(): TopologyTexts {
  return useTextsOf("topology", englishTopologyTexts);
}
