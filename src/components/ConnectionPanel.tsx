import { type ReactNode, useState } from "react";
import { useConnectionActions, useNextTry, useSignaling, useSwarmStatus, useUptime } from "../hooks/index.js";
import { CopyButton } from "./parts/CopyButton.js";
import { ErrorNote } from "./parts/ErrorNote.js";
import { Fact } from "./parts/Fact.js";
import { formatCount, formatDuration, formatSeconds } from "./parts/format.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { StateWord } from "./parts/StateWord.js";
import { useCommonTexts } from "./texts/commonTexts.js";
import { useConnectionTexts } from "./texts/connectionTexts.js";
import { useLocale } from "./texts/TextsProvider.js";

/**
 * Where the swarm stands with its room: status, server, room, own peer id, uptime, why it is not joined and
 * when it tries again; with Reconnect, Disconnect and Announce presence.
 */
export function ConnectionPanel(props: PanelProps): ReactNode {
  const connection = useConnectionTexts();
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
  const connection = useConnectionTexts();
  const common = useCommonTexts();
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

function Uptime(): ReactNode {
  const common = useCommonTexts();
  const locale = useLocale();
  const uptimeMs = useUptime();
  return uptimeMs === undefined ? common.unknown : formatDuration(uptimeMs, locale);
}

function Reason(): ReactNode {
  const connection = useConnectionTexts();
  const status = useSwarmStatus();
  const { reason, notice } = useSignaling();
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
      <NextTry />
    </>
  );
}

// Outside of the live region: a countdown must not be read out every second.
function NextTry(): ReactNode {
  const connection = useConnectionTexts();
  const locale = useLocale();
  const waitMs = useNextTry();
  const { failedTries } = useSignaling();
  if (waitMs === undefined) return null;
  return (
    <p className="ps-next-try">
      <span role="timer">
        {waitMs > 0 ? connection.nextTry(formatSeconds(waitMs, locale)) : connection.trying}
      </span>
      {failedTries > 0 && (
        <span data-failed-tries={failedTries}>
          {connection.failedTries(failedTries, formatCount(failedTries, locale))}
        </span>
      )}
    </p>
  );
}

function Actions(): ReactNode {
  const connection = useConnectionTexts();
  const { reconnect, disconnect, announce, canDisconnect, canAnnounce } = useConnectionActions();
  const [announcedTo, setAnnouncedTo] = useState<number>();
  return (
    <div className="ps-actions">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      <div className="ps-buttons" role="group" aria-label={connection.actions}>
        <button type="button" className="ps-button" onClick={reconnect}>
          {connection.reconnect}
        </button>
        <Action isPossible={canDisconnect} onPress={disconnect}>
          {connection.disconnect}
        </Action>
        <Action isPossible={canAnnounce} onPress={() => setAnnouncedTo(announce())}>
          {connection.announce}
        </Action>
      </div>
      <p className="ps-feedback" role="status">
        {announcedTo !== undefined && canDisconnect && connection.announced(announcedTo)}
      </p>
    </div>
  );
}

interface ActionProps {
  readonly isPossible: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

/** A button that keeps the focus when what it does has made it useless, as Disconnect does. */
function Action({ isPossible, onPress, children }: ActionProps): ReactNode {
  return (
    <button
      type="button"
      className="ps-button"
      aria-disabled={!isPossible || undefined}
      onClick={() => isPossible && onPress()}
    >
      {children}
    </button>
  );
}
