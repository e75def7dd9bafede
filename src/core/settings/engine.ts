import { settleWithin } from "../abort.js";
import { SwarmError } from "../errors.js";
import type { FindingSeverity } from "../finding.js";
import { checkRoom } from "../options.js";
import type { Runtime } from "../runtime.js";
import type { Examination, ExaminationRequest, Transport } from "../transport/transport.js";
import type { SettingsTest, SettingsTestOptions, SettingsTestPart } from "./settings.js";

const DEFAULT_TIMEOUT_MS = 12_000;
// The transport ends by itself before that, with what it knows by then.
const OWN_END_SHARE = 0.95;

/** What a test has to work with. */
export interface SettingsTestContext {
  readonly transport: Transport;
  readonly runtime: Runtime;
  readonly room: string;
}

/** Lets the transport look at what would be in force. */
export async function runSettingsTest(
  context: SettingsTestContext,
  part: SettingsTestPart,
  options: SettingsTestOptions,
): Promise<SettingsTest> {
  const { clock } = context.runtime;
  const startedAtMs = clock.now();
  const { findings, evidence } = await examine(context, part, options);
  return { verdict: verdictOf(findings), findings, evidence, durationMs: clock.now() - startedAtMs };
}

function examine(
  { transport, runtime, room }: SettingsTestContext,
  part: SettingsTestPart,
  { change = {}, timeoutMs = DEFAULT_TIMEOUT_MS, signal }: SettingsTestOptions,
): Promise<Examination> {
  if (transport.examine === undefined) return Promise.reject(cannotTest(transport));
  const { room: newRoom, secret: _, ...transportChange } = change;
  const wanted = newRoom === undefined ? room : checkRoom(newRoom);
  const own = new AbortController();
  const what = "The test of the settings";
  const onTimeout = (): SwarmError => new SwarmError("aborted", { what: `${what} did not end in time.` });
  return settleWithin<Examination>(
    { clock: runtime.clock, timeoutMs, signal, what, onTimeout },
    (resolve, reject) => {
      const request = {
        part: part === "server" ? "server" : "paths",
        change: transportChange,
        ...(part === "server" && { room: wanted }),
        runtime,
        timeoutMs: timeoutMs * OWN_END_SHARE,
        signal: own.signal,
      } as const;
      lookAt(transport, request).then(resolve, reject);
      return () => own.abort(onTimeout());
    },
  );
}

// Where the platform lacks something, nothing else can be looked at, which is not the same as being well.
async function lookAt(transport: Transport, request: ExaminationRequest): Promise<Examination> {
  const look = async (part: ExaminationRequest["part"]): Promise<Examination> =>
    (await transport.examine?.({ ...request, part })) ?? { findings: [], evidence: [] };
  const platform = await look("platform");
  return platform.findings.length > 0 ? platform : look(request.part);
}

function cannotTest({ name }: Transport): SwarmError {
  return new SwarmError("unsupported-platform", {
    what: `The transport "${name}" cannot be tested.`,
    why: "It has no examine().",
    fix: "Join, and see diagnose().",
  });
}

/** How grave findings are. */
export function verdictOf(
  findings: readonly { readonly severity: FindingSeverity }[],
): SettingsTest["verdict"] {
  if (findings.some(({ severity }) => severity === "error")) return "failing";
  return findings.some(({ severity }) => severity === "warning") ? "impaired" : "well";
}
