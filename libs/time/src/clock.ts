/** Where time comes from, so that a test can hold it in its hand. */
export interface Clock {
  /** Milliseconds from an arbitrary start. Never goes back, unlike the clock on the wall: for measuring and for deadlines. */
  nowMs(): number;
}

/** The process's monotonic clock. */
export const systemClock: Clock = { nowMs: () => performance.now() };
