import { KILOBYTE } from "../../core/stats/bandwidth.js";

const formats = new Map<string, Intl.NumberFormat>();

// Making an Intl format costs far more than using it, and panels use them several times a second.
function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat(locale, options);
  formats.set(key, format);
  return format;
}

/** `12.3`: a rate in KB/s, without its unit. */
export function formatRate(kilobytesPerSecond: number, locale: string): string {
  return numberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    useGrouping: "min2",
  }).format(kilobytesPerSecond);
}

/** `0`, `0.5`, `20`: a tick of an axis. */
export function formatTick(value: number, locale: string): string {
  return numberFormat(locale, { maximumFractionDigits: 1, useGrouping: "min2" }).format(value);
}

/** `48 ms`, with one decimal below 10 ms. */
export function formatMilliseconds(milliseconds: number, locale: string): string {
  // 9.95 would be shown as 10.0.
  const digits = milliseconds < 9.95 ? 1 : 0;
  return numberFormat(locale, {
    style: "unit",
    unit: "millisecond",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(milliseconds);
}

/** `4 s`: whole seconds, begun ones counted. */
export function formatSeconds(milliseconds: number, locale: string): string {
  return withUnit(Math.ceil(milliseconds / 1000), "second", 0, locale);
}

/** `15 min`: whole minutes. */
export function formatMinutes(minutes: number, locale: string): string {
  return withUnit(minutes, "minute", 0, locale);
}

/** `0:07`, `12:34`, `1:02:03`. */
export function formatDuration(milliseconds: number, locale: string): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = numberFormat(locale, { minimumIntegerDigits: 2, useGrouping: false });
  const plain = numberFormat(locale, { useGrouping: false });
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0
    ? `${plain.format(hours)}:${two.format(minutes)}:${two.format(rest)}`
    : `${plain.format(minutes)}:${two.format(rest)}`;
}

// Below it milliseconds say more than tenths of a second; above the other, whole seconds.
const SHORT_MS = 100;
const TENTHS_BELOW_MS = 10_000;
const MINUTE_MS = 60_000;

/** `35 ms`, `0.4 s`, `12 s`, `1:05`: how long something took. */
export function formatElapsed(milliseconds: number, locale: string): string {
  if (milliseconds < SHORT_MS) return withUnit(Math.max(0, milliseconds), "millisecond", 0, locale);
  if (milliseconds >= MINUTE_MS) return formatDuration(milliseconds, locale);
  const tenths = Math.floor(milliseconds / 100) / 10;
  return milliseconds < TENTHS_BELOW_MS
    ? withUnit(tenths, "second", 1, locale)
    : withUnit(Math.floor(tenths), "second", 0, locale);
}

const SYMBOLS = { millisecond: "ms", second: "s", minute: "min" };

// Languages in Latin letters each shorten them in their own way ("sec", "Sek.", "Min."): the SI has symbols for all.
function withUnit(value: number, unit: keyof typeof SYMBOLS, digits: number, locale: string): string {
  return numberFormat(locale, {
    style: "unit",
    unit,
    unitDisplay: "narrow",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
    .format(value)
    .replace(/(\d)\s?\p{Script=Latin}+\.?/u, `$1 ${SYMBOLS[unit]}`);
}

/** `1,234`: how many. */
export function formatCount(count: number, locale: string): string {
  return numberFormat(locale, { maximumFractionDigits: 0 }).format(count);
}

/** `98.7%` of a share from 0 to 1. Never rounded up to 100%. */
export function formatPercent(share: number, locale: string): string {
  const permille = Math.floor(share * 1000);
  return numberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(permille / 1000);
}

/**
 * `512 B`, `12.3 KB`, `4.0 MB`, with 1 KB = 1024 bytes.
 * @param units names of bytes, kilobytes, megabytes and gigabytes
 */
export function formatBytes(bytes: number, locale: string, units: readonly string[]): string {
  let value = bytes;
  let unit = 0;
  // 999.95 would be shown as 1,000.0.
  while (value >= 999.95 && unit < units.length - 1) {
    value /= KILOBYTE;
    unit++;
  }
  return `${unit === 0 ? formatCount(value, locale) : formatRate(value, locale)} ${units[unit] ?? ""}`;
}

const timeFormats = new Map<string, Intl.DateTimeFormat>();

/** `14:03:07`: a time of day, where the visitor is. */
export function formatTime(timeMs: number, locale: string): string {
  let format = timeFormats.get(locale);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
    timeFormats.set(locale, format);
  }
  return format.format(timeMs);
}

const momentFormats = new Map<string, Intl.DateTimeFormat>();

/** `Nov 21, 2026, 14:03:07`: a moment of any day, where the visitor is. */
export function formatMoment(timeMs: number, locale: string): string {
  let format = momentFormats.get(locale);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
    momentFormats.set(locale, format);
  }
  return format.format(timeMs);
}

const agoFormats = new Map<string, readonly [now: Intl.RelativeTimeFormat, ago: Intl.RelativeTimeFormat]>();
const AGO_UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
] as const;

/** `now`, `12s ago`, `3m ago`: in the largest unit of which one has passed. */
export function formatAgo(milliseconds: number, locale: string): string {
  let formats = agoFormats.get(locale);
  if (formats === undefined) {
    // In numbers: what was 40 hours ago was not always "yesterday".
    formats = [
      new Intl.RelativeTimeFormat(locale, { style: "narrow", numeric: "auto" }),
      new Intl.RelativeTimeFormat(locale, { style: "narrow" }),
    ];
    agoFormats.set(locale, formats);
  }
  const [unit, unitMs] = AGO_UNITS.find(([, ms]) => milliseconds >= ms) ?? (["second", 1000] as const);
  const count = Math.max(0, Math.floor(milliseconds / unitMs));
  return formats[count === 0 ? 0 : 1].format(-count, unit);
}
