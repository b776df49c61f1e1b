/** How long to wait between attempts, in milliseconds. */
export interface Backoff {
  readonly initialMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait after an attempt: twice as long each time, and at random between a half and the whole of it. Not at random
 * from 0, as calls of upstreams wait: what a job waits for takes longer to pass, and its attempts are few.
 *
 * @param attempt - number of the attempt that has failed, from 1
 * @param random - from 0 to 1, 1 excluded
 */
export function computeBackoffMs(
  attempt: number,
  { initialMs, maxMs }: Backoff,
  random: () => number = Math.random,
): number {
  const whole = Math.min(maxMs, initialMs * 2 ** (attempt - 1));
  return Math.round(whole / 2 + (random() * whole) / 2);
}
