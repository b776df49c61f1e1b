/** How often refusals are told of: one line a second says as much as a thousand. */
const EVERY_MS = 1_000;

/** Counts refusals and tells of them once a second, while there are any. */
export class RefusalTally {
  #count = 0;
  #tell: ((count: number) => void) | undefined;

  /** Says who is told how many requests were refused in the last second. */
  onCount(tell: (count: number) => void): void {
    this.#tell = tell;
  }

  add(): void {
    this.#count += 1;
    if (this.#count === 1) setTimeout(() => this.#report(), EVERY_MS).unref();
  }

  #report(): void {
    this.#tell?.(this.#count);
    this.#count = 0;
  }
}
