import { type BusError, failureOf } from '@trunkline/failures';
import type { FailureLimit } from '@trunkline/security';
import { MemoryRateCounter, OutageLog, type RateCounter, type RateDecision, RateWindow } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import { type Clock, formatDuration, systemClock } from '@trunkline/time';

/** Further networks are asked of the counters, which know more of them. */
const MOST_BARRED = 10_000;

/** How many wrong credentials one network may show, and where that is counted. */
export interface FailureLimiterOptions {
  readonly limit: number;
  readonly perMs: number;
  readonly logger: Logger;
  /** Counts for all hosts of the bus together. Default: each host counts for itself. */
  readonly shared?: RateCounter | undefined;
  /** Default: that of the process. */
  readonly clock?: Clock;
}

/**
 * Limits how fast credentials can be guessed from one network. Only failures are counted, so that good callers pay nothing for it.
 *
 * Each host counts for itself first, so that requests which come at the same time do not slip through while the store is asked, and goes
 * on doing so when the store is unavailable.
 */
export class FailureLimiter implements FailureLimit {
  readonly #options: FailureLimiterOptions;
  readonly #clock: Clock;
  readonly #window: RateWindow;
  readonly #own: MemoryRateCounter;
  readonly #outage: OutageLog;
  /** Until when a network has nothing left. */
  readonly #barredUntilMs = new Map<string, number>();

  constructor(options: FailureLimiterOptions) {
    const { limit, perMs, logger, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#window = new RateWindow({ limit, perMs });
    this.#own = new MemoryRateCounter({ clock });
    this.#outage = new OutageLog({
      logger,
      clock,
      down: 'wrong credentials are counted by this host alone: the store does not answer',
      back: 'wrong credentials are counted over all hosts again',
    });
  }

  isReached(network: string): boolean {
    return this.#barredUntilMs.size > 0 && this.#barredForMs(network) > 0;
  }

  count(network: string): BusError | undefined | Promise<BusError | undefined> {
    const barredForMs = this.#barredForMs(network);
    if (barredForMs > 0) return this.#excess(barredForMs);
    const claims = [{ key: `authentication-failures:${network}`, window: this.#window }];
    const excess = this.#noted(network, this.#own.take(claims));
    const { shared } = this.#options;
    return excess || !shared ? excess : this.#countedByAll(network, shared.take(claims));
  }

  async #countedByAll(network: string, counting: RateDecision | Promise<RateDecision>): Promise<BusError | undefined> {
    try {
      const decision = await counting;
      this.#outage.succeeded();
      return this.#noted(network, decision);
    } catch (thrown) {
      this.#outage.failed(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return undefined;
    }
  }

  /** The last failure that is allowed bars the network, too: the next credentials are not looked at. */
  #noted(network: string, { isAllowed, debtsMs: [debtMs = 0] }: RateDecision): BusError | undefined {
    const waitMs = this.#window.waitAt(debtMs);
    if (waitMs > 0) this.#bar(network, waitMs);
    return isAllowed ? undefined : this.#excess(waitMs);
  }

  #barredForMs(network: string): number {
    const untilMs = this.#barredUntilMs.get(network);
    if (untilMs === undefined) return 0;
    const leftMs = untilMs - this.#clock.nowMs();
    if (leftMs <= 0) this.#barredUntilMs.delete(network);
    return Math.max(0, leftMs);
  }

  #bar(network: string, forMs: number): void {
    const barred = this.#barredUntilMs;
    const [oldest] = barred.keys();
    if (oldest !== undefined && barred.size >= MOST_BARRED) barred.delete(oldest);
    barred.delete(network);
    barred.set(network, this.#clock.nowMs() + forMs);
  }

  #excess(waitMs: number): BusError {
    const { limit, perMs } = this.#options;
    return failureOf('RATE_LIMIT_EXCEEDED', {
      detail: `not more than ${limit} wrong credentials from one client address in ${formatDuration(perMs)}`,
      retryAfter: waitMs / 1_000,
    });
  }
}
