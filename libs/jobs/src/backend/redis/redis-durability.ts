import { Cluster } from 'ioredis';
import type { Logger } from '@trunkline/telemetry';
import { JobStoreError } from '../job-store-error';
import type { RedisClient } from './redis-clients';

/** The oldest Redis that BullMQ recommends; it speaks of others on the console, on every connection. */
const OLDEST_VERSION = [6, 2] as const;
const RELAX = 'or say `durability: relaxed` if jobs may be lost';

/** How a Redis is set up, as far as it says. */
export interface RedisSetup {
  readonly version: string | undefined;
  readonly appendOnly: boolean | undefined;
  readonly maxMemoryPolicy: string | undefined;
}

/**
 * Refuses a Redis that loses accepted jobs: one without an append-only file forgets everything since its last snapshot when it
 * ends, one that evicts keys forgets jobs when memory is short.
 *
 * @throws {JobStoreError} saying what to set, unless `durability` is relaxed
 */
export function assertDurable(setup: RedisSetup, durability: 'strict' | 'relaxed', logger: Logger): void {
  if (setup.version !== undefined && isTooOld(setup.version)) {
    throw new JobStoreError(`jobs need Redis ${OLDEST_VERSION.join('.')} or newer, this is ${setup.version}`);
  }
  if (durability === 'relaxed') return;
  if (setup.appendOnly === undefined || setup.maxMemoryPolicy === undefined) {
    logger.warn({ ...setup }, 'this Redis does not say whether it keeps jobs: set appendonly yes and noeviction');
  }
  const wrong = [...withoutFile(setup), ...withEviction(setup)];
  if (wrong.length > 0) throw new JobStoreError(`this Redis loses jobs: ${wrong.join('; ')}; ${RELAX}`);
}

/** Asks every master how it is set up. INFO says all of it, and is permitted where CONFIG is not. */
export async function readSetups(client: RedisClient): Promise<RedisSetup[]> {
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  const answers = await Promise.all(nodes.map((node) => node.info()));
  return answers.map(setupOf);
}

function setupOf(info: string): RedisSetup {
  const facts = new Map(
    info.split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
  // Dragonfly and Valkey give a Redis version that they are compatible with, and one of their own.
  const isRedis = !facts.has('valkey_version') && !facts.has('dragonfly_version');
  const appendOnly = facts.get('aof_enabled');
  return {
    version: isRedis ? facts.get('redis_version') : undefined,
    appendOnly: appendOnly === undefined ? undefined : appendOnly === '1',
    maxMemoryPolicy: facts.get('maxmemory_policy'),
  };
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1]);
}

function withoutFile({ appendOnly }: RedisSetup): string[] {
  return appendOnly === false ? ['`appendonly` is no, set `appendonly yes`'] : [];
}

function withEviction({ maxMemoryPolicy }: RedisSetup): string[] {
  if (maxMemoryPolicy === undefined || maxMemoryPolicy === 'noeviction') return [];
  return [`\`maxmemory-policy\` is ${maxMemoryPolicy}, set \`maxmemory-policy noeviction\``];
}
