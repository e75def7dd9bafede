import type { ProtocolPort } from "../protocols/builtin.js";
import { type Answering, startAnswering } from "./answering.js";
import { type Asking, startAsking } from "./asking.js";

/** Both ends of requests. */
export interface Requests extends Asking, Answering {}

export function startRequests(port: ProtocolPort): Requests {
  return { ...startAsking(port), ...startAnswering(port) };
}
