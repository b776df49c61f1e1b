import type { RedisAddress } from '@trunkline/config';
import { Cluster } from 'ioredis';
import { getErrorCode, getErrorMessage } from '@trunkline/failures';
import { JobStoreError } from '../job-store-error';
import type { RedisClient } from './redis-client';
import { TLS_ERROR_CODE } from './redis-outage';

const ACCESS_REMEDY = 'check user and password in bus.jobs.backend, and bus.jobs.tls';
/** Errors of a Redis that cannot be used as configured, and what to change. */
const SETUP_ERRORS: readonly (readonly [message: RegExp, remedy: string])[] = [
  [/^(?:NOAUTH|WRONGPASS|NOPERM)\b/, ACCESS_REMEDY],
  [/DB index is out of range/, 'the database in bus.jobs.backend does not exist'],
  [/cluster support disabled/, 'it is not a cluster: use a redis:// URL'],
  [/^MOVED\b/, 'it belongs to a cluster: use a redis-cluster:// URL'],
  [/unknown command 'sentinel'/i, 'it is not a Sentinel: use a redis:// URL'],
];

/** Whether an error means that Redis cannot be used as configured or is not trusted, which does not end by itself. */
export function isRedisSetupError(error: unknown): boolean {
  return findRemedy(error) !== undefined;
}

/** Creates the error for a cause of which {@link isRedisSetupError} is true. */
export function createRedisSetupError(cause: unknown): JobStoreError {
  const message = getErrorMessage(findLastNodeError(cause)).split('\n')[0];
  const remedy = findRemedy(cause) ?? ACCESS_REMEDY;
  return new JobStoreError(`the Redis for jobs cannot be used: ${message}; ${remedy}`, { cause });
}

/**
 * Checks that a Redis is of the kind that its URL says: if a database does not exist, ioredis continues in database 0, and a server of a
 * cluster accepts most commands.
 *
 * @param probe - a key like those of jobs
 * @throws {JobStoreError} for a Sentinel
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
    // A Sentinel has no keys, and rejects commands for keys.
    if (!getErrorMessage(error).startsWith('ERR unknown command')) throw error;
    throw new JobStoreError(
      'the Redis for jobs cannot be used: it has no keys; if it is a Sentinel, use a redis-sentinel:// URL',
      { cause: error },
    );
  }
}

function findRemedy(error: unknown): string | undefined {
  if (TLS_ERROR_CODE.test(getErrorCode(error))) return ACCESS_REMEDY;
  const message = getErrorMessage(findLastNodeError(error));
  return SETUP_ERRORS.find(([pattern]) => pattern.test(message))?.[1];
}

/** Finds the error of a node of a cluster, behind the error that no node could be used. */
function findLastNodeError(error: unknown): unknown {
  const isClusterError = typeof error === 'object' && error !== null && 'lastNodeError' in error;
  return isClusterError && getErrorMessage(error.lastNodeError) !== '' ? error.lastNodeError : error;
}
