import { type ReactNode, useRef, useState } from "react";
import type { LinkPath, PeerId, PeerSnapshot, Restraint, Traffic } from "../../core/index.js";
import { EMPTY_TRAFFIC } from "../../core/stats/statsBook.js";
import { useLinkQuality, useNow, useStats, useSwarm } from "../../hooks/index.js";
import { Chips } from "../parts/Chips.js";
import { Confirmation } from "../parts/Confirmation.js";
import { CopyButton } from "../parts/CopyButton.js";
import { EventsBehind } from "../parts/EventsBehind.js";
import { Fact } from "../parts/Fact.js";
import { formatBytes, formatCount, formatDuration, formatMilliseconds, formatTime } from "../parts/format.js";
import { peerLabel } from "../parts/peerLabel.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useEventsTexts } from "../texts/eventsTexts.js";
import { usePeersTexts } from "../texts/peersTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { pathKind } from "./pathKind.js";
import { RoundTripCourse } from "./RoundTripCourse.js";
import { StateHistory } from "./StateHistory.js";

interface PeerDetailProps {
  readonly peer: PeerSnapshot;
  /** Called once the agent is banned. */
  readonly onBan: (peer: PeerSnapshot) => void;
}

/** Everything that is known of one peer, and what can be done about it. */
export function PeerDetail({ peer, onBan }: PeerDetailProps): ReactNode {
  const texts = usePeersTexts();
  const common = useCommonTexts();
  const { peerId, agentId, profile } = peer;
  return (
    <div className="ps-peer-detail">
      <dl className="ps-facts">
        <Fact term={texts.agent} name="agent">
          <code>{agentId}</code>
          <CopyButton text={agentId} label={texts.copyAgent} />
        </Fact>
        <Fact term={texts.peerId} name="peer-id">
          <code>{peerId}</code>
          <CopyButton text={peerId} label={texts.copyPeerId} />
        </Fact>
        {peer.restraint !== undefined && <RestraintFact restraint={peer.restraint} />}
        <LinkFacts peerId={peerId} />
        <Fact term={texts.traffic} name="traffic">
          <PeerTraffic peerId={peerId} />
        </Fact>
        <Fact term={texts.connectedSince} name="connected-since">
          <Since timeMs={peer.connectedAtMs} />
        </Fact>
        <StateHistory states={peer.states} />
        <Fact term={texts.capabilities} name="capabilities">
          <Claims values={profile.capabilities} />
        </Fact>
        <Fact term={texts.goals} name="goals">
          <Claims values={profile.goals} />
        </Fact>
        <Fact term={texts.region} name="region">
          <bdi>{profile.region ?? common.unknown}</bdi>
        </Fact>
      </dl>
      <Moderation peer={peer} onBan={onBan} />
    </div>
  );
}

function RestraintFact({ restraint }: { readonly restraint: Restraint }): ReactNode {
  const texts = usePeersTexts();
  const locale = useLocale();
  const { stage, reason, untilMs } = restraint;
  return (
    <Fact term={texts.restraintTerm} name="restraint">
      {texts.restrained({
        stage,
        reason: texts.restraintReasons[reason],
        until: formatTime(untilMs, locale),
      })}
    </Fact>
  );
}

function LinkFacts({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const texts = usePeersTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const { path, roundTripP50Ms, roundTripP95Ms, jitterMs, queuedBytes } = useLinkQuality(peerId);
  const time = (ms: number | undefined): string =>
    ms === undefined ? common.unknown : formatMilliseconds(ms, locale);
  return (
    <>
      <Fact term={texts.path} name="path">
        {path === undefined ? common.unknown : <Path path={path} />}
      </Fact>
      <Fact term={texts.roundTripSpread} name="round-trip">
        {roundTripP50Ms === undefined
          ? common.unknown
          : texts.spread({ median: time(roundTripP50Ms), p95: time(roundTripP95Ms) })}
      </Fact>
      <RoundTripCourse peerId={peerId} />
      <Fact term={texts.jitter} name="jitter">
        {time(jitterMs)}
      </Fact>
      <Fact term={texts.queue} name="queue">
        {texts.waiting(formatBytes(queuedBytes, locale, common.byteUnits))}
      </Fact>
    </>
  );
}

function Path({ path }: { readonly path: LinkPath }): ReactNode {
  const texts = usePeersTexts();
  const kind = pathKind(path);
  return (
    <span className="ps-lines" data-path={kind}>
      {kind !== undefined && <span>{texts.pathKinds[kind]}</span>}
      <span className={kind === undefined ? undefined : "ps-aside"}>{texts.pathOf(path)}</span>
    </span>
  );
}

function PeerTraffic({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const texts = usePeersTexts();
  const events = useEventsTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const traffic: Traffic = useStats((stats) => stats.byPeer[peerId] ?? EMPTY_TRAFFIC);
  const { messagesSent, bytesSent, messagesReceived, bytesReceived } = traffic;
  const bytes = (count: number): string => formatBytes(count, locale, common.byteUnits);
  const sent = texts.sent(messagesSent, formatCount(messagesSent, locale), bytes(bytesSent));
  const received = texts.received(
    messagesReceived,
    formatCount(messagesReceived, locale),
    bytes(bytesReceived),
  );
  return (
    <span className="ps-lines">
      <EventsBehind what={sent} query={{ direction: "sent", peerId }} aggregate={events.linkBytes}>
        {sent}
      </EventsBehind>
      <EventsBehind what={received} query={{ direction: "received", peerId }} aggregate={events.linkBytes}>
        {received}
      </EventsBehind>
    </span>
  );
}

function Since({ timeMs }: { readonly timeMs: number }): ReactNode {
  const texts = usePeersTexts();
  const locale = useLocale();
  const nowMs = useNow() ?? timeMs;
  return (
    <time dateTime={new Date(timeMs).toISOString()}>
      {texts.since(formatTime(timeMs, locale), formatDuration(nowMs - timeMs, locale))}
    </time>
  );
}

function Claims({ values }: { readonly values: readonly string[] }): ReactNode {
  const common = useCommonTexts();
  if (values.length === 0) return common.unknown;
  return (
    <span className="ps-chips">
      <Chips words={values} />
    </span>
  );
}

function Moderation({ peer, onBan }: PeerDetailProps): ReactNode {
  const swarm = useSwarm();
  const texts = usePeersTexts();
  const [isAsking, setAsking] = useState(false);
  const banButton = useRef<HTMLButtonElement>(null);
  const { agentId, isMuted } = peer;
  const label = peerLabel(peer);

  const cancel = (): void => {
    setAsking(false);
    banButton.current?.focus();
  };
  const ban = (): void => {
    swarm.ban(agentId);
    onBan(peer);
  };
  return (
    <div className="ps-peer-actions">
      <div className="ps-buttons">
        <button
          type="button"
          className="ps-button"
          aria-label={isMuted ? texts.unmutePeer(label) : texts.mutePeer(label)}
          onClick={() => (isMuted ? swarm.unmute(agentId) : swarm.mute(agentId))}
        >
          {isMuted ? texts.unmute : texts.mute}
        </button>
        <button
          type="button"
          className="ps-button"
          ref={banButton}
          aria-label={texts.banPeer(label)}
          aria-expanded={isAsking}
          onClick={() => setAsking(!isAsking)}
        >
          {texts.ban}
        </button>
      </div>
      {isAsking && (
        <Confirmation
          question={texts.banQuestion(label)}
          yes={texts.banYes}
          no={texts.banNo}
          onYes={ban}
          onNo={cancel}
        />
      )}
    </div>
  );
}
