import { createSwarm, peerTransport, recallSettings, type Swarm } from "peerswarm";
import { readAddress } from "./address.js";
import { keepName, readName } from "./name.js";
import { offerWork } from "./work/offerWork.js";

declare global {
  interface Window {
    /** For the curious: try `swarm.store.getSnapshot()` or `swarm.getBandwidth()` in the console. */
    swarm: Swarm;
  }
}

const { room, serverUrl, identity, hasIceServers } = readAddress();

/** Where the settings panel remembers what was applied. */
export const SETTINGS_KEY = "peerswarm-demo-settings";

export const swarm = createSwarm({
  room,
  identity,
  name: readName(),
  capabilities: ["chat", "js-sandbox"],
  transport: peerTransport({
    url: serverUrl,
    ...(hasIceServers ? {} : { iceServers: [] }),
  }),
});

// Wherever it is changed, the tab keeps it.
swarm.store.subscribe(() => keepName(swarm.store.getSnapshot().self.profile.name));

// The room is the one in the address, the name that of the tab; this opens nothing yet.
const { room: _, name: __, ...remembered } = recallSettings(SETTINGS_KEY);
void swarm.configureSignaling(remembered);

window.swarm = swarm;
offerWork(swarm);

// A browser can have the interface and no graphics adapter behind it: only one that answers is announced.
const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
void gpu?.requestAdapter().then((adapter) => {
  if (adapter !== null) swarm.announce({ capabilities: ["chat", "js-sandbox", "webgpu"] });
});
