import { type ReactNode, useMemo, useState } from "react";
import type { PeerId, TopologyView } from "../core/index.js";
import { useSwarmSelector, useSwarmStatus, useTopology } from "../hooks/index.js";
import { Choice } from "./parts/Choice.js";
import { formatCount } from "./parts/format.js";
import { Nothing } from "./parts/Nothing.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { useLocale } from "./texts/TextsProvider.js";
import { useTopologyTexts } from "./texts/topologyTexts.js";
import { LinkTable } from "./topology/LinkTable.js";
import { MemberDetail } from "./topology/MemberDetail.js";
import { MeshDrawing } from "./topology/MeshDrawing.js";
import { MeshLegend } from "./topology/MeshLegend.js";
import { labelsOf } from "./topology/memberLabel.js";
import { useSeats } from "./topology/useSeats.js";

/** Beyond this the links between others are a felt in which nothing can be seen. */
const MOST_MEMBERS_WITH_ALL_LINKS = 60;
const MOST_MEMBERS_DRAWN = 1000;

type Shape = "drawing" | "table";

/**
 * Who is linked with whom: the mesh as a drawing in which each member keeps its place, or as a table; links by health, and by who
 * says that they are there. A member's links are shown when it is chosen. While it is mounted the peers are asked for their
 * links. Beyond 60 members it draws own links only.
 */
export function TopologyPanel(props: PanelProps): ReactNode {
  const texts = useTopologyTexts();
  const locale = useLocale();
  const topology = useTopology();
  const isAlone = useSwarmSelector(({ peers, connecting }) => peers.length + connecting.length === 0);
  const state = isAlone ? "empty" : topology.nodes.length === 0 ? "loading" : "full";
  const { length } = topology.links;
  return (
    <Panel
      title={texts.title}
      {...props}
      name="topology"
      state={state}
      aside={
        state === "full" && (
          <span className="ps-count">{texts.count(length, formatCount(length, locale))}</span>
        )
      }
    >
      {state === "empty" && <NobodyHere />}
      {state === "loading" && <Nothing {...texts.waiting} />}
      {state === "full" && <Mesh topology={topology} />}
    </Panel>
  );
}

function NobodyHere(): ReactNode {
  const texts = useTopologyTexts();
  const status = useSwarmStatus();
  const room = useSwarmSelector((swarm) => swarm.signaling.room);
  return <Nothing {...(status === "joined" ? texts.empty.joined(room) : texts.empty[status])} />;
}

function Mesh({ topology }: { readonly topology: TopologyView }): ReactNode {
  const texts = useTopologyTexts();
  const { links } = topology;
  const [shape, setShape] = useState<Shape>("drawing");
  const [chosen, setChosen] = useState<PeerId>();
  const nodes = topology.nodes.slice(0, MOST_MEMBERS_DRAWN);
  const seats = useSeats(nodes.map(({ peerId }) => peerId));
  const labels = useMemo(() => labelsOf(topology.nodes, texts), [topology.nodes, texts]);
  const isCrowd = nodes.length > MOST_MEMBERS_WITH_ALL_LINKS;
  const node = nodes.find(({ peerId }) => peerId === chosen);
  return (
    <>
      <Choice
        legend={texts.view}
        words={{ drawing: texts.asDrawing, table: texts.asTable }}
        value={shape}
        onChange={setShape}
      />
      <Notes topology={topology} isCrowd={isCrowd} drawn={nodes.length} />
      {shape === "table" ? (
        <LinkTable caption={texts.captionAll} links={links} labels={labels} />
      ) : (
        <>
          <MeshDrawing
            nodes={nodes}
            links={links}
            drawnLinks={isCrowd ? links.filter(({ standing }) => standing === "own") : links}
            seats={seats}
            chosen={node?.peerId}
            onChoose={(peerId) => setChosen((before) => (before === peerId ? undefined : peerId))}
          />
          <MeshLegend links={links} />
          <MemberDetail node={node} links={links} labels={labels} />
        </>
      )}
    </>
  );
}

interface NotesProps {
  readonly topology: TopologyView;
  readonly isCrowd: boolean;
  readonly drawn: number;
}

/** What is not in the drawing, and why. */
function Notes({ topology, isCrowd, drawn }: NotesProps): ReactNode {
  const texts = useTopologyTexts();
  const locale = useLocale();
  const { nodes, strangerLinkCount, unaskedCount } = topology;
  const count = (of: number): string => formatCount(of, locale);
  return (
    <div className="ps-mesh-notes">
      {isCrowd && (
        <p data-note="crowded">
          {texts.crowded({
            members: count(nodes.length),
            drawn: drawn < nodes.length ? count(drawn) : undefined,
          })}
        </p>
      )}
      {unaskedCount > 0 && <p data-note="unasked">{texts.unasked(unaskedCount, count(unaskedCount))}</p>}
      {strangerLinkCount > 0 && (
        <p data-note="strangers">{texts.strangers(strangerLinkCount, count(strangerLinkCount))}</p>
      )}
    </div>
  );
}
