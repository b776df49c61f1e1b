import { ConnectionClosedError } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig, Pool } from 'pg';
import type { PgQueryResult } from '../sql/pg-query-result';
import { migrateSchema, type SqlSession } from '../sql/migrate-schema';
import { NOTIFICATION_CHANNELS } from '../sql/bullmq-schema';
import { SqlDatabase } from '../sql/sql-database';
import { toConnectionClosedError } from '../sql/sql-outage';
import { assertSessionPooling } from './session-pooling';

const CONNECT_TIMEOUT_MS = 1_000;
/** Time limit on the server. The client's own limit ends the wait for a server that hangs. */
const STATEMENT_TIMEOUT_MS = 2_500;
const QUERY_TIMEOUT_MS = 3_000;
const MIGRATION_TIMEOUT_MS = 60_000;
/** Interval in which a hanging listener connection is detected, and delay before it is replaced. */
const HEARTBEAT_INTERVAL_MS = 2_000;
const RECONNECT_DELAY_MS = 500;
const MAX_CONNECTIONS = 10;

/** A connection to PostgreSQL: a pool for statements, and one listener connection for all workers of the process. */
export class PostgresDatabase extends SqlDatabase {
  readonly #closing = new AbortController();
  readonly #config: ClientConfig;
  readonly #pool: Pool;
  #preparation: Promise<void> | undefined;
  #listening: Promise<void> | undefined;

  constructor(
    url: string,
    private readonly schema: string,
  ) {
    super();
    this.#config = {
      connectionString: url,
      application_name: 'trunkline jobs',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    };
    // Settings of a session are statements: PgBouncer rejects those that come with the connection.
    const settings = `SET search_path TO "${schema}"; SET statement_timeout TO ${STATEMENT_TIMEOUT_MS}`;
    this.#pool = new Pool({
      ...this.#config,
      max: MAX_CONNECTIONS,
      query_timeout: QUERY_TIMEOUT_MS,
      verify: (client, done) => client.query(settings, (error?: Error | null) => done(error ?? undefined)),
    });
    // An idle connection that breaks is replaced when the next statement needs one.
    this.#pool.on('error', () => undefined);
  }

  /** Migrates the schema, once, under an advisory lock, since other hosts do the same. Then starts listening. */
  prepare(): Promise<void> {
    this.#preparation ??= this.#prepare().catch((error: unknown) => {
      this.#preparation = undefined;
      throw error;
    });
    return this.#preparation;
  }

  override async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    try {
      await this.prepare();
      return await this.#pool.query<never>(text, params && [...params]);
    } catch (error) {
      throw toConnectionClosedError(error);
    }
  }

  override async close(): Promise<void> {
    this.#closing.abort();
    await this.#preparation?.catch(() => undefined);
    await this.#listening;
    await this.#pool.end();
  }

  async #prepare(): Promise<void> {
    if (this.#closing.signal.aborted) throw new ConnectionClosedError();
    const client = new Client(this.#config);
    client.on('error', () => undefined);
    try {
      await client.connect();
      await assertSessionPooling(client, () => new Client(this.#config));
      await client.query(`SET statement_timeout TO ${MIGRATION_TIMEOUT_MS}`);
      await migrateSchema(toSqlSession(client), this.schema);
    } finally {
      await closeClient(client);
    }
    this.#listening ??= this.#listen();
  }

  /** Listens until the database is closed, on one connection after another. */
  async #listen(): Promise<void> {
    for (let isFirst = true; !this.#closing.signal.aborted; isFirst = false) {
      try {
        await this.#listenOnce(isFirst);
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        this.emitDisconnect(toConnectionClosedError(error));
        await this.#pause(RECONNECT_DELAY_MS);
      }
    }
  }

  async #listenOnce(isFirst: boolean): Promise<void> {
    const client = new Client({ ...this.#config, query_timeout: HEARTBEAT_INTERVAL_MS });
    let broken: Error | undefined;
    client.on('error', (error) => (broken = error));
    client.on('notification', ({ channel, payload = '' }) => this.emitNotification({ channel, payload }));
    try {
      await client.connect();
      for (const channel of NOTIFICATION_CHANNELS) await client.query(`LISTEN ${channel}`);
      if (!isFirst) this.emitReconnect();
      while (!this.#closing.signal.aborted) {
        await this.#pause(HEARTBEAT_INTERVAL_MS);
        if (broken) throw broken;
        await client.query('SELECT 1');
      }
    } finally {
      await closeClient(client);
    }
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#closing.signal, ref: false }).catch(() => undefined);
  }
}

function toSqlSession(client: Client): SqlSession {
  return { query: (text, params) => client.query<never>(text, params && [...params]) };
}

/** Closes a client without waiting for a server that hangs; its socket is closed all the same. */
async function closeClient(client: Client): Promise<void> {
  await Promise.race([client.end().catch(() => undefined), sleep(CONNECT_TIMEOUT_MS, undefined, { ref: false })]);
}
