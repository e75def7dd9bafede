import { SwarmDashboard, type SwarmDashboardProps } from "peerswarm/components";

const SECTIONS = {
  swarm: { title: "Swarm", text: "Who is here, and what goes back and forth." },
  work: { title: "Work", text: "Tabs do each other's tasks. Close one in the middle: another takes over." },
  votes: { title: "Votes", text: "Agents agree before anything risky is done. Here you are asked." },
  knowledge: { title: "Knowledge", text: "What one tab learns, all of them find. It survives a reload." },
  inspect: {
    title: "Inspect",
    text: "Server, room and TURN; why something does not work; and a signed record of what happened.",
  },
};

type SectionName = keyof typeof SECTIONS;

interface SectionProps {
  readonly name: SectionName;
  readonly panels: SwarmDashboardProps["panels"];
}

/** One part of what a swarm can do. */
export function Section({ name, panels }: SectionProps) {
  const { title, text } = SECTIONS[name];
  return (
    <section className="section" id={name} aria-labelledby={`${name}-title`}>
      <h2 id={`${name}-title`}>{title}</h2>
      <p>{text}</p>
      <SwarmDashboard panels={panels} headingLevel={3} />
    </section>
  );
}

export function SectionLinks() {
  return (
    <nav className="section-links" aria-label="Sections">
      {Object.entries(SECTIONS).map(([name, { title }]) => (
        <a key={name} href={`#${name}`}>
          {title}
        </a>
      ))}
    </nav>
  );
}
