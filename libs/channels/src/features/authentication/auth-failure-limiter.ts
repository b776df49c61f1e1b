import { type BusError, createFailure } from '@trunkline/failures';
import type { FailureLimit } from '@trunkline/security';
import { MemoryRateCounter, OutageLog, type RateCounter, type RateDecision, TokenBucket } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import { type Clock, formatDuration, systemClock } from '@trunkline/time';

/** Further networks are asked of the counters, which know more of them. */
const MAX_BLOCKED_NETWORKS = 10_000;

/** How many wrong credentials one network may show, and where that is counted. */
export interface AuthFailureLimiterOptions {
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
export class AuthFailureLimiter implements FailureLimit {
  readonly #options: AuthFailureLimiterOptions;
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  readonly #local: MemoryRateCounter;
  readonly #outage: OutageLog;
  /** Until when a network has nothing left. */
  readonly #blockedUntilMs = new Map<string, number>();

  constructor(options: AuthFailureLimiterOptions) {
    const { limit, perMs, logger, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#bucket = new TokenBucket({ limit, perMs });
    this.#local = new MemoryRateCounter({ clock });
    this.#outage = new OutageLog({
      logger,
      clock,
      downMessage: 'wrong credentials are counted by this host alone: the store does not answer',
      recoveredMessage: 'wrong credentials are counted over all hosts again',
    });
  }

  isReached(network: string): boolean {
    return this.#blockedUntilMs.size > 0 && this.#remainingBlockMs(network) > 0;
  }

  count(network: string): BusError | undefined | Promise<BusError | undefined> {
    const barredForMs = this.#remainingBlockMs(network);
    if (barredForMs > 0) return this.#createLimitFailure(barredForMs);
    const claims = [{ key: `authentication-failures:${network}`, bucket: this.#bucket }];
    const excess = this.#applyDecision(network, this.#local.take(claims));
    const { shared } = this.#options;
    return excess || !shared ? excess : this.#countShared(network, shared.take(claims));
  }

  async #countShared(network: string, counting: RateDecision | Promise<RateDecision>): Promise<BusError | undefined> {
    try {
      const decision = await counting;
      this.#outage.recordSuccess();
      return this.#applyDecision(network, decision);
    } catch (thrown) {
      this.#outage.recordFailure(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return undefined;
    }
  }

  /** The last failure that is allowed bars the network, too: the next credentials are not looked at. */
  #applyDecision(network: string, { isAllowed, debtsMs: [debtMs = 0] }: RateDecision): BusError | undefined {
    const waitMs = this.#bucket.getWaitMs(debtMs);
    if (waitMs > 0) this.#block(network, waitMs);
    return isAllowed ? undefined : this.#createLimitFailure(waitMs);
  }

  #remainingBlockMs(network: string): number {
    const untilMs = this.#blockedUntilMs.get(network);
    if (untilMs === undefined) return 0;
    const leftMs = untilMs - this.#clock.nowMs();
    if (leftMs <= 0) this.#blockedUntilMs.delete(network);
    return Math.max(0, leftMs);
  }

  #block(network: string, forMs: number): void {
    const barred = this.#blockedUntilMs;
    const [oldest] = barred.keys();
    if (oldest !== undefined && barred.size >= MAX_BLOCKED_NETWORKS) barred.delete(oldest);
    barred.delete(network);
    barred.set(network, this.#clock.nowMs() + forMs);
  }

  #createLimitFailure(waitMs: number): BusError {
    const { limit, perMs } = this.#options;
    return createFailure('RATE_LIMIT_EXCEEDED', {
      detail: `not more than ${limit} wrong credentials from one client address in ${formatDuration(perMs)}`,
      retryAfter: waitMs / 1_000,
    });
  }
}
