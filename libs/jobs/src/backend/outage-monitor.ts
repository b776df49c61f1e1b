import type { Logger } from '@trunkline/telemetry';
import { type Clock, systemClock } from '@trunkline/time';
import { StoreFileError } from './embedded/store-file-error';

const REMINDER_INTERVAL_MS = 60_000;

/**
 * Logs outages of the store: a warning when it does not respond, or an error when its disk does not work, at most once a minute, and
 * a line when it is available again, however many callers and connections notice.
 */
export class OutageMonitor {
  #downSinceMs: number | undefined;
  #outageLoggedAtMs = Number.NEGATIVE_INFINITY;
  #backgroundErrorLoggedAtMs = Number.NEGATIVE_INFINITY;
  #isOutageLogged = false;
  #outageCount = 0;

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Number of outages so far, the current one included. */
  get outageCount(): number {
    return this.#outageCount;
  }

  /** Records that a call failed because the store is unavailable. */
  recordOutage(err: unknown): void {
    const now = this.clock.nowMs();
    if (this.#downSinceMs === undefined) this.#outageCount += 1;
    this.#downSinceMs ??= now;
    if (now - this.#outageLoggedAtMs < REMINDER_INTERVAL_MS) return;
    this.#outageLoggedAtMs = now;
    this.#isOutageLogged = true;
    const downForMs = Math.round(now - this.#downSinceMs);
    // It needs an operator.
    if (err instanceof StoreFileError)
      this.logger.error({ downForMs, file: err.file, err }, 'the job store cannot use a file');
    else this.logger.warn({ downForMs, err }, 'the job store does not respond');
  }

  /**
   * Records that a call succeeded.
   *
   * @param outagesBefore - {@link outageCount} at the start of the call: a call that started before the outage does not end it
   */
  recordSuccess(outagesBefore = this.#outageCount): void {
    if (this.#downSinceMs === undefined || outagesBefore !== this.#outageCount) return;
    const downForMs = Math.round(this.clock.nowMs() - this.#downSinceMs);
    this.#downSinceMs = undefined;
    if (this.#isOutageLogged) this.logger.info({ downForMs }, 'the job store is available again');
    this.#isOutageLogged = false;
  }

  /** Records an error in the background while the store is available. */
  recordBackgroundError(err: unknown): void {
    const now = this.clock.nowMs();
    if (now - this.#backgroundErrorLoggedAtMs < REMINDER_INTERVAL_MS) return;
    this.#backgroundErrorLoggedAtMs = now;
    this.logger.warn({ err }, 'the job store could not carry out a background operation of a queue');
  }
}
