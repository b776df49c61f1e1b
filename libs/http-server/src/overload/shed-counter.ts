/** How often refusals are told of: one line a second says as much as a thousand. */
const REPORT_INTERVAL_MS = 1_000;

/** Counts refusals and tells of them once a second, while there are any. */
export class ShedCounter {
  #count = 0;
  #listener: ((count: number) => void) | undefined;

  /** Says who is told how many requests were refused in the last second. */
  onReport(tell: (count: number) => void): void {
    this.#listener = tell;
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
