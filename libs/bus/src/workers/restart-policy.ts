const INITIAL_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;
/** Who has lived for so long did not die of its start. */
const STABLE_UPTIME_MS = 10_000;
/** With nobody up, so many deaths in a row are no accident. */
const MAX_CONSECUTIVE_CRASHES = 5;

/** What is known of the workers when one has died. */
export interface WorkerCrash {
  readonly uptimeMs: number;
  /** Does another worker serve? */
  readonly isAnyListening: boolean;
  /** Has any worker ever served? */
  readonly hasServed: boolean;
}

/** How soon the workers of one place are replaced when they die, and when not any more. */
export class RestartPolicy {
  #consecutiveCrashes = 0;

  /**
   * Counts a death.
   *
   * @returns milliseconds until the next worker is to start: a tenth of a second, twice that with each death in a row, 10 s at the
   *   most; `undefined` when nobody serves and nobody will, as nobody ever has, or one death follows the other
   */
  recordCrash({ uptimeMs, isAnyListening, hasServed }: WorkerCrash): number | undefined {
    this.#consecutiveCrashes = uptimeMs > STABLE_UPTIME_MS ? 1 : this.#consecutiveCrashes + 1;
    if (!isAnyListening && (!hasServed || this.#consecutiveCrashes >= MAX_CONSECUTIVE_CRASHES)) return undefined;
    return Math.min(MAX_DELAY_MS, INITIAL_DELAY_MS * 2 ** (this.#consecutiveCrashes - 1));
  }
}
