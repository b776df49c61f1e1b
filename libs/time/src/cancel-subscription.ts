/** Called with the reason when a scope is cancelled. */
export type CancelListener = (reason: Error) => void;

/**
 * A listener in the list of a scope.
 *
 * It is linked with its neighbours, because a scope may have many listeners that come and go with every call: neither adding nor removing
 * one hashes or searches.
 */
export class CancelSubscription {
  #previous: CancelSubscription | undefined;
  #next: CancelSubscription | undefined;

  constructor(readonly listener: CancelListener) {}

  /** The subscription that was added before this one. */
  get previous(): CancelSubscription | undefined {
    return this.#previous;
  }

  insertAfter(last: CancelSubscription | undefined): void {
    this.#previous = last;
    if (last) last.#next = this;
  }

  /** Takes it out of the list; no effect on one that is in no list. */
  unlink(): void {
    if (this.#previous) this.#previous.#next = this.#next;
    if (this.#next) this.#next.#previous = this.#previous;
    this.#previous = undefined;
    this.#next = undefined;
  }
}
