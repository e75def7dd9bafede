import { type ReactNode, useState } from "react";
import { useNow, useSignaling, useSwarm, useSwarmStatus } from "../hooks/index.js";
import { CopyButton } from "./CopyButton.js";
import { ErrorNote } from "./ErrorNote.js";
import { formatDuration, formatSeconds } from "./format.js";
import { Panel, type PanelProps } from "./Panel.js";
import { StateWord } from "./StateWord.js";
import { useTexts } from "./TextsProvider.js";

/**
 * Where the swarm stands with its room: status, server, room, own peer id, uptime, why it is not joined and
 * when it tries again; with Reconnect, Disconnect and Announce presence.
 */
export function ConnectionPanel(props: PanelProps): ReactNode {
  const { connection } = useTexts();
  const status = useSwarmStatus();
  return (
    <Panel
      title={connection.title}
      {...props}
      name="connection"
      state={status}
      aside={
        <span role="status">
          <StateWord state={status} word={connection.status[status]} />
        </span>
      }
    >
      <Facts />
      <Reason />
      <Actions />
    </Panel>
  );
}

function Facts(): ReactNode {
  const { connection, common } = useTexts();
  const { server, room, peerId } = useSignaling();
  return (
    <dl className="ps-facts">
      <Fact term={connection.room} name="room">
        <bdi>{room}</bdi>
      </Fact>
      <Fact term={connection.server} name="server">
        {server}
      </Fact>
      <Fact term={connection.peerId} name="peer-id">
        {peerId === undefined ? (
          common.unknown
        ) : (
          <>
            <code>{peerId}</code>
            <CopyButton text={peerId} label={connection.copyPeerId} />
          </>
        )}
      </Fact>
      <Fact term={connection.uptime} name="uptime">
        <Uptime />
      </Fact>
    </dl>
  );
}

interface FactProps {
  readonly term: string;
  readonly name: string;
  readonly children: ReactNode;
}

function Fact({ term, name, children }: FactProps): ReactNode {
  return (
    <div className="ps-fact" data-fact={name}>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Uptime(): ReactNode {
  const { common, locale } = useTexts();
  const { connectedAtMs } = useSignaling();
  const nowMs = useNow();
  if (connectedAtMs === undefined) return common.unknown;
  return formatDuration((nowMs ?? connectedAtMs) - connectedAtMs, locale);
}

function Reason(): ReactNode {
  const { connection } = useTexts();
  const status = useSwarmStatus();
  const { reason, notice, isConnected } = useSignaling();
  return (
    <>
      {/* There before its content is, so that screen readers announce what comes into it. */}
      <div className="ps-notes" role="status">
        {reason !== undefined && <ErrorNote error={reason} tone={status === "off" ? "error" : "warning"} />}
        {notice !== undefined && (
          <p className="ps-note" data-tone="info">
            <strong>{connection.notice}:</strong> {notice}
          </p>
        )}
      </div>
      {reason !== undefined && status !== "off" && !isConnected && <NextTry />}
    </>
  );
}

// Outside of the live region: a countdown must not be read out every second.
function NextTry(): ReactNode {
  const { connection, locale } = useTexts();
  const { nextTryAtMs } = useSignaling();
  const nowMs = useNow();
  const waitMs = nextTryAtMs === undefined || nowMs === undefined ? 0 : nextTryAtMs - nowMs;
  return (
    <p className="ps-next-try" role="timer">
      {waitMs > 0 ? connection.nextTry(formatSeconds(waitMs, locale)) : connection.trying}
    </p>
  );
}

function Actions(): ReactNode {
  const swarm = useSwarm();
  const { connection } = useTexts();
  const status = useSwarmStatus();
  const [announcedTo, setAnnouncedTo] = useState<number>();

  const reconnect = (): void => {
    // What goes wrong is in the store as the reason, and shown above.
    if (status === "off") swarm.join().catch(() => undefined);
    else swarm.reconnect();
  };

  return (
    <div className="ps-actions">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      <div className="ps-buttons" role="group" aria-label={connection.actions}>
        <button type="button" className="ps-button" onClick={reconnect}>
          {connection.reconnect}
        </button>
        <button
          type="button"
          className="ps-button"
          disabled={status === "off"}
          onClick={() => void swarm.leave()}
        >
          {connection.disconnect}
        </button>
        <button
          type="button"
          className="ps-button"
          disabled={status === "off" || status === "joining"}
          onClick={() => setAnnouncedTo(swarm.announce())}
        >
          {connection.announce}
        </button>
      </div>
      <p className="ps-feedback" role="status">
        {announcedTo !== undefined && status !== "off" && connection.announced(announcedTo)}
      </p>
    </div>
  );
}
