import type { RedisAddress } from '@trunkline/config';
import { Cluster } from 'ioredis';
import { getErrorCode, getErrorMessage } from '@trunkline/failures';
import { JobStoreError } from '../job-store-error';
import type { RedisClient } from './redis-client';
import { TLS_ERROR_CODE } from './redis-outage';

const ACCESS_REMEDY = 'look at user and password in its address, and at bus.jobs.tls';
/** What a Redis that is not to be used answers, and what to do about it. */
const SETUP_ERRORS: readonly (readonly [answer: RegExp, remedy: string])[] = [
  [/^(?:NOAUTH|WRONGPASS|NOPERM)\b/, ACCESS_REMEDY],
  [/DB index is out of range/, 'its address names a database that it does not have'],
  [/cluster support disabled/, 'it is no cluster: its address begins with redis://'],
  [/^MOVED\b/, 'it is one of a cluster: its address begins with redis-cluster://'],
  [/unknown command 'sentinel'/i, 'it is no Sentinel: its address begins with redis://'],
];

/** Is Redis there, and is not to be used as its address says, or is not trusted? That does not end by itself. */
export function isRedisSetupError(error: unknown): boolean {
  return findRemedy(error) !== undefined;
}

/** The error for a Redis that {@link isRedisSetupError}. */
export function createRedisSetupError(cause: unknown): JobStoreError {
  const answer = getErrorMessage(findLastNodeError(cause)).split('\n')[0];
  const remedy = findRemedy(cause) ?? ACCESS_REMEDY;
  return new JobStoreError(`the Redis for jobs cannot be used: ${answer}; ${remedy}`, { cause });
}

/**
 * Looks whether a Redis is what its address says: ioredis goes on in database 0 where there is no such database, and a server of a
 * cluster takes most commands.
 *
 * @param probe - a key like those of jobs
 */
export async function assertServerMatchesAddress(
  client: RedisClient,
  { address, probe }: { readonly address: RedisAddress; readonly probe: string },
): Promise<void> {
  if (client instanceof Cluster) return;
  if (address.db !== 0) await client.select(address.db);
  try {
    await client.exists(probe);
  } catch (error) {
    // A Sentinel has no keys, and takes none of the commands for them.
    if (!getErrorMessage(error).startsWith('ERR unknown command')) throw error;
    throw new JobStoreError(
      'the Redis for jobs cannot be used: it has no keys; if it is a Sentinel, its address begins with redis-sentinel://',
      { cause: error },
    );
  }
}

function findRemedy(error: unknown): string | undefined {
  if (TLS_ERROR_CODE.test(getErrorCode(error))) return ACCESS_REMEDY;
  const message = getErrorMessage(findLastNodeError(error));
  return SETUP_ERRORS.find(([answer]) => answer.test(message))?.[1];
}

/** What the nodes of a cluster answered, behind an error that says that none of them could be used. */
function findLastNodeError(error: unknown): unknown {
  const isOfAll = typeof error === 'object' && error !== null && 'lastNodeError' in error;
  return isOfAll && getErrorMessage(error.lastNodeError) !== '' ? error.lastNodeError : error;
}
