import type { RedisConnection } from '../redis/redis-connection';
import { createRedisScript } from '../redis/redis-script';
import { type RateClaim, RateCounter, type RateDecision } from './rate-counter';

/**
 * KEYS: one per claim. ARGV: for each claim the cost of a request and the maximum debt at which it is allowed, in milliseconds.
 *
 * The clock is that of Redis, so that the clocks of several buses need not agree. It counts from 2025, so that fractions of a millisecond
 * are exact. A debt is limited to that of a full burst, so that no caller is locked out when the clock is set back. A key expires when its
 * bucket is full.
 */
const TAKE_SCRIPT = createRedisScript(`
local time = redis.call('TIME')
local now = (time[1] - 1735689600) * 1000 + time[2] / 1000
local debts, allowed = {}, 1
for i, key in ipairs(KEYS) do
  local cost, most = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local debt = (tonumber(redis.call('GET', key) or now)) - now
  debts[i] = math.min(math.max(debt, 0), most + cost)
  if debts[i] > most then allowed = 0 end
end
local result = { allowed }
for i, key in ipairs(KEYS) do
  if allowed == 1 then
    debts[i] = debts[i] + tonumber(ARGV[2 * i - 1])
    redis.call('SET', key, string.format('%.17g', now + debts[i]), 'PX', math.ceil(debts[i]))
  end
  result[i + 1] = string.format('%.17g', debts[i])
end
return result
`);

/** Key prefix and time limit of the counter. */
export interface RedisRateCounterOptions {
  /** Prefix of all keys. */
  readonly prefix: string;
  /** Time limit for counting a request. Default 250 ms. */
  readonly timeoutMs?: number;
}

/** Counts in Redis, for all buses that share it: one round trip and one atomic step for all limits of a request. */
export class RedisRateCounter extends RateCounter {
  readonly #prefix: string;
  readonly #timeoutMs: number;

  constructor(
    private readonly connection: RedisConnection,
    { prefix, timeoutMs = 250 }: RedisRateCounterOptions,
  ) {
    super();
    this.#prefix = prefix;
    this.#timeoutMs = timeoutMs;
  }

  override async take(claims: readonly RateClaim[]): Promise<RateDecision> {
    const result = await this.connection.runScript(TAKE_SCRIPT, {
      keys: claims.map(({ key }) => this.#prefix + key),
      args: claims.flatMap(({ bucket }) => [bucket.costMs, bucket.maxDebtMs]),
      timeoutMs: this.#timeoutMs,
    });
    const [allowed, ...debts]: unknown[] = Array.isArray(result) ? result : [];
    return { isAllowed: allowed === 1, debtsMs: debts.map(Number) };
  }
}
