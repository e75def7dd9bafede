import { memo, type ReactNode, useMemo } from "react";
import type { Activity, PeerId } from "../core/index.js";
import { useActivityFeed, usePeers, useSwarmSelector } from "../hooks/index.js";
import { formatBytes, formatTime } from "./parts/format.js";
import { DownIcon, UpIcon } from "./parts/icons.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { peerLabel } from "./parts/peerLabel.js";
import { useHold } from "./parts/useHold.js";
import { useRecycledKeys } from "./parts/useRecycledKeys.js";
import { useTexts } from "./texts/TextsProvider.js";

/**
 * The last 50 messages sent and received, newest first: direction, type, peer, size and time. The list stands
 * still while the pointer or the focus is inside, and says how many newer ones there are.
 */
export function ActivityPanel(props: PanelProps): ReactNode {
  const { activity: texts } = useTexts();
  const isEmpty = useSwarmSelector((swarm) => swarm.activity.length === 0);
  const { isHeld, holdProps } = useHold();
  const { activities, waiting } = useActivityFeed({ isHeld });
  const count = waiting > 0 ? texts.waiting(waiting) : texts.count(activities.length);
  return (
    <Panel
      title={texts.title}
      {...props}
      name="activity"
      state={isEmpty ? "empty" : "full"}
      aside={
        <span className="ps-count" data-waiting={waiting}>
          {count}
        </span>
      }
    >
      {isEmpty ? (
        <div className="ps-empty">
          <p className="ps-empty-what">{texts.empty.what}</p>
          <p>{texts.empty.next}</p>
        </div>
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
        <div
          className="ps-scroll"
          role="group"
          aria-label={texts.list}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
          tabIndex={0}
          data-held={isHeld || undefined}
          {...holdProps}
        >
          <Feed activities={activities} />
        </div>
      )}
    </Panel>
  );
}

function Feed({ activities }: { readonly activities: readonly Activity[] }): ReactNode {
  const peers = usePeers();
  const keys = useRecycledKeys(activities.map(({ id }) => id));
  const labels = useMemo(
    () => new Map<PeerId, string>(peers.map((peer) => [peer.peerId, peerLabel(peer)])),
    [peers],
  );
  return (
    <ol className="ps-list">
      {activities.map((activity) => (
        <ActivityRow
          key={keys.get(activity.id)}
          activity={activity}
          // Of a peer that has gone, only its id is left.
          peer={labels.get(activity.peerId) ?? activity.peerId}
        />
      ))}
    </ol>
  );
}

interface ActivityRowProps {
  readonly activity: Activity;
  readonly peer: string;
}

const ActivityRow = memo(function ActivityRow({ activity, peer }: ActivityRowProps) {
  const { activity: texts, common, locale } = useTexts();
  const { direction, type, peerId, bytes, timeMs } = activity;
  return (
    <li className="ps-activity" data-direction={direction} data-type={type} data-peer-id={peerId}>
      <span className="ps-activity-direction">
        {direction === "sent" ? <UpIcon /> : <DownIcon />}
        <span className="ps-hidden">{texts.direction[direction]} </span>
      </span>
      <bdi className="ps-activity-type">{type}</bdi>
      <span className="ps-activity-peer">
        {texts.peer[direction]} <bdi>{peer}</bdi>
      </span>
      <span className="ps-activity-bytes" data-value={bytes}>
        {formatBytes(bytes, locale, common.byteUnits)}
      </span>
      <time className="ps-activity-time" dateTime={new Date(timeMs).toISOString()}>
        {formatTime(timeMs, locale)}
      </time>
    </li>
  );
});
