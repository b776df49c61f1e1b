import type { Deadline } from './deadline';

const POLL_INTERVAL_MS = 100;
/** More than the polling interval, so that the precise timer starts in time. */
const PRECISE_TIMER_THRESHOLD_MS = 250;

/** Work with a deadline. */
export interface CoarseTimerEntry {
  readonly deadline: Deadline;
  /** Starts the entry's own timer, since the deadline is near. */
  startPreciseTimer(): void;
}

/**
 * Polls distant deadlines together every 100 ms. Most work ends long before its deadline, and one timer per request is expensive.
 */
class CoarseTimer {
  readonly #entries = new Set<CoarseTimerEntry>();
  #interval: NodeJS.Timeout | undefined;
  #scheduledBy: typeof setInterval | undefined;

  /** Adds work, unless its deadline is near. @returns whether it was added */
  add(entry: CoarseTimerEntry): boolean {
    if (entry.deadline.remainingMs() <= PRECISE_TIMER_THRESHOLD_MS) return false;
    this.#entries.add(entry);
    // Fake timers of a test may have replaced `setInterval`, and with it the running timer.
    if (!this.#interval || this.#scheduledBy !== globalThis.setInterval) this.#start();
    return true;
  }

  delete(entry: CoarseTimerEntry): void {
    this.#entries.delete(entry);
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
    for (const entry of this.#entries) {
      if (entry.deadline.remainingMs() > PRECISE_TIMER_THRESHOLD_MS) continue;
      this.#entries.delete(entry);
      entry.startPreciseTimer();
    }
  }
}

/** The coarse timer of this process. */
export const coarseTimer = new CoarseTimer();
