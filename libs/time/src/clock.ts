/** The source of time, so that tests can control it. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start, for measurements and deadlines. */
  nowMs(): number;
}

/** The monotonic clock of the process. */
export const systemClock: Clock = { nowMs: () => performance.now() };
