import { type Swarm, systemClock, type Transport } from "peerswarm";
import {
  createMockSwarm,
  type MemoryNetwork,
  manualClock,
  memoryNetwork,
  seededRandom,
  type TransportHarness,
  transportContract,
} from "peerswarm/testing";
import { type Equal, expectType } from "./expectType.js";

const network: MemoryNetwork = memoryNetwork({
  seed: 7,
  latencyMs: 20,
  datagramLoss: 0.1,
  clock: manualClock(),
});
const ada: Swarm = network.swarm({ name: "Ada" });
const host = network.host("laptop");
host.swarm({ name: "Ben" });
network.partition([host]);
network.heal();
network.behaviour.datagramLoss = 0.5;
await network.settle();
await network.advance(1000);
memoryNetwork({ clock: systemClock });

// @ts-expect-error a simulated network is the transport
network.swarm({ transport: {} as Transport });
// @ts-expect-error times are numbers
memoryNetwork({ latencyMs: "20" });

const mock = createMockSwarm({ peers: [{ name: "Chloe" }], isRunning: false, script: () => undefined });
await mock.start();
expectType<Equal<typeof mock.swarm, Swarm>>();

const cases: readonly { readonly name: string; run(harness: TransportHarness): Promise<void> }[] =
  transportContract;
export const all = [ada, cases, seededRandom(1)];
