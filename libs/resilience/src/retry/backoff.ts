/** Bounds of the wait between attempts. */
export interface BackoffOptions {
  /** Longest wait before the second attempt; it doubles from one attempt to the next. */
  readonly initialMs: number;
  /** Longest wait before any attempt. */
  readonly maxMs: number;
}

/**
 * Whole milliseconds to wait before the next attempt: anything from 0 to the bound of that attempt.
 *
 * Full jitter makes the fewest collisions for the same number of attempts (Brooker, "Exponential Backoff And Jitter", 2015).
 *
 * @param attempt - number of the attempt that has failed, from 1
 * @param random - from 0 to 1, 1 excluded
 */
export function computeBackoffMs(attempt: number, options: BackoffOptions, random: () => number): number {
  return Math.round(random() * computeLongestWaitMs(attempt, options));
}

/**
 * Whole milliseconds to wait before the next attempt: anything from half the bound of that attempt to the whole of it.
 *
 * Equal jitter guarantees a minimum wait, for work with few attempts that has to span longer outages (Brooker, "Exponential Backoff
 * And Jitter", 2015).
 *
 * @param attempt - number of the attempt that has failed, from 1
 * @param random - from 0 to 1, 1 excluded
 */
export function computeEqualJitterBackoffMs(attempt: number, options: BackoffOptions, random: () => number): number {
  return Math.round(((1 + random()) / 2) * computeLongestWaitMs(attempt, options));
}

function computeLongestWaitMs(attempt: number, { initialMs, maxMs }: BackoffOptions): number {
  return Math.min(maxMs, initialMs * 2 ** (attempt - 1));
}
