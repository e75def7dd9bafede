import * as v from "valibot";
import type { Cancel } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import type { Profile } from "../store/snapshot.js";
import { defineBuiltin, type ProtocolPort } from "./builtin.js";

/** In UTF-16 units; peers drop a profile with a longer one. */
export const MAX_NAME_LENGTH = 64;
const MAX_ENTRY_LENGTH = 128;
const MAX_ENTRIES = 64;

const entries = v.pipe(v.array(v.pipe(v.string(), v.maxLength(MAX_ENTRY_LENGTH))), v.maxLength(MAX_ENTRIES));

const profileSchema = v.object({
  name: v.nullable(v.pipe(v.string(), v.maxLength(MAX_NAME_LENGTH))),
  capabilities: entries,
  goals: entries,
  region: v.nullable(v.pipe(v.string(), v.maxLength(MAX_NAME_LENGTH))),
  knowledgeHeads: entries,
});

type WireProfile = v.InferOutput<typeof profileSchema>;

const syncRequest = defineBuiltin("sync-request", v.strictObject({}));
const syncResponse = defineBuiltin("sync-response", profileSchema);
const announce = defineBuiltin("announce", profileSchema);

export interface ProfileExchangeOptions {
  readonly port: ProtocolPort;
  readonly ownProfile: () => Profile;
  readonly onProfile: (peerId: PeerId, profile: Profile) => void;
}

/** Asks each new peer who it is, answers the same question, and announces our own changes. */
export interface ProfileExchange {
  ask(peerId: PeerId): void;
  announceTo(peerId: PeerId): boolean;
  end: Cancel;
}

export function startProfileExchange({
  port,
  ownProfile,
  onProfile,
}: ProfileExchangeOptions): ProfileExchange {
  const stops = [
    port.on(syncRequest, (_, { from }) => {
      port.send(from.peerId, syncResponse, toWire(ownProfile()));
    }),
    port.on(syncResponse, (profile, { from }) => onProfile(from.peerId, fromWire(profile))),
    port.on(announce, (profile, { from }) => onProfile(from.peerId, fromWire(profile))),
  ];
  return {
    ask: (peerId) => void port.send(peerId, syncRequest, {}),
    announceTo: (peerId) => port.send(peerId, announce, toWire(ownProfile())),
    end() {
      for (const stop of stops) stop();
    },
  };
}

function toWire(profile: Profile): WireProfile {
  return {
    name: profile.name ?? null,
    region: profile.region ?? null,
    capabilities: [...profile.capabilities],
    goals: [...profile.goals],
    knowledgeHeads: [...profile.knowledgeHeads],
  };
}

function fromWire({ name, region, ...lists }: WireProfile): Profile {
  return { ...lists, name: name ?? undefined, region: region ?? undefined };
}

/** Whether a profile of ours can be announced; peers drop one that is larger. */
export function isAnnounceable(profile: Profile): boolean {
  return v.is(profileSchema, toWire(profile));
}
