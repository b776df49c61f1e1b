import { type Duration, formatDuration, parseDuration, toMs } from '@trunkline/time';
import { z } from 'zod';

const PATTERN = /^\d{1,12}(\.\d{1,6})?(ms|s|m|h|d)$/;
const EXPECTED = 'expected a duration such as 250ms, 5s, 2m, 1h or 1d';

/** The minimum and maximum duration. */
export interface DurationBounds {
  readonly min?: Duration;
  readonly max?: Duration;
}

/**
 * A duration with its unit, `250ms 5s 2m 1h 1d`, parsed to milliseconds. A number without a unit is rejected.
 *
 * @param bounds - inclusive. Default: 0 and more
 */
export function duration({ min = 0, max }: DurationBounds = {}) {
  const leastMs = toMs(min);
  const greatestMs = max === undefined ? Number.POSITIVE_INFINITY : toMs(max);
  return z
    .string({ error: EXPECTED })
    .regex(PATTERN, { error: EXPECTED, abort: true })
    .meta({ title: 'duration', examples: ['250ms', '5s', '2m'] })
    .transform((text) => parseDuration(text) ?? Number.NaN)
    .refine((ms) => ms >= leastMs, { error: `expected a duration of at least ${formatDuration(leastMs)}` })
    .refine((ms) => ms <= greatestMs, { error: `expected a duration of at most ${formatDuration(greatestMs)}` });
}
