import type { Deadline } from './deadline';

const POLL_INTERVAL_MS = 100;
/** More than the time to the next look, so that a timer is still in time. */
const PRECISE_TIMER_THRESHOLD_MS = 250;

/** Something that ends at a deadline. */
export interface CoarseTimerEntry {
  readonly deadline: Deadline;
  /** The deadline is near: from here on a timer of its own is worth its price. */
  startPreciseTimer(): void;
}

/**
 * Deadlines that are still far off, looked at together every 100 ms. Most work ends long before its deadline: a timer for each
 * request costs 4 µs when few requests are under way at once, being here costs 0.1 µs.
 */
class CoarseTimer {
  readonly #entries = new Set<CoarseTimerEntry>();
  #interval: NodeJS.Timeout | undefined;
  #scheduledBy: typeof setInterval | undefined;

  /** @returns whether it is far enough off to be kept here */
  add(ending: CoarseTimerEntry): boolean {
    if (ending.deadline.remainingMs() <= PRECISE_TIMER_THRESHOLD_MS) return false;
    this.#entries.add(ending);
    // A test that exchanges the clock takes the timers along that were made with it.
    if (!this.#interval || this.#scheduledBy !== globalThis.setInterval) this.#start();
    return true;
  }

  delete(ending: CoarseTimerEntry): void {
    this.#entries.delete(ending);
  }

  #start(): void {
    this.#scheduledBy = globalThis.setInterval;
    const looking = setInterval(() => {
      this.#poll();
      if (this.#entries.size > 0 && this.#interval === looking) return;
      clearInterval(looking);
      if (this.#interval === looking) this.#interval = undefined;
    }, POLL_INTERVAL_MS);
    this.#interval = looking;
  }

  #poll(): void {
    for (const ending of this.#entries) {
      if (ending.deadline.remainingMs() > PRECISE_TIMER_THRESHOLD_MS) continue;
      this.#entries.delete(ending);
      ending.startPreciseTimer();
    }
  }
}

/** Those of this process. */
export const coarseTimer = new CoarseTimer();
