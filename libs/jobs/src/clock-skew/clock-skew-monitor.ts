import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@trunkline/telemetry';
import type { JobStore } from '../queues/job-store';

const MEASUREMENT_INTERVAL_MS = 60_000;
const REMINDER_INTERVAL_MS = 3_600_000;
/** More than this is no matter of a clock that is being set. */
const MAX_SKEW_MS = 1_000;

/** What the clock of this host is compared by. */
export interface ClockSkewMonitorOptions {
  readonly store: Pick<JobStore, 'call'>;
  readonly logger: Logger;
  /** The clock of this host: epoch milliseconds. Default: `Date.now`. */
  readonly nowMs?: () => number;
}

/**
 * Measures how far the clock of this host is ahead of the store's. Hosts decide by their own clocks when a delayed job and a tick
 * are due: one that is ahead takes them too early, for all of them.
 */
export class ClockSkewMonitor {
  readonly #options: ClockSkewMonitorOptions;
  #warnedAtMs: number | undefined;

  constructor(options: ClockSkewMonitorOptions) {
    this.#options = options;
  }

  /** Measures now and every minute, until the signal aborts. A store that is unavailable is asked the next time. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.measure().catch(() => undefined);
      await sleep(MEASUREMENT_INTERVAL_MS, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }

  /** Compares the clocks once, and warns when they differ by more than a second, at most once an hour. */
  async measure(): Promise<void> {
    const { store, nowMs = Date.now } = this.#options;
    const askedAtMs = nowMs();
    const storeMs = await store.call((backend) => backend.readClock());
    if (storeMs === undefined) return;
    // The store read its clock at some instant in between.
    const halfWayMs = (nowMs() - askedAtMs) / 2;
    const skewMs = Math.round(askedAtMs + halfWayMs - storeMs);
    this.#report(skewMs, Math.abs(skewMs) > MAX_SKEW_MS + halfWayMs);
  }

  #report(skewMs: number, isSkewed: boolean): void {
    const { logger } = this.#options;
    const atMs = performance.now();
    if (!isSkewed) {
      if (this.#warnedAtMs !== undefined) logger.info({ skewMs }, 'the clocks of this host and of the job store agree');
      this.#warnedAtMs = undefined;
      return;
    }
    if (this.#warnedAtMs !== undefined && atMs - this.#warnedAtMs < REMINDER_INTERVAL_MS) return;
    this.#warnedAtMs = atMs;
    logger.warn(
      { skewMs },
      'the clock of this host is not that of the job store: delayed jobs and ticks may come early or late by as much',
    );
  }
}
