import type { TlsSettings } from '@trunkline/config';
import type { Logger } from '@trunkline/telemetry';
import { JobStoreError } from './job-store-error';
import type { JobBackend } from './job-backend';
import { EmbeddedBackend } from './embedded/embedded-backend';
import { PostgresBackend } from './postgres/postgres-backend';
import { RedisBackend } from './redis/redis-backend';
import type { Durability } from './redis/redis-durability';

/** Configuration of the store of jobs. */
export interface BackendOptions {
  /** `embedded`, or the URL of a Redis or a PostgreSQL. */
  readonly backend: string;
  /** Directory of the embedded store. */
  readonly directory: string;
  /** Prefix of the keys in Redis. */
  readonly prefix: string;
  /** Schema of the tables in PostgreSQL. */
  readonly schema: string;
  /** `strict` rejects a Redis that would lose jobs in a crash. */
  readonly durability: Durability;
  /** For `rediss…://`. Default: Node's certificate authorities. */
  readonly tls?: TlsSettings | undefined;
  readonly logger: Logger;
  /** Work on an embedded store that another process of this machine holds. Default false: it is rejected. */
  readonly join?: boolean;
  /** Aborts the opening of an embedded store. */
  readonly signal?: AbortSignal;
}

/**
 * Opens the store of jobs. An unavailable Redis or PostgreSQL does not stop it: calls are `STORE_UNAVAILABLE` until it is available.
 *
 * @throws {JobStoreError} when the store cannot be used as configured, would lose jobs, or is held by another process
 */
export async function openBackend(options: BackendOptions): Promise<JobBackend> {
  const { backend, directory, prefix, schema, durability, tls, logger, join = false, signal } = options;
  if (backend === 'embedded') return EmbeddedBackend.open({ directory, logger, join, ...(signal && { signal }) });
  if (backend.startsWith('redis')) return RedisBackend.open({ url: backend, prefix, durability, tls, logger });
  if (/^postgres(?:ql)?:/.test(backend)) return PostgresBackend.open({ url: backend, schema, logger });
  throw new JobStoreError('expected jobs.backend to be `embedded`, a redis:// or a postgres:// URL');
}
