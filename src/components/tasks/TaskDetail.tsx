import type { ReactNode } from "react";
import type { SwarmError, TaskChoice, TaskSnapshot } from "../../core/index.js";
import { CopyButton } from "../parts/CopyButton.js";
import { EventsBehind } from "../parts/EventsBehind.js";
import { Fact } from "../parts/Fact.js";
import { formatBytes } from "../parts/format.js";
import { PeerName } from "../parts/PeerName.js";
import { previewText } from "../parts/previewText.js";
import { reasonOf } from "../parts/reasonOf.js";
import { When } from "../parts/When.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useConnectionTexts } from "../texts/connectionTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useTasksTexts } from "../texts/tasksTexts.js";

/** Everything that is known of one task. */
export function TaskDetail({ task }: { readonly task: TaskSnapshot }): ReactNode {
  const texts = useTasksTexts();
  const { id, inputPreview, choice, error, outputs, startedAtMs, endedAtMs } = task;
  return (
    <div className="ps-detail">
      <dl className="ps-facts">
        {inputPreview !== "" && (
          <Fact term={texts.input} name="input">
            <code dir="auto">{previewText(inputPreview)}</code>
          </Fact>
        )}
        {choice !== undefined && <ChoiceFacts choice={choice} />}
        {error !== undefined && (
          <Fact term={texts.lastError} name="error">
            <ErrorLines error={error} />
          </Fact>
        )}
        {outputs.chunks > 0 && (
          <Fact term={texts.output} name="output">
            <Outputs task={task} />
          </Fact>
        )}
        <Fact term={texts.began} name="began">
          <When atMs={startedAtMs} isWhole />
        </Fact>
        {endedAtMs !== undefined && (
          <Fact term={texts.ended} name="ended">
            <When atMs={endedAtMs} isWhole />
          </Fact>
        )}
        <Fact term={texts.id} name="task-id">
          <code>{id}</code>
          <CopyButton text={id} label={texts.copyId} />
        </Fact>
      </dl>
    </div>
  );
}

const OUTPUT_TYPE = "swarm/task-output";

/** How much output came or went, and behind it the messages that brought it. */
function Outputs({ task }: { readonly task: TaskSnapshot }): ReactNode {
  const texts = useTasksTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const { role, outputs, choice, startedAtMs } = task;
  const peerId = task.peerId ?? choice?.peerId;
  const direction = role === "delegated" ? "received" : "sent";
  const words = texts.outputs(outputs.chunks, formatBytes(outputs.bytes, locale, common.byteUnits));
  return (
    <EventsBehind
      what={words}
      query={{ type: OUTPUT_TYPE, direction, peerId, sinceMs: startedAtMs }}
      aggregate={texts.otherOutputs}
    >
      {words}
    </EventsBehind>
  );
}

function ChoiceFacts({ choice }: { readonly choice: TaskChoice }): ReactNode {
  const texts = useTasksTexts();
  const { reasons, others } = choice;
  return (
    <>
      <Fact term={texts.choice} name="choice">
        <Reasons reasons={reasons} />
      </Fact>
      {others.length > 0 && (
        <Fact term={texts.others} name="others">
          <ul className="ps-lines">
            {others.map(({ peerId, reasons: against }) => (
              <li key={peerId}>
                <PeerName peerId={peerId} /> <Reasons reasons={against} />
              </li>
            ))}
          </ul>
        </Fact>
      )}
    </>
  );
}

function Reasons({ reasons }: { readonly reasons: readonly string[] }): ReactNode {
  return (
    <span className="ps-chips">
      {reasons.map((reason) => (
        <span className="ps-chip" key={reason}>
          {reason}
        </span>
      ))}
    </span>
  );
}

function ErrorLines({ error }: { readonly error: SwarmError }): ReactNode {
  const connection = useConnectionTexts();
  const { what, fix } = reasonOf(error);
  return (
    <span className="ps-lines">
      <span>
        {what} <code>{error.code}</code>
      </span>
      {fix !== undefined && (
        <span>
          <strong>{connection.fix}:</strong> {fix}
        </span>
      )}
    </span>
  );
}
