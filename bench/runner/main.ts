import { parseArgs } from "node:util";
import { Figures } from "./figures.js";
import { openLab } from "./lab.js";
import { ENTRIES, FULL_SCALE, type PairPart, QUICK_SCALE, runPair } from "./pair.js";

export async function main(given: string[]): Promise<void> {
  const { values: options } = parseArgs({
    args: given,
    options: {
      only: { type: "string" },
      contestants: { type: "string" },
      rounds: { type: "string", default: "5" },
      quick: { type: "boolean", default: false },
      profile: { type: "string" },
    },
  });
  const parts = options.only?.split(",");
  const names = options.contestants?.split(",");
  const entries = ENTRIES.filter(({ name }) => names === undefined || names.includes(name));
  const figures = new Figures();
  const lab = await openLab();
  try {
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const entry of entries) {
        await runPair(entry, {
          lab,
          figures,
          scale: options.quick ? QUICK_SCALE : FULL_SCALE,
          wants: (part: PairPart) => parts === undefined || parts.includes(part),
          profiled: options.profile,
        });
      }
    }
  } finally {
    await lab.close();
  }
  for (const [name, own] of Object.entries(figures.toJSON()))
    console.log(
      name.padEnd(14),
      Object.entries(own)
        .map(([figure, { median }]) => `${figure} ${median.toPrecision(4)}`)
        .join("  "),
    );
}
