import type { Pool } from 'pg';

/** Few connections are enough, since the queries are short. */
const MAX_CONNECTIONS = 5;
const CONNECT_TIMEOUT_MS = 1_000;
const QUERY_TIMEOUT_MS = 1_000;

/**
 * Loads the client and creates a connection pool for a PostgreSQL. Connections are opened when needed and closed when idle. A query that
 * takes more than a second fails, together with its connection.
 *
 * @param url - `postgres://user:password@host/database`
 */
export async function createPostgresPool(url: string): Promise<Pool> {
  const { Pool } = await import('pg');
  const pool = new Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    application_name: 'trunkline',
  });
  // Without a listener, a broken idle connection would end the process. The next query opens a new one, or fails with the reason.
  pool.on('error', () => undefined);
  return pool;
}
