import { type BusError, createFailure } from '@trunkline/failures';
import type { FailureLimit } from '@trunkline/security';
import { MemoryRateCounter, OutageLog, type RateCounter, type RateDecision, TokenBucket } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import { type Clock, formatDuration, systemClock } from '@trunkline/time';

/** The block of the oldest network is dropped beyond this; the counters still know it. */
const MAX_BLOCKED_NETWORKS = 10_000;

/** The limit of wrong credentials per network, and its counters. */
export interface AuthFailureLimiterOptions {
  readonly limit: number;
  readonly perMs: number;
  readonly logger: Logger;
  /** Counter of all hosts of the bus. Default: each host counts for itself. */
  readonly shared?: RateCounter | undefined;
  /** Default: the clock of the process. */
  readonly clock?: Clock;
}

/**
 * Limits how fast credentials can be guessed from one network. Only failures are counted, so valid credentials have no cost.
 *
 * Each host counts for itself first, so that concurrent requests cannot pass while the store responds, and alone while the store is
 * unavailable.
 */
export class AuthFailureLimiter implements FailureLimit {
  readonly #options: AuthFailureLimiterOptions;
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  readonly #local: MemoryRateCounter;
  readonly #outage: OutageLog;
  /** The end of the block of each network. */
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
      downMessage: 'wrong credentials are counted by this host alone: the store is unavailable',
      recoveredMessage: 'wrong credentials are counted over all hosts again',
    });
  }

  isReached(network: string): boolean {
    return this.#blockedUntilMs.size > 0 && this.#remainingBlockMs(network) > 0;
  }

  count(network: string): BusError | undefined | Promise<BusError | undefined> {
    const blockedForMs = this.#remainingBlockMs(network);
    if (blockedForMs > 0) return this.#createLimitFailure(blockedForMs);
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

  /** The last allowed failure blocks the network, too: further credentials are not checked. */
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
    const blocked = this.#blockedUntilMs;
    const [oldest] = blocked.keys();
    if (oldest !== undefined && blocked.size >= MAX_BLOCKED_NETWORKS) blocked.delete(oldest);
    blocked.delete(network);
    blocked.set(network, this.#clock.nowMs() + forMs);
  }

  #createLimitFailure(waitMs: number): BusError {
    const { limit, perMs } = this.#options;
    return createFailure('RATE_LIMIT_EXCEEDED', {
      detail: `at most ${limit} wrong credentials from one client address in ${formatDuration(perMs)}`,
      retryAfter: waitMs / 1_000,
    });
  }
}
