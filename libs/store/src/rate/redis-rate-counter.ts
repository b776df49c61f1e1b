import type { RedisConnection } from '../redis/redis-connection';
import { createRedisScript } from '../redis/redis-script';
import { type RateClaim, RateCounter, type RateDecision } from './rate-counter';

/**
 * KEYS: one for each claim. ARGV: for each claim what a request costs, and the greatest debt at which it is allowed, both in
 * milliseconds.
 *
 * The clock is Redis's own, so that those of several buses need not agree, and counts from 2025 on, so that fractions of a
 * millisecond stay exact. A debt is never more than what a full burst makes, so that nobody is shut out when that clock is set
 * back. A key is gone once its bucket is full.
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
local answer = { allowed }
for i, key in ipairs(KEYS) do
  if allowed == 1 then
    debts[i] = debts[i] + tonumber(ARGV[2 * i - 1])
    redis.call('SET', key, string.format('%.17g', now + debts[i]), 'PX', math.ceil(debts[i]))
  end
  answer[i + 1] = string.format('%.17g', debts[i])
end
return answer
`);

/** How the counts of a bus are kept apart from others, and how long counting may take. */
export interface RedisRateCounterOptions {
  /** What keys begin with. */
  readonly prefix: string;
  /** How long a request may be held up by being counted. Default 250 ms. */
  readonly timeoutMs?: number;
}

/** Counts in Redis, for all buses that share it: one round trip and one step for all limits of a request. */
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
    const answer = await this.connection.runScript(TAKE_SCRIPT, {
      keys: claims.map(({ key }) => this.#prefix + key),
      args: claims.flatMap(({ bucket }) => [bucket.costMs, bucket.maxDebtMs]),
      timeoutMs: this.#timeoutMs,
    });
    const [allowed, ...debts]: unknown[] = Array.isArray(answer) ? answer : [];
    return { isAllowed: allowed === 1, debtsMs: debts.map(Number) };
  }
}
