import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Client } from 'pg';
import { TimeoutError, waitWithTimeout } from '@trunkline/time';
import { JobStoreError } from '../job-store-error';

/** A notification takes milliseconds. */
const NOTIFICATION_TIMEOUT_MS = 3_000;

/**
 * Rejects a connection pooler that gives a connection to others between two statements (transaction or statement pooling): workers
 * would hear of no job, and settings of the session would be those of others.
 *
 * A server that is connected to directly has the process id that it named itself by; a pooler names another. Whether a pooler keeps a
 * session is tried: only then a connection that listens is notified.
 *
 * @param open - creates another connection to the same server
 * @throws {JobStoreError} saying what to do
 */
export async function assertSessionPooling(client: Client, open: () => Client): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  if ('processID' in client && client.processID === rows[0]?.pid) return;
  const listener = open();
  listener.on('error', () => undefined);
  try {
    await listener.connect();
    const channel = `trunkline_${randomUUID().replaceAll('-', '')}`;
    const notified = once(listener, 'notification');
    // It rejects when the connection breaks, which may be after the time is up.
    notified.catch(() => undefined);
    await listener.query(`LISTEN ${channel}`);
    await client.query('SELECT pg_notify($1, $2)', [channel, '']);
    await waitWithTimeout(NOTIFICATION_TIMEOUT_MS, notified);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    throw new JobStoreError(
      'the PostgreSQL for jobs cannot be used: its address leads to a connection pooler that keeps no session, while jobs need ' +
        'LISTEN; use session pooling (`pool_mode = session` in PgBouncer), or the address of the server itself',
    );
  } finally {
    await listener.end().catch(() => undefined);
  }
}
