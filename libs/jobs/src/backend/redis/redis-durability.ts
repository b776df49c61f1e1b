import { Cluster } from 'ioredis';
import { getErrorMessage } from '@trunkline/failures';
import { JobStoreError } from '../job-store-error';
import type { RedisClient } from './redis-client';

/** The oldest Redis that BullMQ recommends; for older ones it prints a warning for every connection. */
const MIN_VERSION = [6, 2] as const;
/** Redis rejects a command of this user, or does not have the command. */
const NOT_PERMITTED = /^(?:NOPERM|ERR)\b/;

/** `strict` rejects a Redis that would lose accepted jobs in a crash. */
export type Durability = 'strict' | 'relaxed';

/** Settings of a Redis; `undefined` if it does not report them. */
export interface RedisSetup {
  readonly version: string | undefined;
  readonly appendonly: string | undefined;
  readonly appendfsync: string | undefined;
  readonly 'maxmemory-policy': string | undefined;
}

/** Settings with which jobs survive a crash of the Redis process. */
const REQUIRED_SETTINGS = { appendonly: 'yes', 'maxmemory-policy': 'noeviction' } as const;
const REQUIRED_SETTING_NAMES = ['appendonly', 'maxmemory-policy'] as const;

/**
 * Rejects a Redis that loses accepted jobs: without an append-only file it loses all since its last snapshot, and with eviction it loses
 * some when memory is short.
 *
 * @throws {JobStoreError} naming the settings to change, unless `durability` is relaxed; or when Redis is too old
 */
export function assertDurable(setup: RedisSetup, durability: Durability): void {
  if (setup.version !== undefined && isTooOld(setup.version)) {
    throw new JobStoreError(`jobs need Redis ${MIN_VERSION.join('.')} or newer, this is ${setup.version}`);
  }
  if (durability === 'relaxed') return;
  const wrong = REQUIRED_SETTING_NAMES.filter(
    (name) => setup[name] !== undefined && setup[name] !== REQUIRED_SETTINGS[name],
  );
  if (wrong.length === 0) return;
  const remedies = wrong.map((name) => `\`${name}\` is ${setup[name]}, set \`${name} ${REQUIRED_SETTINGS[name]}\``);
  throw new JobStoreError(
    `this Redis loses accepted jobs in a crash: ${remedies.join('; ')}; or set \`bus.jobs.durability: relaxed\` if they may be lost`,
  );
}

/** Lists recommended settings: those that Redis does not report, and those with which jobs survive a crash of its machine. */
export function listRecommendedSettings(setup: RedisSetup): readonly string[] {
  const unreported = REQUIRED_SETTING_NAMES.filter((name) => setup[name] === undefined).map(
    (name) => `${name} ${REQUIRED_SETTINGS[name]}`,
  );
  return hasFsyncAlways(setup) ? unreported : [...unreported, 'appendfsync always'];
}

/** Whether Redis writes commands to disk before it acknowledges them. */
export function hasFsyncAlways({ appendfsync }: RedisSetup): boolean {
  return appendfsync === 'always';
}

/** Reads the settings of every master. INFO has most of them, and is often permitted when CONFIG is not. */
export async function readSetups(client: RedisClient): Promise<RedisSetup[]> {
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  return Promise.all(
    nodes.map(async (node) => {
      const [info, fsync] = await Promise.all([
        node.info(),
        node.config('GET', 'appendfsync').catch(ignoreNotPermitted),
      ]);
      return { ...parseInfo(info), appendfsync: parseAppendfsync(fsync) };
    }),
  );
}

function ignoreNotPermitted(error: unknown): undefined {
  if (!NOT_PERMITTED.test(getErrorMessage(error))) throw error;
}

function parseAppendfsync(reply: unknown): string | undefined {
  return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : undefined;
}

function parseInfo(info: string): Omit<RedisSetup, 'appendfsync'> {
  const fields = new Map(
    info.split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
  // Dragonfly and Valkey report their own version beside the Redis version that they are compatible with.
  const isRedis = !fields.has('valkey_version') && !fields.has('dragonfly_version');
  const isAppending = fields.get('aof_enabled');
  return {
    version: isRedis ? fields.get('redis_version') : undefined,
    appendonly: isAppending && (isAppending === '1' ? 'yes' : 'no'),
    'maxmemory-policy': fields.get('maxmemory_policy'),
  };
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < MIN_VERSION[0] || (major === MIN_VERSION[0] && minor < MIN_VERSION[1]);
}
