const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;
/** Who has lived for so long did not die of its start. */
const SETTLED_MS = 10_000;
/** With nobody up, so many deaths in a row are no accident. */
const MOST_DEATHS = 5;

/** What is known of the workers when one has died. */
export interface Death {
  readonly livedMs: number;
  /** Does another worker serve? */
  readonly isAnyUp: boolean;
  /** Has any worker ever served? */
  readonly hasServed: boolean;
}

/** How soon the workers of one place are replaced when they die, and when not any more. */
export class RestartPolicy {
  #deaths = 0;

  /**
   * Counts a death.
   *
   * @returns milliseconds until the next worker is to start: a tenth of a second, twice that with each death in a row, 10 s at the
   *   most; `undefined` when nobody serves and nobody will, as nobody ever has, or one death follows the other
   */
  waitAfter({ livedMs, isAnyUp, hasServed }: Death): number | undefined {
    this.#deaths = livedMs > SETTLED_MS ? 1 : this.#deaths + 1;
    if (!isAnyUp && (!hasServed || this.#deaths >= MOST_DEATHS)) return undefined;
    return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#deaths - 1));
  }
}
