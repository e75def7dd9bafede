import type {
  CheckName,
  CheckState,
  Diagnosis,
  Direction,
  Evidence,
  ExcessReason,
  Finding,
  FindingSeverity,
  ImportRefusal,
  LaneName,
  LinkPath,
  PeerSnapshot,
  ReflectionOutcome,
  ReflectionStanding,
  RestraintStage,
  RiskLevel,
  SwarmStatus,
  TransferSnapshot,
  WitnessFault,
  WitnessKind,
} from "../core/index.js";
import { type ConsensusTexts, englishConsensusTexts } from "./consensusTexts.js";
import { englishEvidence } from "./evidenceText.js";
import { plural } from "./plural.js";
import { englishTaskTexts, type TaskTexts } from "./taskTexts.js";

/** Every text that a panel shows. Override any of them with {@link TextsProvider}. */
export interface Texts {
  /** BCP 47 tag for numbers and units, for example `de-CH`. The same on the server and in the browser. */
  readonly locale: string;
  readonly common: {
    /** In the place of a value that is not known. */
    readonly unknown: string;
    readonly copied: string;
    readonly copyFailed: string;
    /** Names of bytes, kilobytes (of 1024 bytes), megabytes and gigabytes. */
    readonly byteUnits: readonly [string, string, string, string];
    /** In the place of this member's own name. */
    readonly you: string;
    readonly risk: Readonly<Record<RiskLevel, string>>;
    /** For screen readers: how to move in a long list. */
    readonly keys: string;
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
    readonly count: (connected: number, formatted: string) => string;
    readonly state: Readonly<Record<PeerSnapshot["state"] | "connecting", string>>;
    /** Of the number in a row; it is the median. */
    readonly roundTrip: string;
    readonly capabilities: string;
    readonly muted: string;
    /** Of a peer that sends more than it may. */
    readonly restraint: Readonly<Record<RestraintStage, string>>;
    readonly restraintTerm: string;
    readonly restraintReasons: Readonly<Record<ExcessReason, string>>;
    /** What is done about it, why, and until when. */
    readonly restrained: (given: {
      readonly stage: RestraintStage;
      readonly reason: string;
      readonly until: string;
    }) => string;
    readonly connecting: string;
    readonly attempts: (attempts: number) => string;
    /** Health of the mesh; `dials` is the share of dials that led to a link, and missing before the first. */
    readonly mesh: (health: {
      readonly open: string;
      readonly expected: string;
      readonly dials: string | undefined;
    }) => string;
    /** Why dials failed, by code of the error; a code that is not here is shown itself. */
    readonly dialFailures: Readonly<Record<string, string>>;
    /** For screen readers: how to move in a long list. */
    readonly keys: string;
    readonly agent: string;
    readonly copyAgent: string;
    readonly peerId: string;
    readonly copyPeerId: string;
    readonly path: string;
    readonly pathOf: (path: LinkPath) => string;
    readonly roundTripSpread: string;
    readonly spread: (times: { readonly median: string; readonly p95: string }) => string;
    readonly jitter: string;
    readonly queue: string;
    readonly waiting: (bytes: string) => string;
    readonly traffic: string;
    readonly sent: (count: number, messages: string, bytes: string) => string;
    readonly received: (count: number, messages: string, bytes: string) => string;
    readonly connectedSince: string;
    readonly since: (time: string, duration: string) => string;
    readonly goals: string;
    readonly region: string;
    readonly mute: string;
    readonly mutePeer: (peer: string) => string;
    readonly unmute: string;
    readonly unmutePeer: (peer: string) => string;
    readonly ban: string;
    readonly banPeer: (peer: string) => string;
    readonly banQuestion: (peer: string) => string;
    readonly banYes: string;
    readonly banNo: string;
    readonly banned: (peer: string) => string;
    readonly unban: string;
    readonly unbanned: (peer: string) => string;
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
  readonly messageStats: {
    readonly title: string;
    readonly since: (time: string, duration: string) => string;
    readonly sent: string;
    readonly received: string;
    readonly dropped: string;
    readonly messages: (count: number, formatted: string) => string;
    readonly view: string;
    readonly byType: string;
    readonly byLane: string;
    readonly byReason: string;
    readonly type: string;
    readonly lane: string;
    readonly reason: string;
    readonly messagesColumn: string;
    readonly bytesColumn: string;
    readonly count: string;
    readonly caption: Readonly<Record<"type" | "lane" | "reason", string>>;
    readonly laneNames: Readonly<Record<LaneName, string>>;
    /**
     * What was dropped or noticed, by reason; a reason that is not here is shown itself. `connect:…` is looked up
     * in `peers.dialFailures`.
     */
    readonly reasons: Readonly<Record<string, string>>;
    readonly notConnected: (reason: string) => string;
    readonly empty: string;
    readonly nothingDropped: string;
  };
  readonly activity: {
    readonly title: string;
    readonly count: (count: number) => string;
    readonly waiting: (count: number) => string;
    readonly list: string;
    readonly direction: Readonly<Record<Direction, string>>;
    /** What stands before the peer's name. */
    readonly peer: Readonly<Record<Direction, string>>;
    readonly empty: { readonly what: string; readonly next: string };
  };
  readonly transfers: {
    readonly title: string;
    /** Under way. */
    readonly count: (active: number, formatted: string) => string;
    readonly list: string;
    readonly unnamed: string;
    readonly state: Readonly<Record<TransferSnapshot["state"], string>>;
    readonly direction: Readonly<Record<TransferSnapshot["direction"], string>>;
    /** What stands before the peer's name. */
    readonly peer: Readonly<Record<TransferSnapshot["direction"], string>>;
    readonly progress: (done: string, total: string) => string;
    readonly progressOf: (name: string) => string;
    readonly rate: (bytes: string) => string;
    /** For screen readers: how many offers wait for a decision. */
    readonly offers: (count: number) => string;
    readonly accept: string;
    readonly acceptFile: (name: string) => string;
    readonly refuse: string;
    readonly refuseFile: (name: string) => string;
    /** Told to the sender. */
    readonly refusedByHand: string;
    readonly cancel: string;
    readonly cancelFile: (name: string) => string;
    readonly save: string;
    readonly saveFile: (name: string) => string;
    readonly empty: { readonly what: string; readonly next: string };
  };
  readonly diagnosis: {
    readonly title: string;
    readonly state: Readonly<Record<Diagnosis["verdict"] | "running" | "error", string>>;
    readonly run: string;
    readonly again: string;
    readonly stop: string;
    /** Asks whether a swarm that is off may open connections for it. */
    readonly probe: string;
    /** For screen readers. */
    readonly running: string;
    /** For screen readers: how it ended. */
    readonly summary: (verdict: Diagnosis["verdict"], findings: number) => string;
    readonly at: (time: string) => string;
    readonly nothing: string;
    readonly findings: string;
    readonly severity: Readonly<Record<FindingSeverity, string>>;
    /** What a finding says; the default are its own words, so a translation goes by its code. */
    readonly finding: (finding: Finding) => { readonly what: string; readonly fix: string };
    readonly evidence: string;
    readonly fact: (fact: Evidence) => string;
    readonly checks: string;
    readonly check: Readonly<Record<CheckName, string>>;
    readonly checkState: Readonly<Record<CheckState, string>>;
    readonly empty: { readonly what: string; readonly next: string };
  };
  readonly witness: {
    readonly title: string;
    readonly count: (records: number, formatted: string) => string;
    readonly head: string;
    readonly copyHead: string;
    readonly signed: string;
    readonly unsigned: string;
    readonly signedThrough: (signed: string, records: string) => string;
    readonly trimmed: string;
    readonly trimmedRecords: (count: number, formatted: string) => string;
    readonly actions: string;
    readonly verify: string;
    readonly verifying: string;
    readonly export: string;
    /** `signed`: how many of the records a signature covers; missing where none does. */
    readonly intact: (records: number, formatted: string, signed: string | undefined) => string;
    readonly broken: (line: string, fault: string) => string;
    readonly faults: Readonly<Record<WitnessFault, string>>;
    readonly filter: string;
    readonly allKinds: string;
    readonly noneOfKind: string;
    readonly kind: (kind: WitnessKind) => string;
    readonly list: string;
    readonly number: (index: string) => string;
    readonly detail: string;
    readonly hash: string;
    readonly copyHash: string;
    readonly previous: string;
    readonly empty: { readonly what: string; readonly next: string };
  };
  readonly tasks: TaskTexts;
  readonly consensus: ConsensusTexts;
  readonly knowledge: {
    readonly title: string;
    /** Artifacts and reflections that are here. */
    readonly count: (
      artifacts: number,
      reflections: number,
      formatted: { readonly artifacts: string; readonly reflections: string },
    ) => string;
    readonly used: (used: string, most: string) => string;
    readonly usage: string;
    readonly search: string;
    readonly searching: string;
    readonly found: (count: number) => string;
    readonly nothingFound: { readonly what: (text: string) => string; readonly next: string };
    readonly show: string;
    readonly kind: Readonly<Record<"artifact" | "reflection", string>>;
    readonly artifacts: string;
    readonly reflections: string;
    readonly keys: string;
    /** Where a list has an end that is not shown. */
    readonly latest: (shown: string, all: string) => string;
    readonly untitled: string;
    readonly state: Readonly<Record<"here" | "elsewhere" | "fetching", string>>;
    readonly shared: string;
    readonly notShared: string;
    readonly author: string;
    readonly copyAuthor: string;
    readonly size: string;
    readonly mediaType: string;
    readonly written: string;
    readonly tags: string;
    readonly id: string;
    readonly copyId: string;
    /** Who has what was found. */
    readonly sources: string;
    readonly sourceHere: string;
    readonly fetch: string;
    readonly fetchArtifact: (title: string) => string;
    readonly fetchProgress: (done: string, total: string | undefined) => string;
    readonly progressOf: (title: string) => string;
    readonly cancel: string;
    readonly cancelFetch: (title: string) => string;
    readonly save: string;
    readonly saveArtifact: (title: string) => string;
    readonly share: string;
    readonly shareArtifact: (title: string) => string;
    readonly sharedWith: (peers: number) => string;
    readonly remove: string;
    readonly removeNamed: (title: string) => string;
    readonly removeQuestion: (title: string) => string;
    readonly removeYes: string;
    readonly removeNo: string;
    readonly removed: (title: string) => string;
    readonly outcome: Readonly<Record<ReflectionOutcome, string>>;
    readonly standing: Readonly<Record<ReflectionStanding, string>>;
    readonly lesson: string;
    readonly integrate: string;
    readonly integrateReflection: (task: string) => string;
    readonly shareSuccess: (count: number) => string;
    readonly successShared: (count: number) => string;
    readonly add: string;
    readonly noteTitle: string;
    readonly note: string;
    readonly file: string;
    readonly what: string;
    readonly noteChoice: string;
    readonly fileChoice: string;
    readonly shareAtOnce: string;
    readonly put: string;
    readonly added: (title: string) => string;
    readonly backup: string;
    readonly backupWhat: string;
    readonly export: string;
    readonly import: string;
    readonly working: string;
    readonly report: (report: {
      readonly artifacts: number;
      readonly reflections: number;
      readonly contents: number;
      readonly known: number;
    }) => string;
    readonly refused: (count: number, formatted: string) => string;
    readonly refusal: Readonly<Record<ImportRefusal, string>>;
    readonly atByte: (at: string) => string;
    readonly moreRefused: (count: string) => string;
    readonly syncing: string;
    readonly inStep: (time: string) => string;
    readonly notCompared: string;
    readonly alone: string;
    readonly loading: string;
    readonly failed: string;
    readonly retry: string;
    readonly off: { readonly what: string; readonly next: string };
    readonly empty: Readonly<
      Record<"artifacts" | "reflections", { readonly what: string; readonly next: string }>
    >;
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

/** The texts that panels show where nobody says otherwise. */
export const englishTexts: Texts = {
  locale: "en",
  common: {
    unknown: "–",
    copied: "Copied",
    copyFailed: "Could not copy",
    byteUnits: ["B", "KB", "MB", "GB"],
    you: "you",
    risk: { low: "Low risk", medium: "Medium risk", high: "High risk" },
    keys: "Arrow keys, Home and End move from row to row.",
  },
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
    count: (_connected, formatted) => `${formatted} connected`,
    state: {
      connected: "Connected",
      unreachable: "Unreachable",
      asleep: "Asleep",
      connecting: "Connecting",
    },
    roundTrip: "Median round trip",
    capabilities: "Capabilities",
    muted: "Muted",
    restraint: { slowed: "Slowed", muted: "Held back" },
    restraintTerm: "Limits",
    restraintReasons: {
      "message-rate": "too many messages",
      "byte-rate": "too many bytes",
      backlog: "more than could be checked",
      "unknown-types": "too many messages of unknown types",
    },
    restrained: ({ stage, reason, until }) =>
      stage === "slowed"
        ? `${reason}: taken more slowly, until ${until} if it stays calm`
        : `${reason}: its messages are dropped, until ${until} if it stays calm`,
    connecting: "Still connecting",
    attempts: (attempts) => plural(attempts, "attempt", "attempts"),
    mesh: ({ open, expected, dials }) =>
      `${open} of ${expected} links${dials === undefined ? "" : `, ${dials} of dials`}`,
    dialFailures: {
      "dial-timeout": "No answer in time",
      "dial-rejected": "The member refused the dial",
      "dial-superseded": "Another dial took its place",
      "peer-unavailable": "The member was not there",
      "link-closed": "The connection closed while it was made",
      "handshake-timeout": "It did not prove itself in time",
      "handshake-failed": "It could not prove who it is",
      "protocol-version": "It speaks another version",
      "protocol-error": "It broke the protocol",
      "room-mismatch": "It is in another room",
      "peer-refused": "One side refused the other",
      "secret-mismatch": "It does not know this room's secret",
      "queue-full": "Too much was waiting",
      left: "The swarm was left meanwhile",
      aborted: "It was called off",
    },
    keys: "Arrow keys, Home and End move from peer to peer.",
    agent: "Agent",
    copyAgent: "Copy the agent id",
    peerId: "Peer id",
    copyPeerId: "Copy the peer id",
    path: "Path",
    pathOf: ({ local, remote, protocol }) => `${local} ↔ ${remote}, ${protocol}`,
    roundTripSpread: "Round trip",
    spread: ({ median, p95 }) => `median ${median}, 95% below ${p95}`,
    jitter: "Jitter",
    queue: "Queue",
    waiting: (bytes) => `${bytes} waiting`,
    traffic: "Traffic",
    sent: (count, messages, bytes) => `sent ${messages} ${count === 1 ? "message" : "messages"}, ${bytes}`,
    received: (count, messages, bytes) =>
      `received ${messages} ${count === 1 ? "message" : "messages"}, ${bytes}`,
    connectedSince: "Connected since",
    since: (time, duration) => `${time}, for ${duration}`,
    goals: "Goals",
    region: "Region",
    mute: "Mute",
    mutePeer: (peer) => `Mute ${peer}`,
    unmute: "Unmute",
    unmutePeer: (peer) => `Unmute ${peer}`,
    ban: "Ban…",
    banPeer: (peer) => `Ban ${peer}…`,
    banQuestion: (peer) => `Ban ${peer}? Every link to this agent is closed, and it is refused from now on.`,
    banYes: "Ban",
    banNo: "Cancel",
    banned: (peer) => `${peer} is banned.`,
    unban: "Undo",
    unbanned: (peer) => `${peer} is no longer banned.`,
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
  messageStats: {
    title: "Message statistics",
    since: (time, duration) => `since ${time}, ${duration} ago`,
    sent: "Sent",
    received: "Received",
    dropped: "Dropped",
    messages: (count, formatted) => `${formatted} ${count === 1 ? "message" : "messages"}`,
    view: "What is counted",
    byType: "By type",
    byLane: "By lane",
    byReason: "Dropped",
    type: "Type",
    lane: "Lane",
    reason: "Reason",
    messagesColumn: "messages",
    bytesColumn: "bytes",
    count: "Count",
    caption: {
      type: "Messages by type, without signatures and handshakes",
      lane: "Messages and all bytes by lane",
      reason: "What was dropped or noticed",
    },
    laneNames: { control: "control", bulk: "bulk", datagram: "datagram" },
    reasons: {
      "malformed-frame": "Frame that cannot be read",
      "malformed-message": "Message that cannot be read",
      "bad-signature": "Signature that does not hold",
      "repeated-message": "Message that came twice",
      "stale-message": "Message too old to tell whether it came before",
      "backlog-exceeded": "More than could wait to be checked",
      "malformed-chunk": "Part of a transfer that cannot be read",
      "bad-chunk": "Part of a transfer that is not what was offered",
      "credit-exceeded": "Part of a transfer that nobody asked for yet",
      restrained: "From a peer that sends too much",
      "stray-chunk": "Part of a transfer that is over or unknown",
      "repeated-chunk": "Part of a transfer that came twice",
      "transfer-refused": "Transfer that was not taken",
      "unknown-type": "Type that nobody here listens to",
      "invalid-payload": "Content that its schema refuses",
      muted: "From a muted agent",
      "malformed-entry": "Shared value that cannot be read",
      "forged-entry": "Shared value that its author did not sign",
      "foreign-entry": "Shared value of another room or name",
      "clock-ahead": "Shared value of a clock that is far ahead",
      "shared-full": "Shared value for which there is no room",
      "shared-rate": "More shared values than a peer may send",
      "presence-rate": "More changes of presence than a peer may send",
      "presence-too-large": "Presence that is too large",
      "late-answer": "Answer that nobody waited for any more",
      "foreign-answer": "Answer to what this peer was not asked",
      "repeated-request": "Request that had come before",
      "requests-exceeded": "More open requests than a peer may have",
      "queue-full": "Not sent: the queue to a peer was full",
      "dial-refused": "Dial from a member that was not let in",
      "room-too-large": "Member beyond the number that we follow",
      "gap:control": "Gap: a control message never came",
      "gap:bulk": "Gap: a bulk message never came",
      "gap:datagram": "Gap: a datagram never came",
      "malformed-signal": "Signal that cannot be read",
      "unknown-signal": "Signal of an unknown kind",
      "foreign-peer-id": "Signal from outside the swarm",
      "foreign-room-word": "Word about the room from a member without that right",
      "foreign-link-word": "Word about a link from a third member",
      "malformed-offer": "Offer that cannot be read",
      "repeated-offer": "Offer that came twice",
      "offer-flood": "More offers than a member may make",
      "unexpected-text": "Text where only bytes belong",
      "unexpected-channel": "Channel that nobody asked for",
      "no-fingerprint": "Connection without a fingerprint",
      "restart-malformed": "Restart that cannot be read",
      "restart-fingerprint-changed": "Restart with another fingerprint",
    },
    notConnected: (reason) => `Not connected: ${reason}`,
    empty: "No message has gone over the links yet.",
    nothingDropped: "Nothing was dropped.",
  },
  activity: {
    title: "Activity",
    count: (count) => (count === 0 ? "" : `last ${count}`),
    waiting: (count) => `${count} newer`,
    list: "Last messages, newest first",
    direction: { sent: "Sent", received: "Received" },
    peer: { sent: "to", received: "from" },
    empty: {
      what: "No message has gone over the links yet.",
      next: "Each one that is sent or delivered appears here, newest first.",
    },
  },
  transfers: {
    title: "Transfers",
    count: (active, formatted) => (active === 0 ? "" : `${formatted} under way`),
    list: "Transfers, newest first",
    unnamed: "Unnamed file",
    state: {
      waiting: "Waiting",
      hashing: "Preparing",
      offered: "Offered",
      active: "Under way",
      paused: "Paused",
      done: "Done",
      refused: "Refused",
      failed: "Failed",
      cancelled: "Cancelled",
    },
    direction: { sent: "Sent", received: "Received" },
    peer: { sent: "to", received: "from" },
    progress: (done, total) => `${done} of ${total}`,
    progressOf: (name) => `Progress of ${name}`,
    rate: (bytes) => `${bytes}/s`,
    offers: (count) => `${plural(count, "file is", "files are")} offered to you.`,
    accept: "Accept",
    acceptFile: (name) => `Accept ${name}`,
    refuse: "Refuse",
    refuseFile: (name) => `Refuse ${name}`,
    refusedByHand: "They do not want it.",
    cancel: "Cancel",
    cancelFile: (name) => `Cancel ${name}`,
    save: "Save",
    saveFile: (name) => `Save ${name}`,
    empty: {
      what: "No file has been sent or offered yet.",
      next: "Files go straight from browser to browser, and each part is checked.",
    },
  },
  diagnosis: {
    title: "Diagnosis",
    state: { running: "Running", well: "Well", impaired: "Impaired", failing: "Failing", error: "Not done" },
    run: "Run diagnosis",
    again: "Run again",
    stop: "Stop",
    probe:
      "Also contact the signalling and ICE servers, although the swarm is off. They see this device’s address.",
    running: "The diagnosis is running.",
    summary: (verdict, findings) =>
      findings === 0
        ? "The diagnosis found nothing."
        : `The diagnosis has ${plural(findings, "finding", "findings")}${verdict === "well" ? ", none of which needs mending" : ""}.`,
    at: (time) => `As of ${time}`,
    nothing: "Everything works as it should.",
    findings: "Findings, the gravest first",
    severity: { error: "Error", warning: "Warning", info: "Note" },
    finding: ({ what, fix }) => ({ what, fix }),
    evidence: "Evidence",
    fact: englishEvidence,
    checks: "Checks",
    check: {
      platform: "Platform",
      tab: "This tab",
      storage: "Storage",
      server: "Signalling server",
      paths: "Ways out of this device",
      peers: "Peers",
    },
    checkState: {
      waiting: "Waiting",
      running: "Running",
      passed: "Passed",
      found: "See findings",
      skipped: "Skipped",
      unfinished: "Not finished in time",
    },
    empty: {
      what: "No diagnosis has been run.",
      next: "It looks for what keeps this device from the server and from peers, and touches no open link.",
    },
  },
  witness: {
    title: "Witness log",
    count: (records, formatted) => `${formatted} ${records === 1 ? "record" : "records"}`,
    head: "Head",
    copyHead: "Copy the hash of the head",
    signed: "Signed",
    unsigned: "nothing yet",
    signedThrough: (signed, records) => `${signed} of ${records}`,
    trimmed: "Thrown away",
    trimmedRecords: (count, formatted) => `${formatted} ${count === 1 ? "record" : "records"}, the oldest`,
    actions: "Witness log actions",
    verify: "Verify",
    verifying: "Verifying…",
    export: "Export as .jsonl",
    intact: (records, formatted, signed) =>
      `The log is intact: ${formatted} ${records === 1 ? "record" : "records"}, ${signed === undefined ? "none of them signed" : `signed up to number ${signed}`}.`,
    broken: (line, fault) => `The log is not intact. Line ${line}: ${fault}.`,
    faults: {
      malformed: "it cannot be read",
      "content-changed": "its content was changed",
      "chain-broken": "it does not follow the line before",
      "checkpoint-broken": "it signs another history",
      "signature-invalid": "its signature does not hold",
      "other-session": "it belongs to another session",
    },
    filter: "Show",
    allKinds: "all kinds",
    noneOfKind: "The last 50 records have none of this kind.",
    kind: (kind) => kind.replaceAll("_", " "),
    list: "Last records, newest first",
    number: (index) => `#${index}`,
    detail: "Detail",
    hash: "Hash",
    copyHash: "Copy the hash",
    previous: "Hash before",
    empty: {
      what: "Nothing has been recorded.",
      next: "From joining on, everything that this member does and sees is written down here, hashed and signed.",
    },
  },
  tasks: englishTaskTexts,
  consensus: englishConsensusTexts,
  knowledge: {
    title: "Knowledge",
    count: (artifacts, reflections, formatted) =>
      `${formatted.artifacts} ${artifacts === 1 ? "artifact" : "artifacts"}, ${formatted.reflections} ${reflections === 1 ? "reflection" : "reflections"}`,
    used: (used, most) => `${used} of ${most}`,
    usage: "Space used",
    search: "Search the swarm",
    searching: "Asking the room",
    found: (count) => (count === 0 ? "Nothing found." : `${plural(count, "hit", "hits")}, best first.`),
    nothingFound: {
      what: (text) => `Nothing fits “${text}”.`,
      next: "Neither this device nor a peer that answered has it.",
    },
    show: "What to show",
    kind: { artifact: "Artifact", reflection: "Reflection" },
    artifacts: "Artifacts",
    reflections: "Reflections",
    keys: "Arrow keys, Home and End move from entry to entry.",
    latest: (shown, all) => `The ${shown} latest of ${all}. Search finds the others.`,
    untitled: "Untitled",
    state: { here: "Here", elsewhere: "With others", fetching: "Fetching" },
    shared: "Shared",
    notShared: "Only here",
    author: "Author",
    copyAuthor: "Copy the author's agent id",
    size: "Size",
    mediaType: "Type",
    written: "Written",
    tags: "Tags",
    id: "Name",
    copyId: "Copy the name",
    sources: "Who has it",
    sourceHere: "this device",
    fetch: "Fetch",
    fetchArtifact: (title) => `Fetch ${title}`,
    fetchProgress: (done, total) => (total === undefined ? done : `${done} of ${total}`),
    progressOf: (title) => `Progress of ${title}`,
    cancel: "Cancel",
    cancelFetch: (title) => `Cancel the fetch of ${title}`,
    save: "Save",
    saveArtifact: (title) => `Save ${title} as a file`,
    share: "Share",
    shareArtifact: (title) => `Share ${title} with everyone`,
    sharedWith: (peers) =>
      peers === 0
        ? "Shared. Nobody has it yet."
        : `Shared. ${plural(peers, "peer knows", "peers know")} of it.`,
    remove: "Remove…",
    removeNamed: (title) => `Remove ${title}…`,
    removeQuestion: (title) => `Remove “${title}” from this device for good? Others keep what they have.`,
    removeYes: "Remove",
    removeNo: "Cancel",
    removed: (title) => `“${title}” is removed.`,
    outcome: { success: "Worked", failure: "Did not work" },
    standing: { own: "Own", received: "Received", integrated: "Integrated" },
    lesson: "Lesson",
    integrate: "Integrate",
    integrateReflection: (task) => `Integrate what was learned from ${task}`,
    shareSuccess: (count) => `Share ${plural(count, "success", "successes")}`,
    successShared: (count) => `${plural(count, "reflection is", "reflections are")} shared now.`,
    add: "Add something",
    noteTitle: "Title",
    note: "Text",
    file: "File",
    what: "What to add",
    noteChoice: "A note",
    fileChoice: "A file",
    shareAtOnce: "Share with everyone",
    put: "Add",
    added: (title) => `“${title}” is kept here.`,
    backup: "Export and import",
    backupWhat:
      "Everything that is kept here for this room, as one file. What it holds is checked when it is read.",
    export: "Export",
    import: "Import a file",
    working: "Working",
    report: ({ artifacts, reflections, contents, known }) =>
      `New: ${plural(artifacts, "artifact", "artifacts")}, ${plural(reflections, "reflection", "reflections")}, content of ${contents}. Here before: ${known}.`,
    refused: (count, formatted) => `${formatted} ${count === 1 ? "entry was" : "entries were"} not taken`,
    refusal: {
      unreadable: "Cannot be read",
      forged: "Its signature is not the author's",
      "other-room": "Belongs to another room",
      "not-a-record": "Is no artifact and no reflection",
      "wrong-hash": "Content is not what its name says",
      unwanted: "Was removed here, or nothing describes it",
      "knowledge-full": "There was no room for it",
    },
    atByte: (at) => `at byte ${at}`,
    moreRefused: (count) => `and ${count} more`,
    syncing: "Comparing with",
    inStep: (time) => `Same as a peer at ${time}`,
    notCompared: "Not compared with anybody yet",
    alone: "Nobody is here to compare with",
    loading: "Looking at what is kept here.",
    failed: "Knowledge cannot be used",
    retry: "Try again",
    off: { what: "The swarm is off.", next: "What is known belongs to a room: join it to see it." },
    empty: {
      artifacts: {
        what: "Nothing is kept here yet.",
        next: "Add a note or a file below. What others share appears here by itself.",
      },
      reflections: {
        what: "Nothing has been learned yet.",
        next: "What agents tried, and what they learned from it, appears here.",
      },
    },
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
