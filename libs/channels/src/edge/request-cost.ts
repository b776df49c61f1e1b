import type { LoopSample } from './loop-sample';

/** What a request is taken to cost until that is known. */
const FIRST_GUESS_MS = 1;
/** No request costs less. */
const LEAST_COST_MS = 0.01;
/** Weight of the newest request. */
const NEWEST = 1 / 32;
/** A loop with more time than that to itself does other things, too, which few requests must not be charged with. */
const BUSY_SHARE = 0.5;

/** What a request takes of the loop, in all its turns: what it does after it has waited for something is in it. */
export class RequestCost {
  #ms = FIRST_GUESS_MS;
  #busyMs = 0;
  #idleMs = 0;

  get ms(): number {
    return this.#ms;
  }

  /** @param isAnyUnderWay - the loop works for requests */
  learn({ busyMs, idleMs, done }: LoopSample, isAnyUnderWay: boolean): void {
    this.#busyMs += busyMs;
    this.#idleMs += idleMs;
    if (done > 0) this.#weigh(done);
    if (done > 0 || !isAnyUnderWay) this.#busyMs = this.#idleMs = 0;
  }

  #weigh(done: number): void {
    const eachMs = Math.max(LEAST_COST_MS, this.#busyMs / done);
    if (eachMs > this.#ms && this.#busyMs < this.#idleMs * (BUSY_SHARE / (1 - BUSY_SHARE))) return;
    this.#ms += (eachMs - this.#ms) * (1 - (1 - NEWEST) ** done);
  }
}
