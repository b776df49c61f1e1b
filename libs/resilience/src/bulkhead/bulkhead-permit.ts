/** A permit of a bulkhead. Its holder releases it when the attempt has ended. */
export class BulkheadPermit {
  readonly isAllowed = true;
  #onRelease: (() => void) | undefined;

  constructor(onRelease: () => void) {
    this.#onRelease = onRelease;
  }

  /** Admits the next attempt. Has no effect the second time. */
  release(): void {
    const onRelease = this.#onRelease;
    this.#onRelease = undefined;
    onRelease?.();
  }
}
