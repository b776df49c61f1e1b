import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@trunkline/telemetry';
import type { JobStore } from '../queues/job-store';

const MEASUREMENT_INTERVAL_MS = 60_000;
const REMINDER_INTERVAL_MS = 3_600_000;
/** Clocks that are synchronized by NTP differ by less. */
const MAX_SKEW_MS = 1_000;

/** Collaborators of a {@link ClockSkewMonitor}. */
export interface ClockSkewMonitorOptions {
  readonly store: Pick<JobStore, 'call'>;
  readonly logger: Logger;
  /** The clock of this host: epoch milliseconds. Default: `Date.now`. */
  readonly nowMs?: () => number;
}

/**
 * Measures how far the clock of this host is ahead of the store's. Hosts decide by their own clocks when delayed jobs and ticks are
 * due: a host whose clock is ahead takes them too early.
 */
export class ClockSkewMonitor {
  readonly #options: ClockSkewMonitorOptions;
  #warnedAtMs: number | undefined;

  constructor(options: ClockSkewMonitorOptions) {
    this.#options = options;
  }

  /** Measures now and every minute, until the signal aborts. If the store is unavailable, the next measurement makes up for it. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.measure().catch(() => undefined);
      await sleep(MEASUREMENT_INTERVAL_MS, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }

  /** Compares the clocks once, and warns when they differ by more than a second, at most once an hour. */
  async measure(): Promise<void> {
    const { store, nowMs = Date.now } = this.#options;
    const startedAtMs = nowMs();
    const storeMs = await store.call((backend) => backend.readClock());
    if (storeMs === undefined) return;
    // The store read its clock at an unknown instant in between.
    const halfWayMs = (nowMs() - startedAtMs) / 2;
    const skewMs = Math.round(startedAtMs + halfWayMs - storeMs);
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
      'the clocks of this host and of the job store differ: delayed jobs and ticks run early or late by as much',
    );
  }
}
