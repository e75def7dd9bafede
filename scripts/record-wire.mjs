// Records test/fixtures/wire/recording.jsonl anew: `node scripts/record-wire.mjs`. Needed only where the wire format
// changed on purpose; say so in docs/protocol.md first, then mend test/independent by it, then record.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runnerImport } from "vite";
import { root, sourceAliases } from "./entries.mjs";

const source = join(root, "test/node/independent/recorded.ts");
const fixture = join(root, "test/fixtures/wire/recording.jsonl");

const { module } = await runnerImport(source, {
  root,
  configFile: false,
  resolve: { alias: sourceAliases },
});
const { recorded } = /** @type {{ recorded: string }} */ (module);
writeFileSync(fixture, recorded);
console.log(`${fixture}: ${recorded.length} characters`);
