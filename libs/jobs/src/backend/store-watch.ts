import type { Logger } from '@trunkline/telemetry';
import { type Clock, systemClock } from '@trunkline/time';
import { StoreFileError } from './embedded/store-file-error';

const REMIND_EVERY_MS = 60_000;

/**
 * Tells operators of the store's outages: a warning when it stops answering, or an error when its disk does not work, one a minute for as long as that is so, and a
 * line when it is back. However many callers and connections notice, there are no more lines than these.
 */
export class StoreWatch {
  #downSinceMs: number | undefined;
  #warnedAtMs = Number.NEGATIVE_INFINITY;
  #troubledAtMs = Number.NEGATIVE_INFINITY;
  #warned = false;
  #outages = 0;

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock = systemClock,
  ) {}

  /** The number of outages that have begun. */
  get outages(): number {
    return this.#outages;
  }

  /** The store did not do what it was asked because it is away. */
  failed(err: unknown): void {
    const now = this.clock.nowMs();
    if (this.#downSinceMs === undefined) this.#outages += 1;
    this.#downSinceMs ??= now;
    if (now - this.#warnedAtMs < REMIND_EVERY_MS) return;
    this.#warnedAtMs = now;
    this.#warned = true;
    const downForMs = Math.round(now - this.#downSinceMs);
    // Nobody but an operator can end that.
    if (err instanceof StoreFileError)
      this.logger.error({ downForMs, file: err.file, err }, 'the job store cannot use a file');
    else this.logger.warn({ downForMs, err }, 'the job store does not answer');
  }

  /**
   * The store did something.
   *
   * @param outagesBefore - {@link outages} when it was asked to: a call that began before the outage does not show that it is over
   */
  answered(outagesBefore = this.#outages): void {
    if (this.#downSinceMs === undefined || outagesBefore !== this.#outages) return;
    const downForMs = Math.round(this.clock.nowMs() - this.#downSinceMs);
    this.#downSinceMs = undefined;
    if (this.#warned) this.logger.info({ downForMs }, 'the job store is back');
    this.#warned = false;
  }

  /** The store is there, but something it did in the background went wrong. */
  troubled(err: unknown): void {
    const now = this.clock.nowMs();
    if (now - this.#troubledAtMs < REMIND_EVERY_MS) return;
    this.#troubledAtMs = now;
    this.logger.warn({ err }, 'the job store could not do what a queue asked of it');
  }
}
