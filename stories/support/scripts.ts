import type { Cancel } from "peerswarm";
import { type MockMember, type MockSwarm, seededRandom } from "peerswarm/testing";

/** What happens on a story's network. */
export type Script = (mock: MockSwarm) => Cancel | undefined;

const LETTERS = "abcdefghijklmnopqrstuvwxyz ";
const MEAN_PAUSE_MS = 700;
const MEAN_CHARACTERS = 1200;
// Messages per second of one of many: a room in which all talk at once is no room.
const CROWD_RATE = 0.05;
const FLOOD_MESSAGES = 300;
const FLOOD_SECONDS = 8;
// Within what a peer takes, and to three peers more than 2,000.
const TOLD_EACH_SECOND = 80;
const TELLING_SECONDS = 10;
// Longer than a minute's third, so that the chart shows that the talk comes and goes.
const SWELL_MS = 17_000;

/** Everyone talks: the others to the swarm that is looked at, and it to everyone. */
export const talk: Script = ({ swarm, host, peers, crowd }) => {
  const random = seededRandom(7);
  const you: MockMember = { swarm, host };
  const ends = [you, ...peers].map((member, index) => {
    const { clock } = member.host.runtime;
    const stopHearing = member.swarm.on("chat", () => undefined);
    let cancel: Cancel = () => undefined;
    const speak = (): void => {
      const swell = 1 + 0.8 * Math.sin((clock.now() / SWELL_MS + index) * 2 * Math.PI);
      const text = sentence(Math.ceil(MEAN_CHARACTERS * swell * random.next()) + 20, random.next());
      const yourId = swarm.getSignalingStatus().peerId;
      if (member === you) member.swarm.broadcast("chat", { text });
      else if (yourId !== undefined) member.swarm.send(yourId, "chat", { text });
      cancel = clock.setTimer(MEAN_PAUSE_MS * (0.5 + random.next()), speak);
    };
    cancel = clock.setTimer(MEAN_PAUSE_MS * random.next(), speak);
    return (): void => {
      cancel();
      stopHearing();
    };
  });
  for (const [index, peer] of crowd.entries()) {
    ends.push(peer.talk(CROWD_RATE * (0.5 + random.next()), "chat", () => ({ text: sentence(100, index) })));
  }
  return () => {
    for (const end of ends) end();
  };
};

function sentence(characters: number, seed: number): string {
  const random = seededRandom(Math.floor(seed * 1_000_000));
  return Array.from(
    { length: characters },
    () => LETTERS[Math.floor(random.next() * LETTERS.length)] ?? " ",
  ).join("");
}

/** The second member's tab sleeps, the third one cannot be reached, and the fourth one is muted. */
export const trouble: Script = ({ network, host, swarm, peers }) => {
  const [, sleeper, castaway, chatterbox] = peers;
  if (sleeper === undefined || castaway === undefined || chatterbox === undefined) {
    throw new Error("This script needs at least four members.");
  }
  sleeper.host.sleep();
  const others = peers.filter((peer) => peer !== castaway).map((peer) => peer.host);
  network.partition([host, ...others], [castaway.host]);
  const { agentId } = chatterbox.swarm.store.getSnapshot().self;
  if (agentId !== undefined) swarm.mute(agentId);
  return undefined;
};

/** Half of the members cannot reach the other half, in which you are. */
export const twoGroups: Script = ({ network, host, peers }) => {
  const hosts = [host, ...peers.map((peer) => peer.host)];
  const half = Math.ceil(hosts.length / 2);
  network.partition(hosts.slice(0, half), hosts.slice(half));
  return undefined;
};

/** The first of the crowd says again and again that it is linked with whom it likes, strangers included. */
export const liesAboutLinks: Script = ({ host, peers, crowd }) => {
  const liar = crowd[0];
  if (liar === undefined) throw new Error("This script needs one of a crowd.");
  const { clock } = host.runtime;
  const strangers = ["aaaaaaaaaaaa-aaaaaaaaaa", "bbbbbbbbbbbb-bbbbbbbbbb"];
  const friends = peers.slice(0, 2).map(({ swarm }) => swarm.getSignalingStatus().peerId ?? "");
  const links = [...strangers, ...friends].map((to) => ({ to, isUp: true, roundTripMs: 1, route: null }));
  let cancel: Cancel = () => undefined;
  const lie = (): void => {
    liar.broadcast("swarm/topology-links", { isWhole: true, links, gone: [], count: 400 });
    cancel = clock.setTimer(3000, lie);
  };
  lie();
  return () => cancel();
};

/** The second member sends more than it may, second after second, until you hold it back. */
export const flood: Script = ({ host, swarm, peers }) => {
  const flooder = peers[1];
  if (flooder === undefined) throw new Error("This script needs at least two members.");
  const { clock } = host.runtime;
  const yourId = swarm.getSignalingStatus().peerId ?? "";
  const stopHearing = swarm.on("noise", () => undefined);
  let seconds = 0;
  let cancel: Cancel = () => undefined;
  const pour = (): void => {
    for (let message = 0; message < FLOOD_MESSAGES; message++) flooder.swarm.send(yourId, "noise", message);
    // Not so long that it is dropped.
    if (++seconds < FLOOD_SECONDS) cancel = clock.setTimer(1000, pour);
  };
  pour();
  return () => {
    cancel();
    stopHearing();
  };
};

/** You tell everyone more than the events of are kept, in ten seconds. */
export const tellMuch: Script = ({ host, swarm }) => {
  const { clock } = host.runtime;
  let cancel: Cancel = () => undefined;
  let seconds = 0;
  const tell = (): void => {
    for (let message = 0; message < TOLD_EACH_SECOND; message++) swarm.broadcast("noise", message);
    if (++seconds < TELLING_SECONDS) cancel = clock.setTimer(1000, tell);
  };
  tell();
  return () => cancel();
};

/** Joins a room in which no data path leads to the first member: it is listed, and never gets to prove itself. */
export const joinCutOff: Script = ({ network, host, swarm, peers }) => {
  const [castaway, ...others] = peers.map((peer) => peer.host);
  if (castaway !== undefined) network.partition([host, ...others], [castaway]);
  swarm.join().catch(() => undefined);
  return undefined;
};

const WEATHER_EVERY_MS = 4000;

/** The network is slower at some times than at others. */
export const unsteady: Script = ({ network, host }) => {
  const { clock } = host.runtime;
  const random = seededRandom(3);
  let cancel: Cancel = () => undefined;
  const change = (): void => {
    network.behaviour.latencyMs = 6 + 14 * random.next() ** 2 + (random.next() > 0.95 ? 60 : 0);
    cancel = clock.setTimer(WEATHER_EVERY_MS, change);
  };
  change();
  return () => cancel();
};

const PAUSE_FROM_MS = 100_000;
const PAUSE_MS = 100_000;

/** The swarm that is looked at leaves after 100 s, and comes back another 100 s later. */
export const pause: Script = ({ host, swarm }) => {
  const { clock } = host.runtime;
  let cancel: Cancel = clock.setTimer(PAUSE_FROM_MS, () => {
    void swarm.leave();
    cancel = clock.setTimer(PAUSE_MS, () => void swarm.join().catch(() => undefined));
  });
  return () => cancel();
};

/** The signalling server goes down for good. */
export const serverDown: Script = ({ network }) => {
  network.server.stop();
  return undefined;
};

/** The swarm that is looked at tries to enter a room that has no place left. */
export const roomFull: Script = ({ network, peers, swarm }) => {
  network.server.maxRoomSize = peers.length;
  swarm.join().catch(() => undefined);
  return undefined;
};

/** The server's operator tells everyone in the room something. */
export function notice(text: string): Script {
  return ({ network, swarm }) => {
    for (const seat of network.server.seats(swarm.getSignalingStatus().room).values())
      seat.events.notice(text);
    return undefined;
  };
}

/** One script after the other. */
export function inTurn(...scripts: readonly Script[]): Script {
  return (mock) => {
    const ends = scripts.map((script) => script(mock));
    return () => {
      for (const end of ends) end?.();
    };
  };
}
