import { Cluster } from 'ioredis';
import { getErrorMessage } from '@trunkline/failures';
import { JobStoreError } from '../job-store-error';
import type { RedisClient } from './redis-client';

/** The oldest Redis that BullMQ recommends; it speaks of others on the console, on every connection. */
const MIN_VERSION = [6, 2] as const;
/** How Redis says that a command is not for this user, or that it has no such command. */
const NOT_PERMITTED = /^(?:NOPERM|ERR)\b/;

/** `strict` refuses a Redis that would lose accepted jobs when it dies. */
export type Durability = 'strict' | 'relaxed';

/** How a Redis is set up, as far as it says. */
export interface RedisSetup {
  readonly version: string | undefined;
  readonly appendonly: string | undefined;
  readonly appendfsync: string | undefined;
  readonly 'maxmemory-policy': string | undefined;
}

/** What has to be set, for jobs to outlive the process of Redis. */
const REQUIRED_SETTINGS = { appendonly: 'yes', 'maxmemory-policy': 'noeviction' } as const;
const REQUIRED_SETTING_NAMES = ['appendonly', 'maxmemory-policy'] as const;

/**
 * Refuses a Redis that loses accepted jobs: one without an append-only file forgets everything since its last snapshot when it
 * ends, one that evicts keys some when memory is short.
 *
 * @throws {JobStoreError} saying what to set, unless `durability` is relaxed
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
    `this Redis loses accepted jobs when it dies: ${remedies.join('; ')}; or say \`durability: relaxed\` if they may be lost`,
  );
}

/** What else should be set: what it did not tell, and what jobs need to outlive the machine of Redis. */
export function listRecommendedSettings(setup: RedisSetup): readonly string[] {
  const untold = REQUIRED_SETTING_NAMES.filter((name) => setup[name] === undefined).map(
    (name) => `${name} ${REQUIRED_SETTINGS[name]}`,
  );
  return hasFsyncAlways(setup) ? untold : [...untold, 'appendfsync always'];
}

/** Does Redis have on the disk what it acknowledges? */
export function hasFsyncAlways({ appendfsync }: RedisSetup): boolean {
  return appendfsync === 'always';
}

/** Asks every master how it is set up. INFO says most of it, and is permitted where CONFIG is not. */
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

function parseAppendfsync(answer: unknown): string | undefined {
  return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
}

function parseInfo(info: string): Omit<RedisSetup, 'appendfsync'> {
  const facts = new Map(
    info.split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
  // Dragonfly and Valkey give a Redis version that they are compatible with, and one of their own.
  const isRedis = !facts.has('valkey_version') && !facts.has('dragonfly_version');
  const isAppending = facts.get('aof_enabled');
  return {
    version: isRedis ? facts.get('redis_version') : undefined,
    appendonly: isAppending && (isAppending === '1' ? 'yes' : 'no'),
    'maxmemory-policy': facts.get('maxmemory_policy'),
  };
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < MIN_VERSION[0] || (major === MIN_VERSION[0] && minor < MIN_VERSION[1]);
}
