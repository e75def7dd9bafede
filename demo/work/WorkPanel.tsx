import type { PeerId } from "peerswarm";
import { Panel, peerLabel } from "peerswarm/components";
import { usePeers, useSwarmSelector } from "peerswarm/react";
import { useRef } from "react";
import { IMAGE_SIDE } from "./mandelbrot.js";
import { useWork } from "./useWork.js";
import { hueOf, type Work } from "./work.js";
import "./work.css";

/** A picture that all tabs of the room compute together, each tile in somebody's sandbox. */
export function WorkPanel() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { work, start, cancel } = useWork(() => canvas.current?.getContext("2d"));
  const isRunning = work?.state === "running";
  return (
    <Panel title="Shared work" headingLevel={3} name="work" state={work === undefined ? "empty" : "full"}>
      <p className="work-what">
        A fractal, cut into tiles. Every tab in the room computes some of them, in a sandbox; the colour shows
        whose.
      </p>
      <div className="work-actions">
        <button
          type="button"
          className="button"
          data-primary
          disabled={isRunning}
          onClick={() => void start()}
        >
          Compute
        </button>
        <button type="button" className="button" disabled={!isRunning} onClick={cancel}>
          Cancel
        </button>
        <progress aria-label="Tiles computed" max={work?.total ?? 1} value={work?.done ?? 0} />
      </div>
      <p
        className="work-state"
        role="status"
        data-work-state={work?.state ?? "idle"}
        data-tiles={work?.done ?? 0}
      >
        {work === undefined ? "Nothing computed yet." : sentenceOf(work)}
      </p>
      <canvas
        ref={canvas}
        className="work-image"
        width={IMAGE_SIDE}
        height={IMAGE_SIDE}
        role="img"
        aria-label="The fractal, each tile in the colour of the member that computed it"
      />
      {work !== undefined && <Shares shares={work.shares} />}
      {work?.fingerprint !== undefined && (
        <p className="work-fingerprint">
          SHA-256 of the picture: <code>{work.fingerprint}</code>
        </p>
      )}
    </Panel>
  );
}

function sentenceOf({ state, done, total, elapsedMs, error }: Work): string {
  const seconds = elapsedMs / 1000;
  const speed = seconds > 0 ? done / seconds : 0;
  const so = `${done} of ${total} tiles in ${seconds.toFixed(1)} s, ${speed.toFixed(1)} tiles/s`;
  if (state === "failed") return `Failed after ${so}: ${error}`;
  return state === "cancelled" ? `Cancelled after ${so}.` : `${so}.`;
}

function Shares({ shares }: { readonly shares: ReadonlyMap<PeerId, number> }) {
  const peers = usePeers();
  const self = useSwarmSelector((snapshot) => snapshot.self?.peerId);
  const nameOf = (member: PeerId): string => {
    const peer = peers.find(({ peerId }) => peerId === member);
    if (peer !== undefined) return peerLabel(peer);
    return member === self ? "This tab" : "Somebody who left";
  };
  return (
    <ul className="work-shares">
      {[...shares].map(([member, count]) => (
        <li key={member} data-member={member} data-count={count}>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <rect width="10" height="10" rx="3" fill={`hsl(${hueOf(shares, member)} 65% 50%)`} />
          </svg>
          <bdi>{nameOf(member)}</bdi>: {count}
        </li>
      ))}
    </ul>
  );
}
