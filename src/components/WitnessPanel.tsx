import type { ReactNode } from "react";
import { useWitness } from "../hooks/index.js";
import { formatCount } from "./parts/format.js";
import { Nothing } from "./parts/Nothing.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { useLocale } from "./texts/TextsProvider.js";
import { useWitnessTexts } from "./texts/witnessTexts.js";
import { RecordBrowser } from "./witness/RecordBrowser.js";
import { WitnessActions } from "./witness/WitnessActions.js";
import { WitnessFacts } from "./witness/WitnessFacts.js";

/**
 * The live witness log: its head, how far it is signed, and the last 50 records, newest first, or on request all that are
 * kept, by kind and by what is in them; each with its detail and hashes. Verifies the whole log as anyone
 * could, and saves it.
 */
export function WitnessPanel(props: PanelProps): ReactNode {
  const texts = useWitnessTexts();
  const locale = useLocale();
  const records = useWitness((witness) => witness.records);
  return (
    <Panel
      title={texts.title}
      {...props}
      name="witness"
      state={records === 0 ? "empty" : "full"}
      aside={<span className="ps-count">{texts.count(records, formatCount(records, locale))}</span>}
    >
      {records === 0 ? (
        <Nothing {...texts.empty} />
      ) : (
        <>
          <WitnessFacts />
          <WitnessActions />
          <RecordBrowser />
        </>
      )}
    </Panel>
  );
}
