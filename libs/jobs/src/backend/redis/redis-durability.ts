import { Cluster } from 'ioredis';
import { errorMessage } from '../error-code';
import { JobStoreError } from '../job-store-error';
import type { RedisClient } from './redis-clients';

/** The oldest Redis that BullMQ recommends; it speaks of others on the console, on every connection. */
const OLDEST_VERSION = [6, 2] as const;
/** How Redis says that a command is not for this user, or that it has no such command. */
const NOT_PERMITTED = /^(?:NOPERM|ERR)\b/;

/** What a Redis that dies may take with it: no accepted job, those of its last two seconds, or all of them. */
export type Durability = 'strict' | 'everysec' | 'relaxed';

/** How a Redis is set up, as far as it says. */
export interface RedisSetup {
  readonly version: string | undefined;
  readonly appendonly: string | undefined;
  readonly appendfsync: string | undefined;
  readonly 'maxmemory-policy': string | undefined;
}

type Setting = Exclude<keyof RedisSetup, 'version'>;

/** What each setting may be. */
const DEMANDS: Readonly<Record<Exclude<Durability, 'relaxed'>, Readonly<Record<Setting, readonly string[]>>>> = {
  strict: { appendonly: ['yes'], appendfsync: ['always'], 'maxmemory-policy': ['noeviction'] },
  everysec: { appendonly: ['yes'], appendfsync: ['everysec', 'always'], 'maxmemory-policy': ['noeviction'] },
};
const SETTINGS = ['appendonly', 'appendfsync', 'maxmemory-policy'] as const satisfies readonly Setting[];
const LESS = {
  strict: '`durability: everysec` if those of the last two seconds may be lost with it, `relaxed` if all may',
  everysec: '`durability: relaxed` if all may be lost',
};

/**
 * Refuses a Redis that loses accepted jobs: one without an append-only file forgets everything since its last snapshot when it
 * ends, one that does not write the file at once what it wrote last, one that evicts keys some when memory is short.
 *
 * @returns the settings to see to that it did not tell
 * @throws {JobStoreError} saying what to set, unless `durability` is relaxed
 */
export function assertDurable(setup: RedisSetup, durability: Durability): readonly string[] {
  if (setup.version !== undefined && isTooOld(setup.version)) {
    throw new JobStoreError(`jobs need Redis ${OLDEST_VERSION.join('.')} or newer, this is ${setup.version}`);
  }
  if (durability === 'relaxed') return [];
  const demands = DEMANDS[durability];
  const wrong = SETTINGS.filter((name) => setup[name] !== undefined && !demands[name].includes(setup[name]));
  if (wrong.length > 0) {
    const remedies = wrong.map((name) => `\`${name}\` is ${setup[name]}, set \`${name} ${demands[name][0]}\``);
    throw new JobStoreError(
      `this Redis loses accepted jobs when it dies: ${remedies.join('; ')}; or say ${LESS[durability]}`,
    );
  }
  return SETTINGS.filter((name) => setup[name] === undefined).map((name) => `${name} ${demands[name][0]}`);
}

/** Asks every master how it is set up. INFO says most of it, and is permitted where CONFIG is not. */
export async function readSetups(client: RedisClient): Promise<RedisSetup[]> {
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  return Promise.all(
    nodes.map(async (node) => {
      const [info, fsync] = await Promise.all([node.info(), node.config('GET', 'appendfsync').catch(ifNotPermitted)]);
      return { ...setupOf(info), appendfsync: appendfsyncIn(fsync) };
    }),
  );
}

function ifNotPermitted(error: unknown): undefined {
  if (!NOT_PERMITTED.test(errorMessage(error))) throw error;
}

function appendfsyncIn(answer: unknown): string | undefined {
  return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
}

function setupOf(info: string): Omit<RedisSetup, 'appendfsync'> {
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
  return major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1]);
}
