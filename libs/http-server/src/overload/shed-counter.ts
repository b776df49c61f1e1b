/** Interval of the reports: a report per rejected request would add to the overload. */
const REPORT_INTERVAL_MS = 1_000;

/** Counts requests rejected by load shedding, and reports their number once a second while there are any. */
export class ShedCounter {
  #count = 0;
  #listener: ((count: number) => void) | undefined;

  /** Sets the listener, which receives the number of requests rejected in the last second. */
  onReport(listener: (count: number) => void): void {
    this.#listener = listener;
  }

  increment(): void {
    this.#count += 1;
    if (this.#count === 1) setTimeout(() => this.#report(), REPORT_INTERVAL_MS).unref();
  }

  #report(): void {
    this.#listener?.(this.#count);
    this.#count = 0;
  }
}
