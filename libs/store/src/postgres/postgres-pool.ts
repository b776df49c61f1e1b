import type { Pool } from 'pg';

/** What the bus keeps in PostgreSQL takes a millisecond at a time; the database has better uses for its connections. */
const MAX_CONNECTIONS = 5;
const CONNECT_TIMEOUT_MS = 1_000;
const QUERY_TIMEOUT_MS = 1_000;

/**
 * Loads the client for connections to a PostgreSQL, which are made when they are needed and let go when they are idle. A query that takes more than a second
 * fails, and its connection with it.
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
  // An idle connection that breaks would end the process otherwise; the next query makes a new one, or says why it cannot.
  pool.on('error', () => undefined);
  return pool;
}
