import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Client } from 'pg';
import { TimeoutError, waitWithTimeout } from '@trunkline/time';
import { JobStoreError } from '../job-store-error';

/** A notification takes milliseconds. */
const NOTIFICATION_TIMEOUT_MS = 3_000;

/**
 * Rejects a connection pooler that assigns a connection per transaction or statement: workers would receive no notifications, and
 * session settings would be shared with other clients.
 *
 * A direct connection has the process id that the server announced; a pooler announces another. Whether a pooler keeps sessions is
 * tested by a notification, which arrives only in that case.
 *
 * @param open - creates another connection to the same server
 * @throws {JobStoreError} naming the setting to change
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
    // It may reject after the timeout, when the connection is closed.
    notified.catch(() => undefined);
    await listener.query(`LISTEN ${channel}`);
    await client.query('SELECT pg_notify($1, $2)', [channel, '']);
    await waitWithTimeout(NOTIFICATION_TIMEOUT_MS, notified);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    throw new JobStoreError(
      'the PostgreSQL for jobs cannot be used: its URL leads to a connection pooler without sessions, but jobs need LISTEN; ' +
        'use session pooling (`pool_mode = session` in PgBouncer), or the URL of the server itself',
    );
  } finally {
    await listener.end().catch(() => undefined);
  }
}
