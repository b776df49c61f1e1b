import type { EventLoopSample } from './event-loop-sample';

/** What a request is taken to cost until that is known. */
const INITIAL_COST_MS = 1;
/** No request costs less. */
const MIN_COST_MS = 0.01;
/** Weight of the newest request. */
const SMOOTHING_FACTOR = 1 / 32;
/** A loop with more time than that to itself does other things, too, which few requests must not be charged with. */
const BUSY_SHARE = 0.5;

/** What a request takes of the loop, in all its turns: what it does after it has waited for something is in it. */
export class RequestCost {
  #ms = INITIAL_COST_MS;
  #busyMs = 0;
  #idleMs = 0;

  get ms(): number {
    return this.#ms;
  }

  /** @param isAnyUnderWay - the loop works for requests */
  addSample({ busyMs, idleMs, completed }: EventLoopSample, isAnyUnderWay: boolean): void {
    this.#busyMs += busyMs;
    this.#idleMs += idleMs;
    if (completed > 0) this.#updateAverage(completed);
    if (completed > 0 || !isAnyUnderWay) this.#busyMs = this.#idleMs = 0;
  }

  #updateAverage(done: number): void {
    const eachMs = Math.max(MIN_COST_MS, this.#busyMs / done);
    if (eachMs > this.#ms && this.#busyMs < this.#idleMs * (BUSY_SHARE / (1 - BUSY_SHARE))) return;
    this.#ms += (eachMs - this.#ms) * (1 - (1 - SMOOTHING_FACTOR) ** done);
  }
}
