/** A duration: milliseconds, or a number with a unit: `'250ms'`, `'5s'`, `'2m'`, `'1h'`, `'1d'`. */
export type Duration = number | string;

const MS_PER_UNIT = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PATTERN = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h|d)$/;

/**
 * Parses a number with a unit.
 *
 * @returns milliseconds, or `undefined` if the text is not a duration (`'5'`, `'5 s'`, `'-1s'`)
 */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = PATTERN.exec(text) ?? [];
  if (amount === undefined || !isUnit(unit)) return undefined;
  return Number(amount) * MS_PER_UNIT[unit];
}

/**
 * Converts a duration to milliseconds.
 *
 * @throws {RangeError} when it is neither a finite number of at least 0 nor a number with a unit
 */
export function toMs(duration: Duration): number {
  const ms = typeof duration === 'string' ? parseDuration(duration) : duration;
  if (ms !== undefined && Number.isFinite(ms) && ms >= 0) return ms;
  throw new RangeError(
    `expected milliseconds or a duration such as '250ms', '5s', '2m', '1h' or '1d', got ${JSON.stringify(duration)}`,
  );
}

/** Formats milliseconds as the shortest exact duration: `1500` is `'1500ms'`, `60000` is `'1m'`, `0` is `'0ms'`. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (ms > 0 && ms % MS_PER_UNIT[unit] === 0) return `${ms / MS_PER_UNIT[unit]}${unit}`;
  }
  return `${ms}ms`;
}

function isUnit(unit: string | undefined): unit is keyof typeof MS_PER_UNIT {
  return unit !== undefined && unit in MS_PER_UNIT;
}
