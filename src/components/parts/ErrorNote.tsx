import type { ReactNode } from "react";
import type { SwarmError } from "../../core/index.js";
import { useConnectionTexts } from "../texts/connectionTexts.js";
import { reasonOf } from "./reasonOf.js";

/** Why something is not as it should be, and the mend. */
export function ErrorNote({
  error,
  tone,
}: {
  readonly error: SwarmError;
  readonly tone: "warning" | "error";
}): ReactNode {
  const texts = useConnectionTexts();
  const { what, fix } = reasonOf(error);
  return (
    <div className="ps-note" data-tone={tone} data-code={error.code}>
      <p>{what}</p>
      {fix !== undefined && (
        <p className="ps-note-fix">
          <strong>{texts.fix}:</strong> {fix}
        </p>
      )}
    </div>
  );
}
