import { describe, expect, it } from "vitest";
import {
  formatAgo,
  formatElapsed,
  formatMilliseconds,
  formatMinutes,
  formatSeconds,
} from "../../../src/components/parts/format.js";

const HOUR_MS = 3_600_000;

describe("times in panels", () => {
  it.each(["en", "de", "fr", "sv"])("have the symbols of the SI in %s", (locale) => {
    expect(formatSeconds(3200, locale)).toBe("4 s");
    expect(formatSeconds(-45_000, locale)).toMatch(/^[-−]45 s$/u);
    expect(formatMinutes(15, locale)).toBe("15 min");
    expect(formatElapsed(35, locale)).toBe("35 ms");
    expect(formatElapsed(400, locale)).toMatch(/^0[.,]4 s$/);
  });

  it("have the words of languages in other letters", () => {
    expect(formatMinutes(4, "ar")).toMatch(/^4 د$/u);
  });

  it("do not grow by a decimal just below ten milliseconds", () => {
    expect([9.94, 9.96, 10].map((ms) => formatMilliseconds(ms, "en"))).toEqual(["9.9 ms", "10 ms", "10 ms"]);
  });

  it("say how long ago it was, and not which day that may have been", () => {
    expect([0, 12_000, 40 * HOUR_MS, 60 * HOUR_MS].map((ms) => formatAgo(ms, "en"))).toEqual([
      "now",
      "12s ago",
      "1d ago",
      "2d ago",
    ]);
    expect(formatAgo(40 * HOUR_MS, "de")).toBe("vor 1 Tag");
    expect(formatAgo(-5, "de")).toBe("jetzt");
  });
});
