import type { CallCount, CallCounter } from '@trunkline/resilience';
import {
  MemoryRateCounter,
  OutageLog,
  type RateClaim,
  type RateCounter,
  type RateDecision,
  TokenBucket,
} from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { Clock } from '@trunkline/time';
import type { CallRate } from './policy';

/** What the counter of a connection receives from the bus. */
export interface CallCounterEnvironment {
  /** Counts over all hosts. Default: only this process is counted. */
  readonly rateCounter?: RateCounter | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Counts the calls of a connection in a store. While the store is unavailable, each process counts its own calls. */
export class StoreCallCounter implements CallCounter {
  readonly intervalMs: number;
  readonly #bucket: TokenBucket;
  readonly #claims: readonly RateClaim[];
  readonly #shared: RateCounter | undefined;
  readonly #local: MemoryRateCounter;
  readonly #outage: OutageLog;

  constructor(
    connection: string,
    { calls, perMs, burst }: CallRate,
    { rateCounter, logger, clock }: CallCounterEnvironment,
  ) {
    this.#bucket = new TokenBucket({ limit: calls, perMs, burst });
    this.intervalMs = this.#bucket.costMs;
    this.#claims = [{ bucket: this.#bucket, key: `{outgoing:${connection}}` }];
    this.#shared = rateCounter;
    this.#local = new MemoryRateCounter({ clock });
    this.#outage = new OutageLog({
      logger,
      clock,
      downMessage: 'the limit of an upstream is counted per process: its store is unavailable',
      recoveredMessage: 'the limit of an upstream is counted over all hosts again',
    });
  }

  count(): CallCount | Promise<CallCount> {
    const counted = this.#shared?.take(this.#claims);
    if (counted instanceof Promise) return this.#awaitCount(counted);
    return this.#toCount(counted ?? this.#local.take(this.#claims));
  }

  async #awaitCount(counted: Promise<RateDecision>): Promise<CallCount> {
    try {
      const decision = await counted;
      this.#outage.recordSuccess();
      return this.#toCount(decision);
    } catch (thrown) {
      this.#outage.recordFailure(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return this.#toCount(this.#local.take(this.#claims));
    }
  }

  #toCount({ isAllowed, debtsMs }: RateDecision): CallCount {
    if (isAllowed) return { waitMs: 0 };
    const [debtMs = 0] = debtsMs;
    return { waitMs: Math.max(1, this.#bucket.getWaitMs(debtMs)) };
  }
}
