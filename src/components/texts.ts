import type { PeerSnapshot, SwarmStatus } from "../core/index.js";

/** Every text that a panel shows. Override any of them with {@link TextsProvider}. */
export interface Texts {
  /** BCP 47 tag for numbers and units, for example `de-CH`. The same on the server and in the browser. */
  readonly locale: string;
  readonly common: {
    /** In the place of a value that is not known. */
    readonly unknown: string;
    readonly copied: string;
    readonly copyFailed: string;
  };
  readonly connection: {
    readonly title: string;
    readonly status: Readonly<Record<SwarmStatus, string>>;
    readonly server: string;
    readonly room: string;
    readonly peerId: string;
    readonly copyPeerId: string;
    readonly uptime: string;
    readonly fix: string;
    readonly nextTry: (seconds: string) => string;
    readonly trying: string;
    readonly notice: string;
    readonly reconnect: string;
    readonly disconnect: string;
    readonly announce: string;
    readonly announced: (members: number) => string;
    readonly actions: string;
  };
  readonly peers: {
    readonly title: string;
    readonly count: (connected: number) => string;
    readonly state: Readonly<Record<PeerSnapshot["state"] | "connecting", string>>;
    readonly roundTrip: string;
    readonly capabilities: string;
    readonly muted: string;
    readonly connecting: string;
    readonly attempts: (attempts: number) => string;
    readonly empty: {
      readonly off: { readonly what: string; readonly next: string };
      readonly joining: { readonly what: string; readonly next: string };
      readonly joined: (room: string) => { readonly what: string; readonly next: string };
      readonly reconnecting: { readonly what: string; readonly next: string };
    };
  };
  readonly bandwidth: {
    readonly title: string;
    readonly window: string;
    readonly up: string;
    readonly down: string;
    readonly total: string;
    readonly unit: string;
    readonly empty: string;
    readonly now: string;
    readonly secondsAgo: (seconds: number) => string;
    readonly summary: (peaks: { readonly up: string; readonly down: string }) => string;
    readonly showTable: string;
    readonly tableCaption: string;
    readonly period: string;
    readonly periodRow: (fromSeconds: number, toSeconds: number) => string;
  };
  readonly gate: {
    readonly title: string;
    readonly intro: (room: string) => string;
    readonly exposes: string;
    readonly exposesAddress: string;
    readonly exposesCapabilities: (capabilities: string) => string;
    readonly exposesNoCapabilities: string;
    readonly remembered: string;
    readonly notRemembered: string;
    readonly join: string;
    readonly failed: string;
    readonly retry: string;
    readonly joining: (room: string) => string;
    readonly joined: (room: string) => string;
    readonly reconnecting: (room: string) => string;
    readonly disconnected: (room: string) => string;
    readonly leave: string;
    readonly bar: string;
  };
}

/** Some texts of some groups; the others stay as they are. */
export type TextsOverride = { readonly [Group in keyof Texts]?: Override<Texts[Group]> };
type Override<Group> = Group extends string ? Group : Partial<Group>;

const plural = (count: number, one: string, other: string): string => `${count} ${count === 1 ? one : other}`;

/** The texts that panels show where nobody says otherwise. */
export const englishTexts: Texts = {
  locale: "en",
  common: { unknown: "–", copied: "Copied", copyFailed: "Could not copy" },
  connection: {
    title: "Connection",
    status: { off: "Off", joining: "Joining", joined: "Joined", reconnecting: "Reconnecting" },
    server: "Server",
    room: "Room",
    peerId: "Your peer id",
    copyPeerId: "Copy your peer id",
    uptime: "Uptime",
    fix: "What to do",
    nextTry: (seconds) => `Next try in ${seconds}`,
    trying: "Trying now",
    notice: "From the server",
    reconnect: "Reconnect",
    disconnect: "Disconnect",
    announce: "Announce presence",
    announced: (members) =>
      members === 0 ? "Nobody is here to be told." : `Announced to ${plural(members, "member", "members")}.`,
    actions: "Connection actions",
  },
  peers: {
    title: "Peers",
    count: (connected) => `${connected} connected`,
    state: {
      connected: "Connected",
      unreachable: "Unreachable",
      asleep: "Asleep",
      connecting: "Connecting",
    },
    roundTrip: "Round trip",
    capabilities: "Capabilities",
    muted: "Muted",
    connecting: "Still connecting",
    attempts: (attempts) => plural(attempts, "attempt", "attempts"),
    empty: {
      off: { what: "The swarm is off.", next: "Join it to see who is here." },
      joining: {
        what: "Entering the room.",
        next: "Members appear here as soon as they have proved who they are.",
      },
      joined: (room) => ({
        what: `Nobody else is in “${room}” yet.`,
        next: "Open this page in another tab or on another device, in the same room.",
      }),
      reconnecting: {
        what: "No peer is connected.",
        next: "The server is away, so new members cannot be found. It is being tried again.",
      },
    },
  },
  bandwidth: {
    title: "Bandwidth",
    window: "average over 10 s",
    up: "Up",
    down: "Down",
    total: "Total",
    unit: "KB/s",
    empty: "No data has gone over the links yet.",
    now: "now",
    secondsAgo: (seconds) => `${seconds} s ago`,
    summary: ({ up, down }) => `Over the last 60 seconds: at most ${up} up and ${down} down.`,
    showTable: "Last minute as a table",
    tableCaption: "Average KB/s in the last 60 seconds",
    period: "Period",
    periodRow: (from, to) => `${from} to ${to} s ago`,
  },
  gate: {
    title: "Join the swarm?",
    intro: (room) =>
      `Joining connects this browser directly with the other members of “${room}”. Until then nothing is opened or sent.`,
    exposes: "They will see",
    exposesAddress: "Your IP address. The signalling server sees it too.",
    exposesCapabilities: (capabilities) => `What you offer: ${capabilities}.`,
    exposesNoCapabilities: "What you offer: nothing is declared.",
    remembered: "Your choice is remembered in this browser until you leave.",
    notRemembered: "You will be asked again the next time.",
    join: "Join swarm",
    failed: "Joining did not work",
    retry: "Try again",
    joining: (room) => `Joining “${room}”`,
    joined: (room) => `You are in “${room}”`,
    reconnecting: (room) => `Reconnecting to “${room}”`,
    disconnected: (room) => `Disconnected from “${room}”`,
    leave: "Leave",
    bar: "Membership",
  },
};
