/** A place in a bulkhead. Whoever holds it releases it when the attempt has ended, however it ended. */
export class BulkheadPermit {
  readonly isAllowed = true;
  #onRelease: (() => void) | undefined;

  constructor(giveBack: () => void) {
    this.#onRelease = giveBack;
  }

  /** Lets the next one in. Without effect the second time. */
  release(): void {
    const giveBack = this.#onRelease;
    this.#onRelease = undefined;
    giveBack?.();
  }
}
