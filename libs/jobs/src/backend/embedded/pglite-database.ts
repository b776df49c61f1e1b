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

/** Tests run the sources, but a thread starts from a compiled file. */
const THREAD_FILE = `${__dirname.replace(`${sep}src${sep}`, `${sep}dist${sep}`)}${sep}pglite-thread.js`;
/** An empty database with BullMQ's tables, made by the build: unpacking it takes a quarter of the time that making one takes. */
const TEMPLATE_FILE = join(dirname(THREAD_FILE), 'template.tgz');
/** Making the files of a new database without it takes 2 to 4 s; on a busy machine, several times that. */
const OPEN_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 5_000;
/** Of what was left behind the last time; not at once, for it takes half a second, and a start and a command need not wait. */
const FIRST_VACUUM_DELAY_MS = 5_000;
/** PGlite has no autovacuum: each job leaves a dozen dead rows. */
const VACUUM_INTERVAL_MS = 5 * 60_000;

/** PGlite in a thread of its own, with BullMQ's tables. It keeps the process alive only while it owes an answer. */
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
    this.#thread.on('message', (answer: QueryResponse) => this.#handleResponse(answer));
    this.#thread.on('error', (error: Error) => this.#handleExit(error));
    this.#thread.on('exit', (code) =>
      this.#handleExit(new Error(`the thread of the job store ended with code ${code}`)),
    );
  }

  /**
   * Opens the database of a directory, making it if need be. Nobody else may have it open.
   *
   * While it is made, a file beside it says so: a process that is killed meanwhile leaves no half of a database to the next.
   *
   * @param signal - aborts the opening: the thread has ended when the promise rejects, so that nothing writes to the directory
   */
  static async open(directory: string, signal?: AbortSignal): Promise<PgliteDatabase> {
    const mark = `${directory}.new`;
    if (existsSync(directory) && !existsSync(mark)) return PgliteDatabase.#start({ directory }, signal);
    rmSync(mark, { recursive: true, force: true });
    writeFileSync(mark, '');
    rmSync(directory, { recursive: true, force: true });
    const link = await PgliteDatabase.#start(
      { directory, ...(existsSync(TEMPLATE_FILE) && { template: TEMPLATE_FILE }) },
      signal,
    );
    rmSync(mark);
    return link;
  }

  static async #start(data: PgliteThreadOptions, signal: AbortSignal | undefined): Promise<PgliteDatabase> {
    signal?.throwIfAborted();
    const link = new PgliteDatabase(data);
    const terminate = (): void => void link.#thread.terminate();
    signal?.addEventListener('abort', terminate, { once: true });
    try {
      await waitWithTimeout(OPEN_TIMEOUT_MS, link.#prepare());
      return link;
    } catch (error) {
      await link.close();
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

  /** Table by table, so that statements get their turn in between. One that fails is made up for by the next. */
  async #vacuum(): Promise<void> {
    if (this.#queryCount === 0) return;
    this.#queryCount = 0;
    try {
      const tables: PgQueryResult<{ tablename: string }> = await this.#run(
        `SELECT tablename FROM pg_tables WHERE schemaname = '${EMBEDDED_SCHEMA}'`,
      );
      for (const { tablename } of tables.rows) await this.#run(`VACUUM ${EMBEDDED_SCHEMA}."${tablename}"`);
    } catch {
      // A store that is away tells so by the calls that are made to it.
    }
  }

  async #run(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    if (this.#exitError || this.#isClosing) throw new ConnectionClosedError(undefined, this.#exitError);
    this.#thread.ref();
    return this.#pending.send(this.#send, text, params);
  }

  #handleResponse(answer: QueryResponse): void {
    this.#pending.settle(answer);
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
