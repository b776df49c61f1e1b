const INITIAL_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;
/** A worker that ran this long did not crash because of its start. */
const STABLE_UPTIME_MS = 10_000;
/** This many crashes in a row while no worker listens have a lasting cause. */
const MAX_CONSECUTIVE_CRASHES = 5;

/** A crash of a worker, and the state of the other workers. */
export interface WorkerCrash {
  readonly uptimeMs: number;
  /** Whether another worker listens. */
  readonly isAnyListening: boolean;
  /** Whether any worker has listened since the pool started. */
  readonly hasServed: boolean;
}

/** Decides when a crashed worker of one slot is replaced, and when it is not. */
export class RestartPolicy {
  #consecutiveCrashes = 0;

  /**
   * Counts a crash.
   *
   * @returns milliseconds until the replacement starts: 100, doubled with each crash in a row, at most 10 000; `undefined` when no worker
   *   listens and a replacement would not either: none ever has, or five have crashed in a row
   */
  recordCrash({ uptimeMs, isAnyListening, hasServed }: WorkerCrash): number | undefined {
    this.#consecutiveCrashes = uptimeMs > STABLE_UPTIME_MS ? 1 : this.#consecutiveCrashes + 1;
    if (!isAnyListening && (!hasServed || this.#consecutiveCrashes >= MAX_CONSECUTIVE_CRASHES)) return undefined;
    return Math.min(MAX_DELAY_MS, INITIAL_DELAY_MS * 2 ** (this.#consecutiveCrashes - 1));
  }
}
