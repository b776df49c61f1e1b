import type { Caller } from '../caller';

/** A search for a caller that several requests share. Its signal aborts when the last of them has left. */
export class SharedLookup {
  readonly #controller = new AbortController();
  readonly #outcome: Promise<Caller | undefined>;
  #waiterCount = 0;

  constructor(search: (signal: AbortSignal) => Promise<Caller | undefined>) {
    this.#outcome = search(this.#controller.signal);
  }

  /** Whether a request still waits. If not, the search may have been aborted. */
  get hasWaiters(): boolean {
    return !this.#controller.signal.aborted;
  }

  /** Waits for the result. @param signal - aborts when the request leaves. Default: never */
  join(signal?: AbortSignal): Promise<Caller | undefined> {
    this.#waiterCount += 1;
    if (signal?.aborted) this.#leave(signal);
    else signal?.addEventListener('abort', () => this.#leave(signal), { once: true });
    return this.#outcome;
  }

  onSettled(listener: () => void): void {
    this.#outcome.then(listener, listener);
  }

  #leave({ reason }: AbortSignal): void {
    this.#waiterCount -= 1;
    if (this.#waiterCount === 0) this.#controller.abort(reason);
  }
}
