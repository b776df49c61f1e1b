import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { ConnectionClosedError } from 'bullmq';
import { once } from 'node:events';
import { dirname, join, sep } from 'node:path';
import { Worker } from 'node:worker_threads';
import { waitWithTimeout } from '@trunkline/time';
import type { PgQueryResult } from '../sql/pg-query-result';
import { NOTIFICATION_CHANNELS, EMBEDDED_SCHEMA } from '../sql/bullmq-schema';
import { migrateSchema } from '../sql/migrate-schema';
import { SqlDatabase } from '../sql/sql-database';
import { PendingQueries } from './pending-queries';
import type { PgliteThreadOptions, QueryResponse, QueryRequest } from './thread-messages';

/** A thread needs a compiled file, also when tests run the sources. */
const THREAD_FILE = `${__dirname.replace(`${sep}src${sep}`, `${sep}dist${sep}`)}${sep}pglite-thread.js`;
/** An empty database with BullMQ's tables, packed by the build: unpacking it is faster than creating one. */
const TEMPLATE_FILE = join(dirname(THREAD_FILE), 'template.tgz');
/** Creating a new database without the template takes seconds, on a busy machine several times that. */
const OPEN_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 5_000;
/** The first vacuum, of rows from an earlier run, is delayed so that starts and commands do not wait for it. */
const FIRST_VACUUM_DELAY_MS = 5_000;
/** PGlite has no autovacuum, and each job leaves dead rows. */
const VACUUM_INTERVAL_MS = 5 * 60_000;

/** PGlite in a thread, with BullMQ's tables. It keeps the process alive only while statements are pending. */
export class PgliteDatabase extends SqlDatabase {
  readonly #thread: Worker;
  readonly #pending = new PendingQueries((notification) => this.emitNotification(notification));
  readonly #send = (request: QueryRequest | 'close'): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows, this is a thread
    this.#thread.postMessage(request);
  };
  #vacuumTimer: NodeJS.Timeout | undefined;
  #queryCount = 0;
  #isClosing = false;
  #exitError: Error | undefined;

  private constructor(data: PgliteThreadOptions) {
    super();
    this.#thread = new Worker(THREAD_FILE, { workerData: data, name: 'jobs' });
    this.#thread.on('message', (response: QueryResponse) => this.#handleResponse(response));
    this.#thread.on('error', (error: Error) => this.#handleExit(error));
    this.#thread.on('exit', (code) =>
      this.#handleExit(new Error(`the thread of the job store ended with code ${code}`)),
    );
  }

  /**
   * Opens the database of a directory, and creates it if need be. No other process may have it open.
   *
   * During creation, a file beside the directory marks it as incomplete: if the process is killed, the next one creates it again.
   *
   * @param signal - aborts the opening. When the promise has rejected, the thread has ended and nothing writes to the directory
   */
  static async open(directory: string, signal?: AbortSignal): Promise<PgliteDatabase> {
    const mark = `${directory}.new`;
    if (existsSync(directory) && !existsSync(mark)) return PgliteDatabase.#start({ directory }, signal);
    rmSync(mark, { recursive: true, force: true });
    writeFileSync(mark, '');
    rmSync(directory, { recursive: true, force: true });
    const database = await PgliteDatabase.#start(
      { directory, ...(existsSync(TEMPLATE_FILE) && { template: TEMPLATE_FILE }) },
      signal,
    );
    rmSync(mark);
    return database;
  }

  static async #start(data: PgliteThreadOptions, signal: AbortSignal | undefined): Promise<PgliteDatabase> {
    signal?.throwIfAborted();
    const database = new PgliteDatabase(data);
    const terminate = (): void => void database.#thread.terminate();
    signal?.addEventListener('abort', terminate, { once: true });
    try {
      await waitWithTimeout(OPEN_TIMEOUT_MS, database.#prepare());
      return database;
    } catch (error) {
      await database.close();
      throw error;
    } finally {
      signal?.removeEventListener('abort', terminate);
    }
  }

  override async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    this.#queryCount += 1;
    return this.#run(text, params);
  }

  override async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#vacuumTimer);
    if (this.#exitError) return;
    this.#thread.ref();
    const ended = once(this.#thread, 'exit');
    this.#send('close');
    await waitWithTimeout(CLOSE_TIMEOUT_MS, ended).catch(() => this.#thread.terminate());
  }

  async #prepare(): Promise<void> {
    await migrateSchema(this, EMBEDDED_SCHEMA);
    await this.query(`SET search_path TO ${EMBEDDED_SCHEMA}`);
    for (const channel of NOTIFICATION_CHANNELS) await this.query(`LISTEN ${channel}`);
    this.#scheduleVacuum(FIRST_VACUUM_DELAY_MS);
  }

  #scheduleVacuum(ms: number): void {
    if (this.#exitError || this.#isClosing) return;
    this.#vacuumTimer = setTimeout(
      () => void this.#vacuum().finally(() => this.#scheduleVacuum(VACUUM_INTERVAL_MS)),
      ms,
    );
    this.#vacuumTimer.unref();
  }

  /** Vacuums table by table, so that other statements run in between. The next vacuum makes up for a failed one. */
  async #vacuum(): Promise<void> {
    if (this.#queryCount === 0) return;
    this.#queryCount = 0;
    try {
      const tables: PgQueryResult<{ tablename: string }> = await this.#run(
        `SELECT tablename FROM pg_tables WHERE schemaname = '${EMBEDDED_SCHEMA}'`,
      );
      for (const { tablename } of tables.rows) await this.#run(`VACUUM ${EMBEDDED_SCHEMA}."${tablename}"`);
    } catch {
      // Calls report an unavailable store.
    }
  }

  async #run(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    if (this.#exitError || this.#isClosing) throw new ConnectionClosedError(undefined, this.#exitError);
    this.#thread.ref();
    return this.#pending.send(this.#send, text, params);
  }

  #handleResponse(response: QueryResponse): void {
    this.#pending.settle(response);
    if (this.#pending.size === 0 && !this.#isClosing) this.#thread.unref();
  }

  #handleExit(error: Error): void {
    if (this.#exitError) return;
    this.#exitError = error;
    clearTimeout(this.#vacuumTimer);
    this.#pending.rejectAll(error);
    if (!this.#isClosing) this.emitDisconnect(error);
  }
}
