import type { TlsSettings } from '@trunkline/config';
import type { Logger } from '@trunkline/telemetry';
import { JobStoreError } from './job-store-error';
import type { JobBackend } from './job-backend';
import { EmbeddedBackend } from './embedded/embedded-backend';
import { PostgresBackend } from './postgres/postgres-backend';
import { RedisBackend } from './redis/redis-backend';
import type { Durability } from './redis/redis-durability';

/** Where jobs are to live. */
export interface BackendOptions {
  /** `embedded`, or the URL of a Redis or a PostgreSQL. */
  readonly backend: string;
  /** Where the embedded store keeps its data. */
  readonly directory: string;
  /** What the keys of a Redis begin with. */
  readonly prefix: string;
  /** The schema of the tables of a PostgreSQL. */
  readonly schema: string;
  /** What a Redis may lose that dies: one that would lose more is refused. */
  readonly durability: Durability;
  /** For `rediss…://`. Default: what Node trusts. */
  readonly tls?: TlsSettings | undefined;
  readonly logger: Logger;
  /** Work on an embedded store that another process of this machine holds, instead of being refused. Default false. */
  readonly join?: boolean;
  /** Aborts the opening of an embedded store. */
  readonly signal?: AbortSignal;
}

/**
 * Opens the store of jobs. A Redis or PostgreSQL that is away does not stop it: calls are `STORE_UNAVAILABLE` until it is there.
 *
 * @throws {JobStoreError} when the store is not one, would lose jobs, or is held by another process
 */
export async function openBackend(options: BackendOptions): Promise<JobBackend> {
  const { backend, directory, prefix, schema, durability, tls, logger, join = false, signal } = options;
  if (backend === 'embedded') return EmbeddedBackend.open({ directory, logger, join, ...(signal && { signal }) });
  if (backend.startsWith('redis')) return RedisBackend.open({ url: backend, prefix, durability, tls, logger });
  if (/^postgres(?:ql)?:/.test(backend)) return PostgresBackend.open({ url: backend, schema, logger });
  throw new JobStoreError('expected jobs.backend to be `embedded`, a redis:// or a postgres:// URL');
}
