import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { ConnectionClosedError } from 'bullmq';
import { once } from 'node:events';
import { dirname, join, sep } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PgQueryResult } from '../sql/pg-shapes';
import { CHANNELS, EMBEDDED_SCHEMA } from '../sql/schema';
import { prepareSchema } from '../sql/prepare-schema';
import { SqlLink } from '../sql/sql-link';
import { within } from '../within';
import { PendingQueries } from './pending-queries';
import type { PgliteData, QueryAnswer, QueryRequest } from './thread-messages';

/** Tests run the sources, but a thread starts from a compiled file. */
const THREAD = `${__dirname.replace(`${sep}src${sep}`, `${sep}dist${sep}`)}${sep}pglite-thread.js`;
/** An empty database with BullMQ's tables, made by the build: unpacking it takes a quarter of the time that making one takes. */
const TEMPLATE = join(dirname(THREAD), 'template.tgz');
/** Making the files of a new database without it takes 2 to 4 s; on a busy machine, several times that. */
const OPEN_LIMIT_MS = 60_000;
const CLOSE_LIMIT_MS = 5_000;
/** Of what was left behind the last time; not at once, for it takes half a second, and a start and a command need not wait. */
const FIRST_VACUUM_AFTER_MS = 5_000;
/** PGlite has no autovacuum: each job leaves a dozen dead rows. */
const VACUUM_EVERY_MS = 5 * 60_000;

/** PGlite in a thread of its own, with BullMQ's tables. It keeps the process alive only while it owes an answer. */
export class PgliteLink extends SqlLink {
  readonly #thread: Worker;
  readonly #pending = new PendingQueries((notification) => this.tellNotified(notification));
  readonly #send = (request: QueryRequest | 'close'): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows, this is a thread
    this.#thread.postMessage(request);
  };
  #vacuuming: NodeJS.Timeout | undefined;
  #asked = 0;
  #isClosing = false;
  #ended: Error | undefined;

  private constructor(data: PgliteData) {
    super();
    this.#thread = new Worker(THREAD, { workerData: data, name: 'jobs' });
    this.#thread.on('message', (answer: QueryAnswer) => this.#answered(answer));
    this.#thread.on('error', (error: Error) => this.#end(error));
    this.#thread.on('exit', (code) => this.#end(new Error(`the thread of the job store ended with code ${code}`)));
  }

  /**
   * Opens the database of a directory, making it if need be. Nobody else may have it open.
   *
   * While it is made, a file beside it says so: a process that is killed meanwhile leaves no half of a database to the next.
   *
   * @param signal - aborts the opening: the thread has ended when the promise rejects, so that nothing writes to the directory
   */
  static async open(directory: string, signal?: AbortSignal): Promise<PgliteLink> {
    const mark = `${directory}.new`;
    if (existsSync(directory) && !existsSync(mark)) return PgliteLink.#opened({ directory }, signal);
    rmSync(mark, { recursive: true, force: true });
    writeFileSync(mark, '');
    rmSync(directory, { recursive: true, force: true });
    const link = await PgliteLink.#opened({ directory, ...(existsSync(TEMPLATE) && { template: TEMPLATE }) }, signal);
    rmSync(mark);
    return link;
  }

  static async #opened(data: PgliteData, signal: AbortSignal | undefined): Promise<PgliteLink> {
    signal?.throwIfAborted();
    const link = new PgliteLink(data);
    const terminate = (): void => void link.#thread.terminate();
    signal?.addEventListener('abort', terminate, { once: true });
    try {
      await within(OPEN_LIMIT_MS, link.#prepare());
      return link;
    } catch (error) {
      await link.close();
      throw error;
    } finally {
      signal?.removeEventListener('abort', terminate);
    }
  }

  override async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    this.#asked += 1;
    return this.#run(text, params);
  }

  override async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#vacuuming);
    if (this.#ended) return;
    this.#thread.ref();
    const ended = once(this.#thread, 'exit');
    this.#send('close');
    await within(CLOSE_LIMIT_MS, ended).catch(() => this.#thread.terminate());
  }

  async #prepare(): Promise<void> {
    await prepareSchema(this, EMBEDDED_SCHEMA);
    await this.query(`SET search_path TO ${EMBEDDED_SCHEMA}`);
    for (const channel of CHANNELS) await this.query(`LISTEN ${channel}`);
    this.#vacuumAfter(FIRST_VACUUM_AFTER_MS);
  }

  #vacuumAfter(ms: number): void {
    if (this.#ended || this.#isClosing) return;
    this.#vacuuming = setTimeout(() => void this.#vacuum().finally(() => this.#vacuumAfter(VACUUM_EVERY_MS)), ms);
    this.#vacuuming.unref();
  }

  /** Table by table, so that statements get their turn in between. One that fails is made up for by the next. */
  async #vacuum(): Promise<void> {
    if (this.#asked === 0) return;
    this.#asked = 0;
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
    if (this.#ended || this.#isClosing) throw new ConnectionClosedError(undefined, this.#ended);
    this.#thread.ref();
    return this.#pending.ask(this.#send, text, params);
  }

  #answered(answer: QueryAnswer): void {
    this.#pending.answered(answer);
    if (this.#pending.size === 0 && !this.#isClosing) this.#thread.unref();
  }

  #end(error: Error): void {
    if (this.#ended) return;
    this.#ended = error;
    clearTimeout(this.#vacuuming);
    this.#pending.abandon(error);
    if (!this.#isClosing) this.tellLost(error);
  }
}
