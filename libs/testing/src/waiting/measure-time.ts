/** Interval of the ticks, and the most that one tick counts. */
const TICK_MS = 5;
const MAX_TICK_MS = 10;

/** Result and duration of some work. */
export interface TimedResult<T> {
  readonly result: T;
  readonly tookMs: number;
}

/**
 * Measures how long some work waits: milliseconds, of which a test can assert an upper bound.
 *
 * The time is counted in ticks of a timer, and a tick that comes late counts 10 ms at most. So waits count in full, and time in which the
 * process does not run, because the machine is busy, counts little. Not for work that computes: it blocks the ticks.
 */
export async function measureTime<T>(work: () => Promise<T>): Promise<TimedResult<T>> {
  let tookMs = 0;
  let lastTickAt = performance.now();
  const tick = () => {
    const nowMs = performance.now();
    tookMs += Math.min(nowMs - lastTickAt, MAX_TICK_MS);
    lastTickAt = nowMs;
  };
  const ticks = setInterval(tick, TICK_MS);
  try {
    const result = await work();
    tick();
    return { result, tookMs };
  } finally {
    clearInterval(ticks);
  }
}
