import type { SignalingSnapshot, SwarmSnapshot } from "../core/index.js";
import { itself, useSlice } from "./useSlice.js";

const signalingOf = (snapshot: SwarmSnapshot): SignalingSnapshot => snapshot.signaling;

/** Server, room and own peer id; whether signalling is connected, since when, and if not, why and until when. */
export function useSignaling(): SignalingSnapshot {
  return useSlice(signalingOf, itself, Object.is);
}
