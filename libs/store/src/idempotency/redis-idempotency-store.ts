import type { RedisConnection } from '../redis/redis-connection';
import { createRedisScript, type RedisScript } from '../redis/redis-script';
import { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency-store';
import { type StoredResponse, parseStoredResponse, serializeStoredResponse } from './stored-response';

const NAMESPACE = 'trunkline:idempotency:';
/** Longer than the limit of {@link TimeLimitedIdempotencyStore}, which also uses late responses. */
const REPLY_TIMEOUT_MS = 5_000;

/** A record is a hash. The clock is that of Redis, so that the clocks of hosts need not agree. */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

const BEGIN = createRedisScript(`${NOW}
local kept = redis.call('HMGET', KEYS[1], 'fingerprint', 'lease_until', 'answer')
if not kept[1] then
  redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'token', ARGV[2], 'lease_until', now + ARGV[3])
  redis.call('PEXPIRE', KEYS[1], math.max(ARGV[3], ARGV[4]))
  return {'started'}
end
if kept[1] ~= ARGV[1] then return {'mismatch'} end
if kept[3] then return {'replay', kept[3]} end
if tonumber(kept[2]) > now then return {'running'} end
return {'unknown'}`);

const FINISH = createRedisScript(`
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] or redis.call('HEXISTS', KEYS[1], 'answer') == 1 then return 0 end
redis.call('HSET', KEYS[1], 'answer', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`);

const RELEASE = createRedisScript(`
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] or redis.call('HEXISTS', KEYS[1], 'answer') == 1 then return 0 end
return redis.call('DEL', KEYS[1])`);

/**
 * Stores the records on Redis, for all processes that share it. They are as durable as that Redis: if it evicts keys (`maxmemory-policy`
 * other than `noeviction`) or loses its last writes in a crash, the lost requests count as new.
 */
export class RedisIdempotencyStore extends IdempotencyStore {
  /**
   * @param redis - not closed with the store, since rate limits use it, too
   * @param prefix - prefix of all keys, after that of the bus. Default: none
   */
  constructor(
    private readonly redis: RedisConnection,
    private readonly prefix = '',
  ) {
    super();
  }

  async begin(claim: IdempotencyClaim): Promise<IdempotencyState> {
    const { fingerprint, token, leaseMs, keepMs } = claim;
    const reply = await this.#run(BEGIN, claim, [fingerprint, token, leaseMs, keepMs]);
    return parseReply(Array.isArray(reply) ? reply : []);
  }

  async finish(claim: IdempotencyClaim, response: StoredResponse): Promise<void> {
    await this.#run(FINISH, claim, [claim.token, serializeStoredResponse(response), claim.keepMs]);
  }

  async release(claim: IdempotencyClaim): Promise<void> {
    await this.#run(RELEASE, claim, [claim.token]);
  }

  async close(): Promise<void> {
    // The creator of the connection closes it.
  }

  #run(script: RedisScript, { key }: IdempotencyClaim, args: readonly (string | number)[]): Promise<unknown> {
    return this.redis.runScript(script, { keys: [this.prefix + NAMESPACE + key], args, timeoutMs: REPLY_TIMEOUT_MS });
  }
}

function parseReply([status, response]: readonly unknown[]): IdempotencyState {
  if (status === 'replay' && typeof response === 'string') return { status, response: parseStoredResponse(response) };
  if (status === 'started' || status === 'running' || status === 'mismatch' || status === 'unknown') return { status };
  throw new TypeError(`unexpected state of an idempotency record on Redis: ${String(status)}`);
}
