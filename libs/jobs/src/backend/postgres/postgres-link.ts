import { ConnectionClosedError } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig, Pool } from 'pg';
import type { PgQueryResult } from '../sql/pg-shapes';
import { prepareSchema, type SqlSession } from '../sql/prepare-schema';
import { CHANNELS } from '../sql/schema';
import { SqlLink } from '../sql/sql-link';
import { asConnectionClosed } from '../sql/sql-outage';
import { assertKeptSession } from './kept-session';

const CONNECT_LIMIT_MS = 1_000;
/** The server gives a statement up; the client does not wait longer even for a server that hangs. */
const STATEMENT_LIMIT_MS = 2_500;
const ANSWER_LIMIT_MS = 3_000;
const MIGRATION_LIMIT_MS = 60_000;
/** How soon a listener that hangs is noticed, and how soon another one is tried. */
const PULSE_EVERY_MS = 2_000;
const LISTEN_AGAIN_AFTER_MS = 500;
const MOST_CONNECTIONS = 10;

/** The way to a PostgreSQL: a pool for statements, and one connection that hears of jobs for all workers of the process. */
export class PostgresLink extends SqlLink {
  readonly #closing = new AbortController();
  readonly #config: ClientConfig;
  readonly #pool: Pool;
  #prepared: Promise<void> | undefined;
  #listening: Promise<void> | undefined;

  constructor(
    url: string,
    private readonly schema: string,
  ) {
    super();
    this.#config = {
      connectionString: url,
      application_name: 'trunkline jobs',
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      keepAlive: true,
    };
    // Settings of a session are statements: PgBouncer rejects those that come with the connection.
    const settings = `SET search_path TO "${schema}"; SET statement_timeout TO ${STATEMENT_LIMIT_MS}`;
    this.#pool = new Pool({
      ...this.#config,
      max: MOST_CONNECTIONS,
      query_timeout: ANSWER_LIMIT_MS,
      verify: (client, done) => client.query(settings, (error?: Error | null) => done(error ?? undefined)),
    });
    // An idle connection that breaks is replaced when the next statement needs one.
    this.#pool.on('error', () => undefined);
  }

  /** Brings the schema up to date, once: with an advisory lock, for other hosts do the same. Begins to listen. */
  prepare(): Promise<void> {
    this.#prepared ??= this.#prepare().catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  override async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    try {
      await this.prepare();
      return await this.#pool.query<never>(text, params && [...params]);
    } catch (error) {
      throw asConnectionClosed(error);
    }
  }

  override async close(): Promise<void> {
    this.#closing.abort();
    await this.#prepared?.catch(() => undefined);
    await this.#listening;
    await this.#pool.end();
  }

  async #prepare(): Promise<void> {
    if (this.#closing.signal.aborted) throw new ConnectionClosedError();
    const client = new Client(this.#config);
    client.on('error', () => undefined);
    try {
      await client.connect();
      await assertKeptSession(client, () => new Client(this.#config));
      await client.query(`SET statement_timeout TO ${MIGRATION_LIMIT_MS}`);
      await prepareSchema(asSession(client), this.schema);
    } finally {
      await endOf(client);
    }
    this.#listening ??= this.#listen();
  }

  /** Listens until the link is closed, on one connection after another. */
  async #listen(): Promise<void> {
    for (let isFirst = true; !this.#closing.signal.aborted; isFirst = false) {
      try {
        await this.#listenOnce(isFirst);
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        this.tellLost(asConnectionClosed(error));
        await this.#pause(LISTEN_AGAIN_AFTER_MS);
      }
    }
  }

  async #listenOnce(isFirst: boolean): Promise<void> {
    const client = new Client({ ...this.#config, query_timeout: PULSE_EVERY_MS });
    let broken: Error | undefined;
    client.on('error', (error) => (broken = error));
    client.on('notification', ({ channel, payload = '' }) => this.tellNotified({ channel, payload }));
    try {
      await client.connect();
      for (const channel of CHANNELS) await client.query(`LISTEN ${channel}`);
      if (!isFirst) this.tellRenewed();
      while (!this.#closing.signal.aborted) {
        await this.#pause(PULSE_EVERY_MS);
        if (broken) throw broken;
        await client.query('SELECT 1');
      }
    } finally {
      await endOf(client);
    }
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#closing.signal, ref: false }).catch(() => undefined);
  }
}

function asSession(client: Client): SqlSession {
  return { query: (text, params) => client.query<never>(text, params && [...params]) };
}

/** A server that hangs does not say goodbye; the socket is closed all the same. */
async function endOf(client: Client): Promise<void> {
  await Promise.race([client.end().catch(() => undefined), sleep(CONNECT_LIMIT_MS, undefined, { ref: false })]);
}
