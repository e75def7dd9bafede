import { toBase32 } from "../bytes.js";
import { toSwarmError } from "../errors.js";
import { type Check, NOTHING } from "./check.js";

const COLLECTION = "diagnosis";
const KEY_BYTES = 10;

/** Whether records can be written, read and removed again. */
export const checkStorage: Check = async ({ port, mayReachOut }) => {
  if (!mayReachOut) return undefined;
  const { storage, randomBytes } = port.runtime;
  const key = toBase32(randomBytes(KEY_BYTES));
  try {
    await storage.write([{ collection: COLLECTION, key, value: key }]);
    const found = await storage.get(COLLECTION, key);
    await storage.write([{ collection: COLLECTION, key }]);
    return found === key ? NOTHING : refused("What was written could not be read again.");
  } catch (thrown) {
    const { message } = toSwarmError(thrown, "storage-failed", "The storage refused a record.");
    return refused(message);
  }
};

function refused(message: string) {
  const evidence = [{ kind: "error", code: "storage-failed", message }] as const;
  return {
    findings: [
      {
        code: "storage-refused",
        severity: "warning",
        what: "The browser keeps nothing for this page: identity, letters and the witness log are lost at the next reload.",
        fix: "Leave private browsing, allow site data for this page, or free space.",
        evidence,
      } as const,
    ],
    evidence,
  };
}
