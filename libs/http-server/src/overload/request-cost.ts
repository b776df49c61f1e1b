import type { EventLoopSample } from './event-loop-sample';

/** Estimate before the first sample. */
const INITIAL_COST_MS = 1;
/** Lower bound of the estimate. */
const MIN_COST_MS = 0.01;
/** Weight of the newest request. */
const SMOOTHING_FACTOR = 1 / 32;
/** Busy share below which the estimate does not rise: a few requests must not be charged for other work of the event loop. */
const BUSY_SHARE = 0.5;

/** Moving average of the CPU time of a request over all its ticks, including its work after asynchronous waits. */
export class RequestCost {
  #ms = INITIAL_COST_MS;
  #busyMs = 0;
  #idleMs = 0;

  get ms(): number {
    return this.#ms;
  }

  /** @param isAnyInFlight - whether the event loop works for requests */
  addSample({ busyMs, idleMs, completed }: EventLoopSample, isAnyInFlight: boolean): void {
    this.#busyMs += busyMs;
    this.#idleMs += idleMs;
    if (completed > 0) this.#updateAverage(completed);
    if (completed > 0 || !isAnyInFlight) this.#busyMs = this.#idleMs = 0;
  }

  #updateAverage(completed: number): void {
    const eachMs = Math.max(MIN_COST_MS, this.#busyMs / completed);
    if (eachMs > this.#ms && this.#busyMs < this.#idleMs * (BUSY_SHARE / (1 - BUSY_SHARE))) return;
    this.#ms += (eachMs - this.#ms) * (1 - (1 - SMOOTHING_FACTOR) ** completed);
  }
}
