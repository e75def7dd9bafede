import { writeRecording } from "./fixture.js";
import { record } from "./scenario.js";

/** A recording made now, as text; for scripts/record-wire.mjs, whose loader lives as long as this module loads. */
export const recorded: string = writeRecording(await record());
