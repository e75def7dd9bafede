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
  const digits = milliseconds < 10 ? 1 : 0;
  return numberFormat(locale, {
    style: "unit",
    unit: "millisecond",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(milliseconds);
}

/** `4 s`: whole seconds, begun ones counted. */
export function formatSeconds(milliseconds: number, locale: string): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return numberFormat(locale, { style: "unit", unit: "second", unitDisplay: "narrow" })
    .format(seconds)
    .replace(/(\d)(\p{L})/u, "$1 $2");
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
