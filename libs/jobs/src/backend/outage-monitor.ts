import type { Logger } from '@trunkline/telemetry';
import { type Clock, systemClock } from '@trunkline/time';
import { StoreFileError } from './embedded/store-file-error';

const REMINDER_INTERVAL_MS = 60_000;

/**
 * Tells operators of the store's outages: a warning when it stops answering, or an error when its disk does not work, one a minute for as long as that is so, and a
 * line when it is back. However many callers and connections notice, there are no more lines than these.
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

  /** The number of outages that have begun. */
  get outageCount(): number {
    return this.#outageCount;
  }

  /** The store did not do what it was asked because it is away. */
  recordOutage(err: unknown): void {
    const now = this.clock.nowMs();
    if (this.#downSinceMs === undefined) this.#outageCount += 1;
    this.#downSinceMs ??= now;
    if (now - this.#outageLoggedAtMs < REMINDER_INTERVAL_MS) return;
    this.#outageLoggedAtMs = now;
    this.#isOutageLogged = true;
    const downForMs = Math.round(now - this.#downSinceMs);
    // Nobody but an operator can end that.
    if (err instanceof StoreFileError)
      this.logger.error({ downForMs, file: err.file, err }, 'the job store cannot use a file');
    else this.logger.warn({ downForMs, err }, 'the job store does not answer');
  }

  /**
   * The store did something.
   *
   * @param outagesBefore - {@link outageCount} when it was asked to: a call that began before the outage does not show that it is over
   */
  recordSuccess(outagesBefore = this.#outageCount): void {
    if (this.#downSinceMs === undefined || outagesBefore !== this.#outageCount) return;
    const downForMs = Math.round(this.clock.nowMs() - this.#downSinceMs);
    this.#downSinceMs = undefined;
    if (this.#isOutageLogged) this.logger.info({ downForMs }, 'the job store is back');
    this.#isOutageLogged = false;
  }

  /** The store is there, but something it did in the background went wrong. */
  recordBackgroundError(err: unknown): void {
    const now = this.clock.nowMs();
    if (now - this.#backgroundErrorLoggedAtMs < REMINDER_INTERVAL_MS) return;
    this.#backgroundErrorLoggedAtMs = now;
    this.logger.warn({ err }, 'the job store could not do what a queue asked of it');
  }
}
